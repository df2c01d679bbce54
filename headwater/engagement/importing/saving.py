"""Follow-ups written as sets, with what they said before kept, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from headwater.engagement.events import ActivitiesArchived, ActivitiesCorrected, ActivityRecorded
from headwater.engagement.models import Activity
from headwater.engagement.subjects import subject
from headwater.engagement.types import Recorded
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.copying import copy_rows
from headwater.kernel.sql import execute, rows, values
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.slots import Slot, write_values
from headwater.platform.imports.types import Done, Outcome, Undone, Work

COLUMNS = (
    "record_type", "record_id", "kind", "outcome", "content", "occurred_at", "duration_seconds", "author_id",
    "external_id",
)  # fmt: skip
_TOGETHER = 2000


def save_created(access: Access, work: Work, slots: Sequence[Slot]) -> None:
    """Write new follow-ups; the records they belong to learn when somebody was last in contact."""
    if not slots:
        return
    moment = clock.now()
    ids = values(
        "SELECT nextval(pg_get_serial_sequence('engagement_activity', 'id')::regclass)"
        " FROM generate_series(1, %s)",
        (len(slots),),
    )
    for slot, activity_id in zip(slots, ids, strict=True):
        slot.id = activity_id
        slot.values.setdefault("content", "")
    copy_rows(
        "engagement_activity",
        ("id", *COLUMNS, "participants", "version", "created_at"),
        ([slot.id, *(slot.values.get(name) for name in COLUMNS), "{}", 1, moment] for slot in slots),
    )
    audit.record_alike(access, "activity", "import", ids, {"import": [None, work.job_id]})
    by_type: dict[str, list[Slot]] = {}
    for slot in slots:
        by_type.setdefault(slot.values["record_type"], []).append(slot)
    for key, mine in by_type.items():
        subject(key).imported(access, _latest(mine))
        for start in range(0, len(mine), _TOGETHER):
            part = mine[start : start + _TOGETHER]
            ids = [slot.id or 0 for slot in part]
            record_ids = [slot.values["record_id"] for slot in part]
            emit(ActivityRecorded(record_type=key, activity_ids=ids, record_ids=record_ids), access)


def _latest(slots: Sequence[Slot]) -> list[Recorded]:
    """The last contact of each record."""
    found: dict[int, Recorded] = {}
    for slot in slots:
        said = slot.values
        one = Recorded(
            slot.id or 0, said["record_type"], said["record_id"], said["kind"], said.get("outcome"),
            said["occurred_at"], said["author_id"], None,
        )  # fmt: skip
        known = found.get(one.record_id)
        if one.is_contact and (known is None or known.occurred_at < one.occurred_at):
            found[one.record_id] = one
    return list(found.values())


def save_changed(access: Access, work: Work, slots: Sequence[Slot], *, action: str = "import_update") -> None:
    """Write follow-ups that rows changed; what they said before stays as a version."""
    changed = [slot for slot in slots if slot.dirty]
    if not changed:
        return
    ids = [slot.id or 0 for slot in changed]
    execute(
        "INSERT INTO engagement_activityversion (activity_id, version, kind, outcome, content, occurred_at,"
        " duration_seconds, next_at, participants, replaced_at, replaced_by_id)"
        " SELECT id, version, kind, outcome, content, occurred_at, duration_seconds, next_at, participants,"
        " %s::timestamptz, %s::bigint FROM engagement_activity WHERE id = ANY(%s::bigint[])",
        (clock.now(), access.user_id, ids),
    )
    write_values(Activity, changed, stamp="edited_at")
    audit.record_many(
        access,
        "activity",
        action,
        [(slot.id or 0, dict(slot.changes) | {"import": [None, work.job_id]}) for slot in changed],
    )
    for start in range(0, len(ids), _TOGETHER):
        emit(ActivitiesCorrected(activity_ids=ids[start : start + _TOGETHER]), access)


def revert(access: Access, work: Work, done: Sequence[Done]) -> list[Undone]:
    """Withdraw what rows made and nobody changed since; put back what they changed."""
    ids = [one.record_id for one in done]
    found = rows(
        f"SELECT id, {', '.join(COLUMNS)}, archived_at, EXISTS (SELECT 1 FROM engagement_comment c"
        " WHERE c.activity_id = a.id) AS is_talked_of, EXISTS (SELECT 1 FROM platform_audit p"
        " WHERE p.record_type = 'activity' AND p.record_id = a.id AND NOT (p.action IN"
        " ('import', 'import_update', 'import_revert') AND p.changes->'import'->>1 = %s)) AS is_touched"
        " FROM engagement_activity a WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE",
        (str(work.job_id), ids),
    )
    known = {row["id"]: row for row in found}
    slots: dict[int, Slot] = {}
    undone, free = [], []
    for one in done:
        row = known.get(one.record_id)
        if row is None or row["archived_at"] is not None:
            undone.append(Undone(one.number, "import.archived_already" if row else "import.gone"))
        elif one.outcome == Outcome.CREATED:
            is_kept = row["is_talked_of"] or row["is_touched"]
            undone.append(Undone(one.number, "import.touched_since" if is_kept else ""))
            free += [] if is_kept else [one.record_id]
        else:
            slot = slots.setdefault(one.record_id, _slot(row))
            undone.append(Undone(one.number, _put_back(slot, one.changes or {})))
    save_changed(access, work, list(slots.values()), action="import_revert")
    execute(
        "UPDATE engagement_activity SET archived_at = %s, version = version + 1 WHERE id = ANY(%s::bigint[])",
        (clock.now(), free),
    )
    changes: dict[str, list[Any]] = {"archived": [False, True], "import": [None, work.job_id]}
    audit.record_many(access, "activity", "archive", audit.same_changes(free, changes))
    for start in range(0, len(free), _TOGETHER):
        emit(ActivitiesArchived(activity_ids=free[start : start + _TOGETHER]), access)
    return undone


def _slot(row: dict[str, Any]) -> Slot:
    slot = Slot(row["id"], 0)
    slot.values = {name: row[name] for name in COLUMNS}
    return slot


def _put_back(slot: Slot, changes: dict[str, Any]) -> str:
    code = ""
    for name, (before, after) in changes.items():
        if to_json(slot.values.get(name)) != after:
            code = "import.changed_since"
            continue
        is_moment = name == "occurred_at" and before is not None
        slot.values[name] = datetime.fromisoformat(before) if is_moment else before
        slot.dirty.add(name)
        slot.changes[name] = [after, before]
    return code
