"""Accounts that are one company, and contacts that are one person, become one."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import F

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform.events import Event
from headwater.sales.errors import MergedOn
from headwater.sales.events import AccountsMerged, AccountsUnmerged, ContactsMerged, ContactsUnmerged
from headwater.sales.merging import lock_belongings
from headwater.sales.models import Merge, MergedRecord
from headwater.sales.queries.merges import merged_into
from headwater.sales.services import sets
from headwater.sales.services.accounts import named
from headwater.sales.services.contacts import duplicate
from headwater.sales.services.joining import Plan
from headwater.sales.services.kinds import ACCOUNT, CONTACT, Kind
from headwater.sales.services.merging import Locked, Merging, lock_rows
from headwater.sales.services.writing import external_id_taken, lock_records
from headwater.sales.types import PERSONAL_METHODS


class _Customers(Merging):
    """What accounts and contacts have in common."""

    kind: ClassVar[Kind]
    told: ClassVar[tuple[Callable[..., Event], Callable[..., Event]]]

    def lock(self, access: Access, ids: Sequence[int]) -> dict[int, Locked]:
        lock_belongings(self.record, ids)
        lock_rows(self.kind.table, ids)
        found = {row.pk: Locked(row.version) for row in lock_records(access, self.kind, ids)}
        for one in ids:
            if one not in found:
                raise NotFound(record=self.record, id=one)
        return found

    def read(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        found = self.kind.model.objects.in_bulk(list(ids))
        return {one: {name: getattr(found[one], name) for name in self.plan.attributes} for one in ids}

    def write(self, access: Access, survivor_id: int, values: dict[str, Any]) -> None:
        rows = self.kind.model.objects.filter(pk=survivor_id)
        try:
            with transaction.atomic():
                rows.update(
                    **values, **self.derived(values), version=F("version") + 1, updated_at=clock.now()
                )
        except IntegrityError as clash:
            raise self.refusal(access, clash, values) from clash

    def put_away(self, access: Access, ids: Sequence[int]) -> None:
        sets.archive(access, self.kind, ids)

    def take_out(self, access: Access, ids: Sequence[int]) -> None:
        try:
            with transaction.atomic():
                sets.restore(access, self.kind, ids)
        except IntegrityError as clash:
            raise self.refusal(access, clash, {}, ids) from clash

    def lock_for_undo(self, access: Access, survivor_id: int, merged: Sequence[MergedRecord]) -> None:
        every = [survivor_id, *(item.record_id for item in merged)]
        lock_belongings(self.record, every)
        lock_rows(self.kind.table, every)
        if not lock_records(access, self.kind, [survivor_id]):
            if merged_into(self.record, survivor_id) is not None:
                raise MergedOn(id=survivor_id)
            raise NotFound(record=self.record, id=survivor_id)

    def event(self, merge: Merge, ids: list[int], *, undone: bool) -> Event:
        return self.told[undone](survivor_id=merge.survivor_id, ids=ids, merge_id=merge.pk)

    def changed(self, survivor_id: int, changes: Mapping[str, list[Any]]) -> Event:
        known = {name: key for key, name in self.fields.items()}
        by_field = {known.get(name, name): list(pair) for name, pair in changes.items()}
        return self.kind.changed(ids=[survivor_id], fields=sorted(by_field), changes=by_field)

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns that follow from others."""
        return {}

    def refusal(
        self, access: Access, clash: IntegrityError, values: Mapping[str, Any], ids: Sequence[int] = ()
    ) -> Exception:
        """What a constraint means; a fault of ours is passed on as it is."""
        name = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or ""
        return external_id_taken() if name == f"{self.record}_external_id_once" else clash


class AccountMerging(_Customers):
    """Accounts: their contacts, opportunities and everything else go along."""

    record = "account"
    kind = ACCOUNT
    told = (AccountsMerged, AccountsUnmerged)
    fields: ClassVar[Mapping[str, str]] = {
        "name": "name", "level": "level", "owner": "owner_id", "industry": "industry",
        "company_size": "company_size", "region": "region", "address": "address", "phone": "phone",
        "website": "website", "note": "note", "source": "source_id", "campaign": "campaign_id",
        "external_id": "external_id",
    }  # fmt: skip
    plan = Plan(one=tuple(name for key, name in fields.items() if key != "note"), texts=("note",))

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return named(values["name"]) if "name" in values else {}


class ContactMerging(_Customers):
    """Contacts: what they take part in and everything else goes along."""

    record = "contact"
    kind = CONTACT
    told = (ContactsMerged, ContactsUnmerged)
    fields: ClassVar[Mapping[str, str]] = {
        "name": "name", "account": "account_id", "title": "title", "department": "department",
        "mobile": "mobile", "phone": "phone", "email": "email", "wechat": "wechat", "qq": "qq",
        "owner": "owner_id", "note": "note", "source": "source_id", "campaign": "campaign_id",
        "external_id": "external_id",
    }  # fmt: skip
    plan = Plan(
        one=tuple(name for key, name in fields.items() if key != "note"),
        either=("do_not_call", "do_not_email"),
        texts=("note",),
        has_consent=True,
        numbers=("mobile", "phone"),
    )

    def refusal(
        self, access: Access, clash: IntegrityError, values: Mapping[str, Any], ids: Sequence[int] = ()
    ) -> Exception:
        name = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or ""
        method = name.removeprefix("contact_").removesuffix("_once")
        if method not in PERSONAL_METHODS:
            return super().refusal(access, clash, values, ids)
        taken = partial(duplicate, access, method)
        if values.get(method):
            return taken(values[method])
        wanted = self.kind.model.objects.filter(pk__in=ids).exclude(**{method: None})
        holder = self.kind.model.objects.filter(
            **{f"{method}__in": wanted.values_list(method, flat=True)}, archived_at=None
        ).first()
        return taken(getattr(holder, method, "") or "")


ACCOUNTS = AccountMerging()
CONTACTS = ContactMerging()
