"""Making, changing, finishing and postponing tasks. Many at once go by the same statement as one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.engagement.errors import RecordOfTaskFixed, TaskDone
from headwater.engagement.events import TasksAssigned, TasksCompleted
from headwater.engagement.models import Task
from headwater.engagement.queries.tasks import get_task, tasks_within
from headwater.engagement.services.next_steps import reminder_before
from headwater.engagement.services.repeating import next_due
from headwater.engagement.subjects import check_visible
from headwater.engagement.types import BulkResult, RecordRef
from headwater.kernel import catalogue, clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit

MAX_BULK = 1000


def _record_of(values: dict[str, Any]) -> RecordRef | None:
    """Take the record out of raw values: `record_type` and `record_id`, both or none."""
    record_type, record_id = values.pop("record_type", None), values.pop("record_id", None)
    if record_type in (None, "") and record_id in (None, ""):
        return None
    if not isinstance(record_type, str) or not str(record_id).isdigit() or int(record_id) >= 2**63:
        raise Invalid.one("record_id", "value.record", _("Name the record by record_type and record_id."))
    return RecordRef(record_type, int(record_id))


def _check_owner(access: Access, owner_id: int) -> None:
    """Tasks for somebody else need `tasks.assign` with a reach that covers them."""
    if owner_id == access.user_id:
        return
    if not access.also("tasks.assign").reach.covers(owner_id):
        raise Forbidden(permission="tasks.assign", label=_("Give tasks to others"))
    if not active_ids([owner_id]):
        raise Invalid.one("owner", "value.unknown_person", _("There is no such person."))


@transaction.atomic
def create_task(access: Access, values: Mapping[str, Any]) -> Task:
    """Make a task from raw values of the catalogue, under `tasks.create`; about a record where given.

    The owner is oneself unless another is named. A due time brings a reminder unless one is given.
    """
    given = dict(values)
    record = _record_of(given)
    if record is not None:
        check_visible(access, record)
    fields = catalogue.clean(catalogue.record_type("task"), given, access).fields
    owner_id = fields.pop("owner", None) or access.user_id
    if owner_id is None:
        raise Invalid.one("owner", "value.required", _("This is required."))
    _check_owner(access, owner_id)
    due_at = fields.get("due_at")
    if "remind_at" not in given:
        fields["remind_at"] = reminder_before(due_at)
    _settle(fields)
    now = clock.now()
    task = Task.objects.create(
        **fields,
        owner_id=owner_id,
        record_type=None if record is None else record.record_type,
        record_id=None if record is None else record.record_id,
        created_by_id=access.user_id,
        created_at=now,
        updated_at=now,
    )
    audit.record(access, "task", task.pk, "create", {"title": [None, task.title], "owner": [None, owner_id]})
    if owner_id != access.user_id:
        emit(TasksAssigned(task_ids=[task.pk], owner_id=owner_id), access)
    return task


def _settle(fields: dict[str, Any]) -> None:
    """Blank picklists get their neutral value; a repeated task needs a due time."""
    for key, neutral in (("kind", "other"), ("priority", "normal"), ("repeat", ""), ("note", "")):
        if key in fields and fields[key] is None:
            fields[key] = neutral
    if fields.get("repeat") and fields.get("due_at") is None:
        raise Invalid.one("due_at", "task.repeat_needs_due", _("A repeated task needs a due time."))


@transaction.atomic
def update_task(
    access: Access, task_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Task:
    """Change an open or done task, under `tasks.edit`. Moving the due time moves the reminder along."""
    task = get_task(access, task_id, lock=True)
    if version is not None and version != task.version:
        raise Stale(version=task.version)
    given = dict(values)
    if "record_type" in given or "record_id" in given:
        record = _record_of(given)
        if record != (RecordRef(task.record_type, task.record_id or 0) if task.record_type else None):
            raise RecordOfTaskFixed(id=task_id)
    fields = catalogue.clean(catalogue.record_type("task"), given, access, partial=True).fields
    if "owner" in fields:
        fields["owner_id"] = fields.pop("owner") or access.user_id
        if fields["owner_id"] != task.owner_id:
            _check_owner(access, fields["owner_id"])
    if "due_at" in fields and "remind_at" not in given:
        fields["remind_at"] = reminder_before(fields["due_at"])
    fields.setdefault("due_at", task.due_at)
    fields.setdefault("repeat", task.repeat)
    _settle(fields)
    changed = {key: value for key, value in fields.items() if value != getattr(task, key)}
    if not changed:
        return task
    before = {key: getattr(task, key) for key in changed}
    if "remind_at" in changed:
        changed["reminded_at"] = None
    for key, value in changed.items():
        setattr(task, key, value)
    task.version += 1
    task.updated_at = clock.now()
    task.save(update_fields=[*changed, "version", "updated_at"])
    audit.record(access, "task", task.pk, "update", {key: [before[key], changed[key]] for key in before})
    if "owner_id" in before and task.owner_id != access.user_id:
        emit(TasksAssigned(task_ids=[task.pk], owner_id=task.owner_id), access)
    return task


def complete_task(access: Access, task_id: int) -> Task:
    """Finish a task; finishing it again changes nothing. A repeated task leaves its successor."""
    get_task(access, task_id)
    complete_tasks(access, [task_id])
    return get_task(access, task_id)


@transaction.atomic
def complete_tasks(access: Access, ids: Sequence[int]) -> list[BulkResult]:
    """Finish tasks, under `tasks.edit`: a result per id. Those already done count as done, once."""
    within = {task.pk: task for task in _locked(access, ids)}
    now = clock.now()
    fresh = [task for task in within.values() if task.done_at is None]
    Task.objects.filter(pk__in=[task.pk for task in fresh]).update(
        done_at=now, done_by_id=access.user_id, updated_at=now, version=F("version") + 1
    )
    _repeat([task for task in fresh if task.repeat and task.due_at], now)
    if fresh:
        done = [task.pk for task in fresh]
        audit.record_many(access, "task", "complete", audit.same_changes(done, {"done": [False, True]}))
        emit(TasksCompleted(task_ids=done), access)
    return _results(ids, within)


def _repeat(done: Sequence[Task], now: datetime) -> None:
    following: list[Task] = []
    for task in done:
        assert task.due_at is not None
        due_at = next_due(task.due_at, task.repeat, now)
        lead_time = None if task.remind_at is None else task.due_at - task.remind_at
        following.append(
            Task(
                title=task.title,
                kind=task.kind,
                note=task.note,
                record_type=task.record_type,
                record_id=task.record_id,
                owner_id=task.owner_id,
                due_at=due_at,
                remind_at=None if lead_time is None else due_at - lead_time,
                repeat=task.repeat,
                priority=task.priority,
                previous=task,
                created_by_id=task.created_by_id,
                created_at=now,
                updated_at=now,
            )
        )
    # Finished, reopened and finished again: the successor that stands is the one.
    Task.objects.bulk_create(following, ignore_conflicts=True)


def reopen_task(access: Access, task_id: int) -> Task:
    """Take a finish back; the untouched successor of a repeated task goes with it."""
    get_task(access, task_id)
    reopen_tasks(access, [task_id])
    return get_task(access, task_id)


@transaction.atomic
def reopen_tasks(access: Access, ids: Sequence[int]) -> list[BulkResult]:
    """Take finishes back, under `tasks.edit`: a result per id. Open ones stay open."""
    within = {task.pk: task for task in _locked(access, ids)}
    done = [task.pk for task in within.values() if task.done_at is not None]
    now = clock.now()
    Task.objects.filter(previous__in=done, version=1, done_at__isnull=True).delete()
    Task.objects.filter(pk__in=done).update(
        done_at=None, done_by_id=None, updated_at=now, version=F("version") + 1
    )
    if done:
        audit.record_many(access, "task", "reopen", audit.same_changes(done, {"done": [True, False]}))
    return _results(ids, within)


@transaction.atomic
def postpone_tasks(
    access: Access, ids: Sequence[int], *, to: datetime | None = None, by: timedelta | None = None
) -> list[BulkResult]:
    """Move open tasks to a moment, or by a span counted from their due time (from now when overdue)."""
    if (to is None) == (by is None):
        raise Invalid.one("due_at", "value.required", _("Choose a time."))
    now = clock.now()
    if to is not None and to < now - timedelta(minutes=10):
        raise Invalid.one("due_at", "task.due_in_past", _("This time has passed."))
    within = {task.pk: task for task in _locked(access, ids)}
    moved: list[tuple[Task, datetime | None]] = []
    for task in within.values():
        if task.done_at is not None:
            continue
        before = task.due_at
        base = max(task.due_at, now) if task.due_at else now
        due_at = to if to is not None else base + (by or timedelta())
        task.remind_at = _reminder_moved(task, due_at)
        task.due_at, task.reminded_at, task.updated_at = due_at, None, now
        task.version += 1
        moved.append((task, before))
    Task.objects.bulk_update(
        [task for task, _before in moved], ["due_at", "remind_at", "reminded_at", "updated_at", "version"]
    )
    audit.record_many(
        access, "task", "postpone", [(task.pk, {"due_at": [before, task.due_at]}) for task, before in moved]
    )
    results = _results(ids, within)
    closed = {task.pk: task for task in within.values() if task.done_at is not None}
    return [_refused(item, closed[item.id]) if item.id in closed else item for item in results]


def postpone_task(
    access: Access, task_id: int, *, to: datetime | None = None, by: timedelta | None = None
) -> Task:
    """Move one open task; refuses with `TaskDone`."""
    task = get_task(access, task_id)
    if task.done_at is not None:
        raise _done(task)
    postpone_tasks(access, [task_id], to=to, by=by)
    return get_task(access, task_id)


def _reminder_moved(task: Task, due_at: datetime) -> datetime | None:
    if task.due_at is not None and task.remind_at is not None:
        return due_at - (task.due_at - task.remind_at)
    return reminder_before(due_at)


@transaction.atomic
def archive_tasks(access: Access, ids: Sequence[int]) -> int:
    """Remove tasks from lists, under `tasks.delete`; they can be restored."""
    within = [task.pk for task in _locked(access, ids)]
    if not within and ids:
        raise NotFound(record="task", id=ids[0])
    Task.objects.filter(pk__in=within).update(archived_at=clock.now(), version=F("version") + 1)
    audit.record_many(access, "task", "archive", audit.same_changes(within, {"archived": [False, True]}))
    return len(within)


@transaction.atomic
def restore_tasks(access: Access, ids: Sequence[int]) -> int:
    """Bring removed tasks back, under `tasks.delete`."""
    found = tasks_within(access, archived=True).filter(pk__in=set(ids), archived_at__isnull=False)
    within = list(found.values_list("pk", flat=True))
    Task.objects.filter(pk__in=within).update(archived_at=None, version=F("version") + 1)
    audit.record_many(access, "task", "restore", audit.same_changes(within, {"archived": [True, False]}))
    return len(within)


def _locked(access: Access, ids: Sequence[int]) -> list[Task]:
    """Reachable tasks among `ids`, locked in the order of their ids so that two batches never deadlock."""
    if len(ids) > MAX_BULK:
        raise Invalid.one("ids", "value.too_many", _("At most %(limit)s at once.") % {"limit": MAX_BULK})
    found = tasks_within(access).filter(pk__in=set(ids)).order_by("pk")
    return list(found.select_for_update(no_key=True))


def _results(ids: Sequence[int], within: Mapping[int, Task]) -> list[BulkResult]:
    return [
        BulkResult(task_id, ok=True)
        if task_id in within
        else BulkResult(
            task_id, ok=False, code=NotFound.code, detail=NotFound(record="task", id=task_id).detail
        )
        for task_id in dict.fromkeys(ids)
    ]


def _done(task: Task) -> TaskDone:
    done_at = None if task.done_at is None else task.done_at.isoformat()
    return TaskDone(id=task.pk, done_at=done_at, done_by=task.done_by_id)


def _refused(item: BulkResult, task: Task) -> BulkResult:
    refusal = _done(task)
    return BulkResult(item.id, ok=False, code=refusal.code, detail=refusal.detail, facts=refusal.facts)
