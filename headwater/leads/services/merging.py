"""Several leads that are one person become one; for 30 days that can be undone.

The way is that of `sales.services.merging`. The others are put away and lead to the survivor; their own
ledger stays theirs, so that it still folds to where they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import execute
from headwater.leads.errors import Closed
from headwater.leads.events import LeadsChanged, LeadsMerged, LeadsUnmerged
from headwater.leads.models import OtherContact
from headwater.leads.queries import Snapshot, lock_leads, merged_into, not_yours
from headwater.leads.services.books import lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.duplicates import duplicate, duplicate_of_restored, find_duplicates
from headwater.leads.services.indexing import index_leads
from headwater.leads.services.moving import move
from headwater.leads.services.releasing import shelve
from headwater.leads.services.storing import read_lead, write_lead
from headwater.leads.types import CONTACT_METHODS, IDENTITIES, Place, Status, Why
from headwater.platform.events import Event
from headwater.pools.queries import pools_by_id
from headwater.sales.errors import MergedOn
from headwater.sales.models import Merge, MergedRecord
from headwater.sales.services.joining import Plan, Values
from headwater.sales.services.merging import Locked, Merging, lock_rows

Books = Mapping[int, Any]


class LeadMerging(Merging):
    """Leads: their captures, follow-ups and all else go along; places are kept by the ledger."""

    record = "lead"
    # What stands side by side; the rest follows from it or stays the survivor's.
    fields: ClassVar[Mapping[str, str]] = {
        "name": "name", "company": "company", "title": "title", "mobile": "mobile", "phone": "phone",
        "email": "email", "wechat": "wechat", "qq": "qq", "external_id": "external_id", "region": "region",
        "address": "address", "industry": "industry", "company_size": "company_size", "website": "website",
        "intent": "intent", "requirement": "requirement", "budget": "budget", "tags": "tags",
        "business_line": "business_line", "source": "source_id", "channel": "channel_id",
        "campaign": "campaign_id", "designated_rep": "designated_rep_id",
    }  # fmt: skip
    plan = Plan(
        one=tuple(name for name in fields.values() if name != "tags"),
        either=("do_not_call", "do_not_email"),
        lists=("tags",),
        has_consent=True,
        numbers=("mobile", "phone"),
    )

    def lock(self, access: Access, ids: Sequence[int]) -> dict[int, Locked]:
        leads = lock_leads(access, ids)
        for one in ids:
            if one not in leads:
                raise NotFound(record="lead", id=one)
            if not leads[one]["mine"]:
                raise not_yours(leads[one])
            _refuse_converted(leads[one])
        return {one: Locked(leads[one]["version"], _place(leads[one])) for one in ids}

    def read(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        return {one: read_lead(one, (*self.plan.attributes, "contact_as_typed")) for one in ids}

    def joined(
        self, read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]
    ) -> dict[str, Any]:
        after = super().joined(read, survivor_id, choices)
        survivor = read[survivor_id]
        typed = _typed({name: after.get(name, survivor[name]) for name in CONTACT_METHODS}, read)
        return after | ({"contact_as_typed": typed} if typed != survivor["contact_as_typed"] else {})

    def write(self, access: Access, survivor_id: int, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                write_lead(survivor_id, values | {"updated_at": clock.now()})
        except IntegrityError as clash:
            identities = {name: values.get(name) for name in IDENTITIES}
            matches = find_duplicates(access, identities, but_not=survivor_id)
            if matches:
                raise duplicate(matches) from clash
            raise

    def put_away(self, access: Access, ids: Sequence[int]) -> None:
        shelve(list(ids), access, archive=True, why=Why.MERGED)

    def take_out(self, access: Access, ids: Sequence[int]) -> None:
        for one in ids:
            taken = duplicate_of_restored(one)
            if taken is not None:
                raise taken
        shelve(list(ids), access, archive=False, why=Why.UNMERGED)

    def lock_for_undo(self, access: Access, survivor_id: int, merged: Sequence[MergedRecord]) -> Books:
        """The books of who may get leads back, before the leads as everywhere."""
        owners = {item.place["owner"] for item in merged if item.place.get("owner") is not None}
        books = lock_books(owners)
        lock_rows("leads_lead", [survivor_id, *(item.record_id for item in merged)])
        survivor = lock_leads(access, [survivor_id]).get(survivor_id)
        if survivor is None:
            if merged_into(survivor_id) is not None:
                raise MergedOn(id=survivor_id)
            raise NotFound(record="lead", id=survivor_id)
        if not survivor["mine"]:
            raise not_yours(survivor)
        _refuse_converted(survivor)
        return books

    def settle(self, merge: Merge, read: Mapping[int, Values], after: Values) -> None:
        _first_touches([merge.survivor_id])
        _keep_contacts(merge, read, after)
        index_leads([merge.survivor_id])

    def unsettle(self, merge: Merge, ids: Sequence[int]) -> None:
        OtherContact.objects.filter(merge=merge).delete()
        execute(
            "UPDATE leads_othercontact o SET lead_id = g.survivor_id FROM sales_merge g"
            " WHERE g.id = o.merge_id AND g.survivor_id = ANY(%s::bigint[])",
            (list(ids),),
        )

    def come_back(self, access: Access, merge: Merge, merged: Sequence[MergedRecord], locked: Books) -> None:
        others = [item.record_id for item in merged]
        _first_touches([merge.survivor_id, *others])
        _back_to_owners(access, merged, locked)
        index_leads([merge.survivor_id, *others])

    def event(self, merge: Merge, ids: list[int], *, undone: bool) -> Event:
        kind = LeadsUnmerged if undone else LeadsMerged
        return kind(survivor_id=merge.survivor_id, lead_ids=ids, merge_id=merge.pk)

    def changed(self, survivor_id: int, changes: Mapping[str, list[Any]]) -> Event:
        return LeadsChanged(lead_ids=[survivor_id], fields=sorted(changes))


LEADS = LeadMerging()
merge_leads, undo_merge = LEADS.merge, LEADS.undo


def _refuse_converted(lead: Snapshot) -> None:
    if lead["status"] == Status.CONVERTED:
        raise Closed(id=lead["id"], status=lead["status"], label=Status.CONVERTED.label)


def _place(lead: Snapshot) -> dict[str, Any]:
    return {"owner": lead["owner_id"], "status": lead["status"], "home": lead["home_pool_id"]}


def _typed(kept: Values, read: Mapping[int, Values]) -> dict[str, Any]:
    """What people typed of the contact methods that stay."""
    typed: dict[str, Any] = {}
    for name, value in kept.items():
        for values in read.values():
            if value and values[name] == value and name in values["contact_as_typed"]:
                typed.setdefault(name, values["contact_as_typed"][name])
    return typed


def _first_touches(ids: Sequence[int]) -> None:
    """The earliest capture of each lead is its first."""
    execute(
        "UPDATE leads_touch t SET is_first = (t.id = x.id) FROM ("
        "  SELECT DISTINCT ON (lead_id) lead_id, id FROM leads_touch WHERE lead_id = ANY(%s::bigint[])"
        "  ORDER BY lead_id, at, id"
        ") x WHERE t.lead_id = x.lead_id AND t.is_first IS DISTINCT FROM (t.id = x.id)",
        (list(ids),),
    )


def _keep_contacts(merge: Merge, read: Mapping[int, Values], after: Values) -> None:
    """What of all contact methods the survivor has no field for still finds it."""
    survivor_id = merge.survivor_id
    kept = {after.get(name, read[survivor_id][name]) for name in CONTACT_METHODS}
    left = {
        (name, one[name])
        for one in read.values()
        for name in CONTACT_METHODS
        if one[name] and one[name] not in kept
    }
    OtherContact.objects.bulk_create(
        OtherContact(merge=merge, lead_id=survivor_id, field=name, value=value)
        for name, value in sorted(left)
    )
    others = [one for one in read if one != survivor_id]
    execute(
        "UPDATE leads_othercontact SET lead_id = %s WHERE lead_id = ANY(%s::bigint[])", (survivor_id, others)
    )


def _back_to_owners(access: Access, merged: Sequence[MergedRecord], books: Books) -> None:
    """A lead comes back to its owner while their book has room; else it lies in its pool."""
    pools = pools_by_id(one.place["home"] for one in merged if one.place.get("home"))
    places: dict[int, Place] = {}
    for one in merged:
        book = books.get(one.place.get("owner") or 0)
        if book is None or not book.is_active or not Status(one.place["status"]).is_owned:
            continue
        if cap_refusal(book, pools.get(one.place["home"])) is None:
            book.take(one.place["home"])
            places[one.record_id] = Place(Status(one.place["status"]), owner_id=book.user_id)
    move(places, access, why=Why.UNMERGED)
