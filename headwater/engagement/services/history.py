"""Where a record's history belongs: links after a conversion, moves after a merge or a handover."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from headwater.engagement.events import TasksAssigned
from headwater.engagement.models import TimelineLink
from headwater.engagement.types import RecordRef
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.events import emit


def link_history(access: Access, record: RecordRef, *, source: RecordRef) -> None:
    """Make the source's history part of the record's timeline; repeating does nothing."""
    TimelineLink.objects.bulk_create(
        [
            TimelineLink(
                record_type=record.record_type,
                record_id=record.record_id,
                source_type=source.record_type,
                source_id=source.record_id,
                since=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def unlink_history(access: Access, *, source: RecordRef, record: RecordRef | None = None) -> int:
    """Take the source's history out of every timeline it was linked into, or out of one; how many."""
    links = TimelineLink.objects.filter(source_type=source.record_type, source_id=source.record_id)
    if record is not None:
        links = links.filter(record_type=record.record_type, record_id=record.record_id)
    removed, _by_model = links.delete()
    return removed


@dataclass(frozen=True, slots=True)
class Moved:
    """What a merge moved, so that it can be moved back. JSON-able."""

    record_type: str
    from_id: int
    to_id: int
    activities: list[int]
    tasks: list[int]
    comments: list[int]
    links: list[int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Moved":
        return cls(**raw)


_TABLES = {
    "activities": "engagement_activity",
    "tasks": "engagement_task",
    "comments": "engagement_comment",
}


@transaction.atomic
def move_history(access: Access, *, from_: RecordRef, to: RecordRef) -> Moved:
    """Give the survivor of a merge everything of the other record. Both are of one type."""
    if from_.record_type != to.record_type:
        raise ValueError("a merge stays within one record type")
    moved = {
        name: sql.values(
            f"UPDATE {table} SET record_id = %s WHERE record_type = %s AND record_id = %s RETURNING id",
            [to.record_id, from_.record_type, from_.record_id],
        )
        for name, table in _TABLES.items()
    }
    links = sql.values(
        """
        UPDATE engagement_timelinelink l SET record_id = %s
        WHERE record_type = %s AND record_id = %s AND NOT EXISTS (
            SELECT 1 FROM engagement_timelinelink k WHERE k.record_type = l.record_type AND k.record_id = %s
               AND k.source_type = l.source_type AND k.source_id = l.source_id)
        RETURNING id
        """,
        [to.record_id, from_.record_type, from_.record_id, to.record_id],
    )
    audit.record(
        access,
        to.record_type,
        to.record_id,
        "take_history",
        {"from": [None, from_.record_id], "activities": [0, len(moved["activities"])]},
    )
    return Moved(
        record_type=to.record_type, from_id=from_.record_id, to_id=to.record_id, links=links, **moved
    )


@transaction.atomic
def move_history_back(access: Access, moved: Moved) -> None:
    """Undo `move_history`; what was added to the survivor since then stays with it."""
    for name, table in (*_TABLES.items(), ("links", "engagement_timelinelink")):
        sql.execute(
            f"UPDATE {table} SET record_id = %s"
            " WHERE id = ANY(%s::bigint[]) AND record_type = %s AND record_id = %s",
            [moved.from_id, getattr(moved, name), moved.record_type, moved.to_id],
        )
    audit.record(access, moved.record_type, moved.from_id, "take_history_back", {"from": [moved.to_id, None]})


@transaction.atomic
def close_tasks(access: Access, record_type: str, ids: Sequence[int]) -> int:
    """End the open next steps of records that were closed or given back; how many. Other tasks stay."""
    now = clock.now()
    closed = sql.values(
        """
        UPDATE engagement_task SET archived_at = %s, updated_at = %s, version = version + 1
        WHERE record_type = %s AND record_id = ANY(%s::bigint[]) AND record_id IS NOT NULL
          AND activity_id IS NOT NULL AND done_at IS NULL AND archived_at IS NULL
        RETURNING id
        """,
        [now, now, record_type, list(ids)],
    )
    if closed:
        audit.record_many(access, "task", "archive", audit.same_changes(closed, {"archived": [False, True]}))
    return len(closed)


@transaction.atomic
def hand_over_tasks(access: Access, record_type: str, ids: Sequence[int], to_user_id: int) -> int:
    """Give the open tasks of these records to their new owner; how many."""
    now = clock.now()
    given = sql.rows(
        """
        UPDATE engagement_task t SET owner_id = %s, updated_at = %s, version = t.version + 1
        FROM (SELECT id, owner_id FROM engagement_task
              WHERE record_type = %s AND record_id = ANY(%s::bigint[]) AND record_id IS NOT NULL
                AND done_at IS NULL AND archived_at IS NULL AND owner_id <> %s
              ORDER BY id FOR NO KEY UPDATE) was
        WHERE t.id = was.id RETURNING t.id, was.owner_id AS former
        """,
        [to_user_id, now, record_type, list(ids), to_user_id],
    )
    if given:
        audit.record_many(
            access, "task", "assign", [(row["id"], {"owner": [row["former"], to_user_id]}) for row in given]
        )
        emit(TasksAssigned(task_ids=[row["id"] for row in given], owner_id=to_user_id), access)
    return len(given)
