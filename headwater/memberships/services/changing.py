"""Members change their status, are taken out, and come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import execute, rows
from headwater.memberships.events import (
    CampaignMembersChanged,
    CampaignMembersRemoved,
    CampaignMembersRestored,
)
from headwater.memberships.models import Member
from headwater.memberships.services.adding import checked_status
from headwater.memberships.services.writing import RECORD, chunks
from headwater.memberships.types import UNHEARD, is_reaction
from headwater.platform import audit
from headwater.platform.events import emit

_FIXED = ("campaign", "lead", "contact")


@transaction.atomic
def change_statuses(access: Access, ids: Sequence[int], status: str) -> int:
    """Set the status of members within reach; how many changed.

    A reaction keeps the moment of the first one; a status that knows of none forgets it. `Invalid`.
    """
    checked_status(status)
    found = [row for row in _locked(access, ids) if row["status"] != status]
    changed = [row["id"] for row in found]
    moment = clock.now()
    execute(
        "UPDATE memberships_member SET status = %s, responded_at = CASE WHEN %s THEN"
        " COALESCE(responded_at, %s) WHEN %s THEN NULL ELSE responded_at END,"
        " updated_at = %s, version = version + 1 WHERE id = ANY(%s::bigint[])",
        (status, is_reaction(status), moment, status in UNHEARD, moment, changed),
    )
    audit.record_many(
        access, RECORD, "update", [(row["id"], {"status": [row["status"], status]}) for row in found]
    )
    for piece in chunks(changed):
        emit(CampaignMembersChanged(ids=piece, fields=["status"]), access)
    return len(changed)


@transaction.atomic
def update_member(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a member within reach; refuses with `NotFound`, `Stale`, `Invalid`. Whose member of what it is
    stays.
    """
    if not _locked(access, [record_id]):
        raise NotFound(record=RECORD, id=record_id)
    member = Member.objects.get(pk=record_id)
    if version is not None and version != member.version:
        raise Stale(version=member.version)
    given = clean(record_type(RECORD), values, access, partial=True).fields
    for key in _FIXED:
        if key in given and given.pop(key) != getattr(member, f"{key}_id"):
            words = _("This stays: take the member out and add another one.")
            raise Invalid.one(key, "member.fixed", words)
    if "note" in given:
        given["note"] = given["note"] or ""
    for key in ("status", "joined_at"):
        if key in given and given[key] is None:
            raise Invalid.one(key, "value.required", _("This is required."))
    for key in ("joined_at", "responded_at"):
        if key in given and _is_same(given[key], getattr(member, key)):
            del given[key]
    if "status" in given and given["status"] != member.status and "responded_at" not in given:
        if is_reaction(given["status"]):
            given["responded_at"] = member.responded_at or clock.now()
        elif given["status"] in UNHEARD:
            given["responded_at"] = None
    changes = {
        key: [getattr(member, key), value] for key, value in given.items() if getattr(member, key) != value
    }
    if not changes:
        return
    for key, (_before, after) in changes.items():
        setattr(member, key, after)
    member.version += 1
    member.updated_at = clock.now()
    member.save()
    audit.record(access, RECORD, record_id, "update", changes)
    emit(CampaignMembersChanged(ids=[record_id], fields=sorted(changes)), access)


@transaction.atomic
def remove_members(access: Access, ids: Sequence[int]) -> int:
    """Take members within reach out of their campaigns; how many. `restore_members` takes them in again."""
    removed = [row["id"] for row in _locked(access, ids)]
    _archive(removed, is_archived=True)
    audit.record_many(access, RECORD, "archive", audit.same_changes(removed, {"archived": [False, True]}))
    for piece in chunks(removed):
        emit(CampaignMembersRemoved(ids=piece), access)
    return len(removed)


@transaction.atomic
def restore_members(access: Access, ids: Sequence[int]) -> int:
    """Take removed members in again as they were; how many."""
    restored = [row["id"] for row in _locked(access, ids, archived=True)]
    _archive(restored, is_archived=False)
    audit.record_many(access, RECORD, "restore", audit.same_changes(restored, {"archived": [True, False]}))
    for piece in chunks(restored):
        emit(CampaignMembersRestored(ids=piece), access)
    return len(restored)


def _is_same(given: datetime | None, known: datetime | None) -> bool:
    """Whether a form gives a moment back as it showed it, to the minute."""
    return given == (None if known is None else known.replace(second=0, microsecond=0)) or given == known


def _locked(access: Access, ids: Sequence[int], *, archived: bool = False) -> list[dict[str, Any]]:
    within = record_type(RECORD).scope(access, "t")
    shelf = "IS NOT NULL" if archived else "IS NULL"
    return rows(
        "SELECT t.id, t.status FROM memberships_member t WHERE t.id = ANY(%s::bigint[])"
        f" AND t.archived_at {shelf} AND ({within.text}) ORDER BY t.id FOR NO KEY UPDATE OF t",
        (list(ids), *within.params),
    )


def _archive(ids: Sequence[int], *, is_archived: bool) -> None:
    moment = clock.now()
    execute(
        "UPDATE memberships_member SET archived_at = %s::timestamptz, updated_at = %s,"
        " version = version + 1 WHERE id = ANY(%s::bigint[])",
        (moment if is_archived else None, moment, list(ids)),
    )
