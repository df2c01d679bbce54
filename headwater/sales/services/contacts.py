"""What can be done with contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.engagement.types import BulkResult
from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean
from headwater.kernel.errors import Invalid
from headwater.kernel.text import fold
from headwater.sales.checking import check_new
from headwater.sales.errors import ContactDuplicate, ContactDuplicateElsewhere
from headwater.sales.services import sets
from headwater.sales.services.kinds import CONTACT
from headwater.sales.services.writing import (
    choose_owner,
    differences,
    external_id_taken,
    insert,
    lock_record,
    refuse_merged,
    save_changes,
)
from headwater.sales.types import PERSONAL_METHODS, Why


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """WeChat and QQ accounts in one form; the catalogue normalises the other methods."""
    return {
        key: fold(value) if key in ("wechat", "qq") and isinstance(value, str) else value
        for key, value in values.items()
    }


def duplicate(access: Access, method: str, value: str) -> ContactDuplicate:
    """The refusal for a method that a living contact has already."""
    found = sql.rows(
        "SELECT c.id, c.name, c.created_at, u.name AS owner FROM sales_contact c"
        " LEFT JOIN organization_user u ON u.id = c.owner_id"
        f" WHERE c.{method} = %s AND c.archived_at IS NULL",
        (value,),
    )
    field = CONTACT.record_type.all_fields[method]
    row: dict[str, Any] = found[0] if found else dict.fromkeys(("id", "name", "owner", "created_at"))
    facts = {"field": method, "method": field.label, "owner": row["owner"] or "—", "since": row["created_at"]}
    may_see = access.may("contacts.view") and row["id"] is not None
    if may_see and listing.ids_within(access.also("contacts.view"), CONTACT.record_type, [row["id"]]):
        return ContactDuplicate(**facts, name=row["name"], contact={"id": row["id"], "name": row["name"]})
    return ContactDuplicateElsewhere(**facts, contact=None)


def _conflicts(access: Access, values: Mapping[str, Any]) -> dict[str, Any]:
    taken: dict[str, Any] = {"contact_external_id_once": external_id_taken}
    for method in PERSONAL_METHODS:
        if values.get(method):
            taken[f"contact_{method}_once"] = partial(duplicate, access, method, values[method])
    return taken


@transaction.atomic
def create_contact(access: Access, values: Mapping[str, Any], *, why: str = Why.CREATED) -> int:
    """Make a contact from raw values; its id.

    Refuses with `ContactDuplicate` when a living contact has its mobile, e-mail, WeChat or QQ already.
    """
    cleaned = clean(CONTACT.record_type, _tidied(values), access)
    if why == Why.CREATED:
        check_new(access, "contact", cleaned.fields, confirmed=True)
    choose_owner(access, cleaned.fields)
    taken = _conflicts(access, cleaned.fields)
    return int(insert(access, CONTACT, cleaned, why=why, on_conflict=taken).pk)


@transaction.atomic
def update_contact(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a contact; refuses like `create_contact`. Another owner needs the permission to assign."""
    contact = lock_record(access, CONTACT, record_id, version=version)
    cleaned = clean(CONTACT.record_type, _tidied(values), access, partial=True)
    owner_id = cleaned.fields.pop("owner", contact.owner_id)
    changes = differences(CONTACT, contact, cleaned)
    taken = _conflicts(access, cleaned.fields)
    save_changes(access, CONTACT, contact, changes, on_conflict=taken)
    if owner_id is not None and owner_id != contact.owner_id:
        assign_contacts(access.also("contacts.assign"), [record_id], owner_id=owner_id)


def account_of_contact(contact_id: int) -> int | None:
    """The account a contact belongs to; None for a person without one."""
    found = sql.rows(
        "SELECT account_id FROM sales_contact WHERE id = %s AND archived_at IS NULL", (contact_id,)
    )
    return found[0]["account_id"] if found else None


@transaction.atomic
def join_account(access: Access, contact_id: int, account_id: int) -> None:
    """Give a person without an account this one, whoever owns them. Refuses who belongs to another."""
    contact = CONTACT.model.objects.select_for_update(no_key=True).get(pk=contact_id)
    if contact.account_id not in (None, account_id):
        raise Invalid.one(
            "contact_id",
            "contact.other_account",
            _("This person belongs to another account; choose that one."),
        )
    changes = differences(CONTACT, contact, Cleaned({"account": account_id}, {}))
    save_changes(access, CONTACT, contact, changes, on_conflict={})


@transaction.atomic
def merge_consent(
    access: Access,
    contact_id: int,
    *,
    do_not_call: bool = False,
    do_not_email: bool = False,
    consent_basis: str | None = None,
    consent_at: datetime | None = None,
    consent_evidence: str | None = None,
) -> None:
    """Let what a person agreed to travel into an existing contact, whoever owns it.

    An opt-out is only ever added. A consent replaces an older one, never a newer one.
    """
    contact = CONTACT.model.objects.select_for_update(no_key=True).get(pk=contact_id)
    wanted: dict[str, Any] = {
        "do_not_call": contact.do_not_call or do_not_call,
        "do_not_email": contact.do_not_email or do_not_email,
    }
    older = contact.consent_at is None or (consent_at is not None and consent_at > contact.consent_at)
    if consent_basis and older:
        wanted |= {
            "consent_basis": consent_basis,
            "consent_at": consent_at,
            "consent_evidence": consent_evidence,
        }
    changes = differences(CONTACT, contact, Cleaned(wanted, {}))
    save_changes(access, CONTACT, contact, changes, on_conflict={})


def assign_contacts(
    access: Access,
    ids: Sequence[int],
    *,
    owner_id: int,
    why: str = Why.ASSIGNED,
    note: str | None = None,
) -> list[BulkResult]:
    """Give contacts to somebody; see `sets.assign`."""
    return sets.assign(access, CONTACT, ids, owner_id=owner_id, why=why, note=note)


def archive_contacts(access: Access, ids: Sequence[int]) -> int:
    """Archive contacts; how many. Opportunities keep naming them."""
    return sets.archive(access, CONTACT, ids)


@transaction.atomic
def restore_contacts(access: Access, ids: Sequence[int]) -> int:
    """Bring archived contacts back; refused with `ContactDuplicate` when a method was given away since.

    What went into another contact is refused with `MergedAway`.
    """
    refuse_merged(CONTACT, ids)
    try:
        with transaction.atomic():
            return sets.restore(access, CONTACT, ids)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        method = name.removeprefix("contact_").removesuffix("_once")
        if method not in PERSONAL_METHODS:
            raise
        values = (
            CONTACT.model.objects.filter(pk__in=ids).exclude(**{method: None}).values_list(method, flat=True)
        )
        taken = CONTACT.model.objects.filter(**{f"{method}__in": values}, archived_at=None).first()
        raise duplicate(access, method, getattr(taken, method, "")) from None
