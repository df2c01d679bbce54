"""Tasks within reach, and one's own of today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from headwater.engagement.models import Task
from headwater.engagement.subjects import cards
from headwater.engagement.types import RecordRef, SubjectCard
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import TRUE, Fragment

MOST_OPEN = 200
RECENTLY_DONE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as lists show it."""

    id: int
    title: str
    kind: str
    note: str
    record_type: str | None
    record_id: int | None
    owner_id: int
    owner_name: str
    due_at: datetime | None
    remind_at: datetime | None
    done_at: datetime | None
    done_by_id: int | None
    repeat: str
    priority: str
    activity_id: int | None
    created_by_id: int | None
    version: int
    created_at: datetime
    record: SubjectCard | None = None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < clock.now()


@dataclass(frozen=True, slots=True)
class TaskGroups:
    """Open tasks by urgency; each group sorted by due time."""

    overdue: tuple[TaskRow, ...]
    today: tuple[TaskRow, ...]
    upcoming: tuple[TaskRow, ...]
    someday: tuple[TaskRow, ...]
    done: tuple[TaskRow, ...]
    is_cut: bool  # there are more open tasks than shown

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.today or self.upcoming or self.someday)


@dataclass(frozen=True, slots=True)
class TaskCounts:
    overdue: int
    today: int  # due later today
    upcoming: int
    done_today: int


def tasks_scope(access: Access, alias: str) -> Fragment:
    """The condition over the catalogue's table: owned by somebody in reach, or given by oneself."""
    if access.reach.everyone:
        return TRUE
    return Fragment(
        f"({alias}.owner_id = ANY(%s::bigint[]) OR {alias}.created_by_id = %s)",
        (sorted(access.reach.people), access.user_id),
    )


def tasks_within(access: Access, *, archived: bool = False) -> QuerySet[Task]:
    """Tasks in reach, as `tasks_scope` says it in SQL."""
    found = Task.objects.all() if archived else Task.objects.filter(archived_at__isnull=True)
    if access.reach.everyone:
        return found
    return found.filter(Q(owner_id__in=access.reach.people) | Q(created_by_id=access.user_id))


def get_task(access: Access, task_id: int, *, lock: bool = False) -> Task:
    """The task; `NotFound` outside of reach."""
    found = tasks_within(access).filter(pk=task_id)
    if lock:
        found = found.select_for_update(no_key=True)
    task = found.first()
    if task is None:
        raise NotFound(record="task", id=task_id)
    return task


_SELECT = """
    SELECT t.id, t.title, t.kind, t.note, t.record_type, t.record_id, t.owner_id, u.name AS owner_name,
           t.due_at, t.remind_at, t.done_at, t.done_by_id, t.repeat, t.priority, t.activity_id,
           t.created_by_id, t.version, t.created_at
    FROM engagement_task t JOIN organization_user u ON u.id = t.owner_id
"""


def _rows(where: str, params: Sequence[Any], *, with_records: bool = True) -> list[TaskRow]:
    rows = sql.rows(f"{_SELECT} WHERE t.archived_at IS NULL AND {where}", params)
    refs = {row["id"]: RecordRef(row["record_type"], row["record_id"]) for row in rows if row["record_type"]}
    known = cards(refs.values()) if with_records and refs else {}
    return [TaskRow(**row, record=known.get(refs[row["id"]]) if row["id"] in refs else None) for row in rows]


def task_row(access: Access, task_id: int) -> TaskRow:
    """One task as shown; `NotFound` outside of reach."""
    get_task(access, task_id)
    return _rows("t.id = %s", [task_id])[0]


def task_rows(ids: Sequence[int]) -> dict[int, TaskRow]:
    """Tasks by id; the caller knows that they may be seen."""
    return {row.id: row for row in _rows("t.id = ANY(%s::bigint[])", [list(ids)])}


def open_tasks(access: Access, record_type: str, record_id: int) -> list[TaskRow]:
    """Open tasks of a record, soonest first; the caller has checked that the record may be seen."""
    return _rows(
        "t.record_type = %s AND t.record_id = %s AND t.record_id IS NOT NULL AND t.done_at IS NULL"
        " ORDER BY t.due_at NULLS LAST, t.id LIMIT 50",
        [record_type, record_id],
        with_records=False,
    )


def end_of_today() -> datetime:
    """Midnight that ends the present day, in the active time zone."""
    return timezone.make_aware(datetime.combine(clock.today() + timedelta(days=1), time()))


def task_groups(owner_ids: Sequence[int], *, limit: int = MOST_OPEN) -> TaskGroups:
    """Tasks of these people by urgency, and what they finished in the last days."""
    found = _rows(
        "t.owner_id = ANY(%s::bigint[]) AND t.done_at IS NULL ORDER BY t.due_at NULLS LAST, t.id LIMIT %s",
        [list(owner_ids), limit + 1],
    )
    done = _rows(
        "t.owner_id = ANY(%s::bigint[]) AND t.done_at IS NOT NULL AND t.done_at >= %s"
        " ORDER BY t.done_at DESC LIMIT 30",
        [list(owner_ids), clock.now() - RECENTLY_DONE],
    )
    now, midnight = clock.now(), end_of_today()
    shown = found[:limit]
    return TaskGroups(
        overdue=tuple(row for row in shown if row.due_at and row.due_at < now),
        today=tuple(row for row in shown if row.due_at and now <= row.due_at < midnight),
        upcoming=tuple(row for row in shown if row.due_at and row.due_at >= midnight),
        someday=tuple(row for row in shown if row.due_at is None),
        done=tuple(done),
        is_cut=len(found) > limit,
    )


def count_open_tasks(user_ids: Collection[int]) -> dict[int, int]:
    """Open tasks per person, of those who have any."""
    rows = sql.rows(
        """
        SELECT owner_id, count(*) AS open FROM engagement_task
        WHERE owner_id = ANY(%s::bigint[]) AND done_at IS NULL AND archived_at IS NULL GROUP BY owner_id
        """,
        [list(user_ids)],
    )
    return {row["owner_id"]: row["open"] for row in rows}


def dated_tasks(owner_id: int) -> list[TaskRow]:
    """Open tasks of a person that have a due time, for calendars."""
    return _rows(
        "t.owner_id = %s AND t.done_at IS NULL AND t.due_at IS NOT NULL ORDER BY t.due_at, t.id LIMIT 500",
        [owner_id],
    )


def my_tasks(access: Access) -> TaskGroups:
    """The tasks of the person who asks."""
    return task_groups([access.user_id or 0])


def task_counts(user_id: int) -> TaskCounts:
    """How many open tasks of the person are overdue, due today, later; one index range."""
    now, midnight = clock.now(), end_of_today()
    (row,) = sql.rows(
        """
        SELECT count(*) FILTER (WHERE due_at < %s) AS overdue,
               count(*) FILTER (WHERE due_at >= %s AND due_at < %s) AS today,
               count(*) FILTER (WHERE due_at >= %s OR due_at IS NULL) AS upcoming,
               (SELECT count(*) FROM engagement_task d WHERE d.owner_id = %s AND d.done_at IS NOT NULL
                  AND d.done_at >= %s AND d.archived_at IS NULL) AS done_today
        FROM engagement_task WHERE owner_id = %s AND done_at IS NULL AND archived_at IS NULL
        """,
        [now, now, midnight, midnight, user_id, midnight - timedelta(days=1), user_id],
    )
    return TaskCounts(**row)
