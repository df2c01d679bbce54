"""What follows from the room's events: people are told."""

from collections.abc import Iterable

from headwater.engagement.events import ActivityLiked, CommentAdded, TasksAssigned
from headwater.engagement.models import Activity
from headwater.engagement.queries.comments import CommentRow, comments_by_id, thread_people
from headwater.engagement.queries.people import supervisors_of
from headwater.engagement.queries.tasks import task_rows
from headwater.engagement.subjects import cards, owner_of
from headwater.engagement.types import RecordRef
from headwater.engagement.wording import excerpt
from headwater.organization.queries import names_of
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import Notice, notify, notify_each


@subscriber("engagement.tell-of-comments", CommentAdded)
def tell_of_comments(events: list[StoredEvent[CommentAdded]]) -> None:
    """Those mentioned or asked, the author or owner, who spoke before: each once, by the nearest reason."""
    rows = comments_by_id([stored.event.comment_id for stored in events])
    names = names_of({row.author_id for row in rows.values()})
    known = cards(RecordRef(row.record_type, row.record_id) for row in rows.values())
    for stored in events:
        row = rows.get(stored.event.comment_id)
        if row is None:
            continue
        card = known.get(RecordRef(row.record_type, row.record_id))
        params = {
            "by": names.get(row.author_id, ""),
            "name": "" if card is None else card.title,
            "text": excerpt(row.content),
        }
        told = {row.author_id}
        for kind, people in _recipients(stored.event, row):
            fresh = sorted(set(people) - told)
            told |= set(fresh)
            notify(
                fresh,
                kind,
                params=params,
                record_type=row.record_type,
                record_id=row.record_id,
                url=_place(row, "" if card is None else card.url),
                dedupe_key=f"{kind}:{stored.id}",
                but_not=row.author_id,
            )


def _place(row: CommentRow, url: str) -> str:
    return f"/work?activity={row.activity_id}#comment-{row.id}" if row.activity_id else url


def _recipients(event: CommentAdded, row: CommentRow) -> list[tuple[str, Iterable[int]]]:
    if row.version > 1:  # an edit tells only those newly named
        return [("comment.help" if event.is_help else "comment.mentioned", event.mentions)]
    asked: Iterable[int] = event.mentions
    if event.is_help and not event.mentions:
        asked = supervisors_of(row.author_id)
    around: set[int] = set(thread_people(row.activity_id, row.record_type, row.record_id))
    if row.activity_id is not None:
        around |= set(Activity.objects.filter(pk=row.activity_id).values_list("author_id", flat=True))
    else:
        owner = owner_of(RecordRef(row.record_type, row.record_id))
        around |= set() if owner is None else {owner}
    return [("comment.help" if event.is_help else "comment.mentioned", asked), ("comment.added", around)]


@subscriber("engagement.tell-of-likes", ActivityLiked)
def tell_of_likes(events: list[StoredEvent[ActivityLiked]]) -> None:
    """The author, once per person who likes."""
    liked = {
        activity.pk: activity
        for activity in Activity.objects.filter(pk__in=[stored.event.activity_id for stored in events])
    }
    known = cards(RecordRef(item.record_type, item.record_id) for item in liked.values())
    names = names_of({stored.event.user_id for stored in events})
    notices = []
    for stored in events:
        activity = liked.get(stored.event.activity_id)
        if activity is None or activity.author_id == stored.event.user_id:
            continue
        card = known.get(RecordRef(activity.record_type, activity.record_id))
        params = {"by": names.get(stored.event.user_id, ""), "name": "" if card is None else card.title}
        key = f"activity.liked:{activity.pk}:{stored.event.user_id}"
        notices.append(
            Notice(activity.author_id, params, "activity", activity.pk, f"/work?activity={activity.pk}", key)
        )
    if notices:
        notify_each(notices, "activity.liked")


@subscriber("engagement.tell-of-tasks", TasksAssigned)
def tell_of_tasks(events: list[StoredEvent[TasksAssigned]]) -> None:
    """The new owner of each task."""
    rows = task_rows([task_id for stored in events for task_id in stored.event.task_ids])
    names = names_of({stored.actor_id for stored in events if stored.actor_id is not None})
    notices = []
    for stored in events:
        for task_id in stored.event.task_ids:
            row = rows.get(task_id)
            if row is None or row.owner_id == stored.actor_id:
                continue
            params = {"by": names.get(stored.actor_id or 0, ""), "title": row.title}
            key = f"task.assigned:{task_id}:{stored.id}"
            notices.append(Notice(row.owner_id, params, "task", task_id, f"/tasks?task={task_id}", key))
    if notices:
        notify_each(notices, "task.assigned")
