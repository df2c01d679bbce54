"""To whose history a mail belongs: by the mail it answers, else by the sender's address."""

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.kernel.sql import rows, value
from headwater.leads.types import Status


@dataclass(frozen=True, slots=True)
class Place:
    """A record that a mail goes to; `is_idle` for a lead that an inquiry wakes."""

    record_type: str
    record_id: int
    name: str
    owner_id: int | None
    is_idle: bool = False


_LEAD = "SELECT l.id, l.name, l.owner_id, l.status FROM leads_lead l WHERE l.archived_at IS NULL AND "
_CONTACT = "SELECT c.id, c.name, c.owner_id FROM sales_contact c WHERE c.archived_at IS NULL AND "
# Each half meets an index: one living lead has an address, and what merges left over is kept beside.
_BY_ADDRESS = f"""
SELECT x.* FROM (
  {_LEAD} NOT l.may_duplicate AND l.email = %s
  UNION
  {_LEAD} l.id IN (SELECT o.lead_id FROM leads_othercontact o WHERE o.value = %s AND o.field = 'email')
) x ORDER BY (x.status = 'converted'), x.id LIMIT 1
"""
_THREAD = """
SELECT m.record_type, m.record_id FROM mailbox_mail m
WHERE m.message_hash = ANY(%s::text[]) AND m.message_hash <> '' AND m.record_id IS NOT NULL
ORDER BY array_position(%s::text[], m.message_hash::text), m.id DESC LIMIT 1
"""


def place_of_thread(thread: Sequence[str]) -> Place | None:
    """The record on which one of these earlier mails is kept."""
    hashes = list(thread)
    found = rows(_THREAD, (hashes, hashes)) if hashes else []
    return named_place(found[0]["record_type"], found[0]["record_id"]) if found else None


def named_place(record_type: str, record_id: int) -> Place | None:
    """A living lead or contact as a place."""
    if record_type == "lead":
        leads = rows(f"{_LEAD} l.id = %s", (record_id,))
        return _lead(leads[0]) if leads else None
    if record_type == "contact":
        contacts = rows(f"{_CONTACT} c.id = %s", (record_id,))
        return _contact(contacts[0]) if contacts else None
    return None


def place_of_sender(address: str) -> Place | None:
    """The open lead with this address, else the contact, else the lead that became one."""
    leads = rows(_BY_ADDRESS, (address, address))
    if leads and leads[0]["status"] != Status.CONVERTED:
        return _lead(leads[0])
    contacts = rows(f"{_CONTACT} c.email = %s ORDER BY c.id LIMIT 1", (address,))
    if contacts:
        return _contact(contacts[0])
    return _lead(leads[0]) if leads else None


def is_colleague(address: str) -> bool:
    """Whether somebody of the house has this address."""
    return bool(value("SELECT EXISTS (SELECT 1 FROM organization_user WHERE lower(email) = %s)", (address,)))


def is_ours(address: str) -> bool:
    """Whether this is the address of one of our own mailboxes, or the one we send under."""
    from email.utils import parseaddr

    from django.conf import settings

    if address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower():
        return True
    return bool(value("SELECT EXISTS (SELECT 1 FROM mailbox_mailbox WHERE lower(address) = %s)", (address,)))


def _lead(row: dict[str, object]) -> Place:
    owner = row["owner_id"]
    return Place(
        "lead",
        int(str(row["id"])),
        str(row["name"]),
        None if owner is None else int(str(owner)),
        is_idle=row["status"] in (Status.POOLED, Status.INVALID),
    )


def _contact(row: dict[str, object]) -> Place:
    owner = row["owner_id"]
    return Place("contact", int(str(row["id"])), str(row["name"]), None if owner is None else int(str(owner)))
