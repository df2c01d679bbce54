"""The next step of a follow-up is a task; the next follow-up finishes it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.engagement.events import TasksCompleted
from headwater.engagement.models import Activity, Task
from headwater.engagement.settings import REMIND_MINUTES
from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.events import emit


def reminder_before(due_at: datetime | None) -> datetime | None:
    """When to remind of something due then: the set minutes before."""
    return None if due_at is None else due_at - timedelta(minutes=REMIND_MINUTES.get())


def make_next_step(access: Access, activity: Activity, *, title: str) -> Task:
    """The task of the follow-up's next step, for its author."""
    now = clock.now()
    task = Task.objects.create(
        title=(text.tidy(title) or _("Follow up"))[:200],
        kind=activity.kind if activity.kind != "note" else "other",
        record_type=activity.record_type,
        record_id=activity.record_id,
        owner_id=activity.author_id,
        due_at=activity.next_at,
        remind_at=reminder_before(activity.next_at),
        activity=activity,
        created_by_id=access.user_id,
        created_at=now,
        updated_at=now,
    )
    audit.record(access, "task", task.pk, "create", {"due_at": [None, task.due_at]})
    return task


def close_next_steps(access: Access, activity: Activity) -> list[int]:
    """Finish the author's open next steps on the record: this follow-up was one. Their ids."""
    now = clock.now()
    done: list[Any] = sql.values(
        """
        UPDATE engagement_task SET done_at = %s, done_by_id = %s, version = version + 1, updated_at = %s
        WHERE record_type = %s AND record_id = %s AND record_id IS NOT NULL AND owner_id = %s
          AND activity_id IS NOT NULL AND activity_id <> %s AND done_at IS NULL AND archived_at IS NULL
        RETURNING id
        """,
        [
            now,
            access.user_id,
            now,
            activity.record_type,
            activity.record_id,
            activity.author_id,
            activity.pk,
        ],
    )
    if done:
        audit.record_many(access, "task", "complete", audit.same_changes(done, {"done": [False, True]}))
        emit(TasksCompleted(task_ids=done), access)
    return done
