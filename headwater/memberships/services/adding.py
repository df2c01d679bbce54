"""Leads and contacts become members of a campaign; many by the same statement as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import execute, rows
from headwater.memberships.errors import AlreadyMember
from headwater.memberships.picklists import first_status, statuses
from headwater.memberships.services.writing import member_as_other, told_added
from headwater.memberships.types import MAX_BATCH, OF, How, Of, is_reaction


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding."""

    ids: tuple[int, ...]  # of the new members
    known: int  # were members before, themselves or as the contact that a lead became
    unseen: int  # lie outside the actor's reach, or do not exist


def _adding(of: Of) -> str:
    return (
        f"INSERT INTO memberships_member AS k (campaign_id, {of}_id, status, how, joined_at, responded_at,"
        " note, created_at, updated_at, created_by_id, version, custom)"
        " SELECT %s, x.id, %s, %s, %s, %s::timestamptz, %s, %s, %s, %s, 1, '{}'"
        f" FROM unnest(%s::bigint[]) AS x (id) WHERE NOT EXISTS ({member_as_other(of, '%s')}) ORDER BY x.id"
        f" ON CONFLICT (campaign_id, {of}_id) DO UPDATE SET archived_at = NULL, status = excluded.status,"
        " how = excluded.how, import_id = NULL, joined_at = excluded.joined_at,"
        " responded_at = excluded.responded_at,"
        " note = excluded.note, updated_at = excluded.updated_at, version = k.version + 1"
        " WHERE k.archived_at IS NOT NULL"
        " RETURNING k.id, k.campaign_id, k.lead_id, k.contact_id, k.status"
    )


@transaction.atomic
def add_members(
    access: Access,
    campaign_id: int,
    of: str,
    ids: Sequence[int],
    *,
    status: str = "",
    joined_at: datetime | None = None,
    responded_at: datetime | None = None,
    note: str = "",
) -> Added:
    """Make leads or contacts (`of`) members; who is one already stays as they are.

    Without a status it is the first one offered. Refuses with `NotFound` for the campaign, and `Invalid`.
    """
    kind = _kind(of)
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_BATCH:
        words = _("At most %(limit)s records at a time.") % {"limit": MAX_BATCH}
        raise Invalid.one("ids", "batch.too_large", words)
    status = checked_status(status) if status else first_status()
    check_campaign(access, campaign_id)
    if not access.may(kind.permission("view")):
        return Added((), 0, len(wanted))
    # Held before anything is written: a merge locks these first and comes to their memberships later.
    execute(f"SELECT id FROM {kind.table} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE", (wanted,))
    seen = sorted(listing.ids_within(access.also(kind.permission("view")), kind, wanted))
    moment = clock.now()
    since = joined_at or moment
    if responded_at is None and is_reaction(status):
        responded_at = since
    joined = rows(
        _adding("lead" if of == "lead" else "contact"),
        (
            campaign_id,
            status,
            How.ADDED.value,
            since,
            responded_at,
            note,
            moment,
            moment,
            access.user_id,
            seen,
            campaign_id,
        ),
    )
    told_added(access, joined)
    return Added(tuple(row["id"] for row in joined), len(seen) - len(joined), len(wanted) - len(seen))


def create_member(access: Access, values: Mapping[str, Any]) -> int:
    """One member from raw values, `campaign` and either `lead` or `contact` among them; its id.

    Refuses with `NotFound` for the campaign, with `AlreadyMember`, and with `Invalid`.
    """
    cleaned = clean(record_type("campaign_member"), values, access).fields
    given = [of for of in OF if cleaned.get(of) is not None]
    if len(given) != 1:
        raise Invalid.one("lead", "member.one", _("Give either a lead or a contact."))
    (of,) = given
    added = add_members(
        access,
        cleaned["campaign"],
        of,
        [cleaned[of]],
        status=cleaned.get("status") or "",
        joined_at=cleaned.get("joined_at"),
        responded_at=cleaned.get("responded_at"),
        note=cleaned.get("note") or "",
    )
    if added.unseen:
        raise Invalid.one(of, "value.record", _("There is no such record."))
    if added.known:
        raise AlreadyMember(campaign=cleaned["campaign"])
    return added.ids[0]


def checked_status(status: str) -> str:
    """A status that is offered; refuses with `Invalid`."""
    if status not in {choice.value for choice in statuses() if not choice.retired}:
        raise Invalid.one("status", "value.choice", _("This is not one of the choices."))
    return status


def check_campaign(access: Access, campaign_id: int) -> None:
    """Refuses with `NotFound` a campaign that the actor does not see."""
    kind = record_type("campaign")
    if not listing.ids_within(access.also(kind.permission("view")), kind, [campaign_id]):
        raise NotFound(record="campaign", id=campaign_id)


def _kind(of: str) -> Any:
    if of not in OF:
        raise Invalid.one("record", "value.choice", _("This is not one of the choices."))
    return record_type(of)
