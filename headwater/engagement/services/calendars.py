"""A person's tasks as a calendar that their phone subscribes to."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from headwater.engagement.models import CalendarFeed
from headwater.engagement.queries.tasks import TaskRow, dated_tasks
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.queries import active_ids
from headwater.platform import audit

LENGTH = timedelta(minutes=30)
DOMAIN = "tasks.headwater"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_calendar(access: Access) -> str:
    """A new secret address for one's calendar, shown once; the one before stops working."""
    if access.user_id is None:
        raise ValueError("a calendar belongs to a person")
    secret = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(
        user_id=access.user_id,
        defaults={"secret_hash": _digest(secret), "created_at": clock.now(), "read_at": None},
    )
    audit.record(access, "user", access.user_id, "open_calendar", {"calendar": [None, feed.pk]})
    return secret


@transaction.atomic
def close_calendar(access: Access) -> bool:
    """End one's calendar address; False when there was none."""
    removed, _by_model = CalendarFeed.objects.filter(user_id=access.user_id or 0).delete()
    if removed:
        audit.record(access, "user", access.user_id, "close_calendar", {"calendar": [True, None]})
    return removed > 0


def calendar_of(secret: str) -> bytes:
    """The iCalendar text behind a secret address; `NotFound` for an unknown one or who has left."""
    feed = CalendarFeed.objects.filter(secret_hash=_digest(secret)).first()
    if feed is None or not active_ids([feed.user_id]):
        raise NotFound(record="calendar", id=None)
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=clock.now())
    return calendar_text(dated_tasks(feed.user_id))


def calendar_text(tasks: list[TaskRow]) -> bytes:
    """Tasks with a due time as events with their reminders."""
    calendar = Calendar()
    calendar.add("prodid", "-//Headwater//Tasks//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Headwater tasks"))
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    for task in tasks:
        calendar.add_component(_event(task))
    return bytes(calendar.to_ical())


def _event(task: TaskRow) -> Event:
    assert task.due_at is not None
    event = Event()
    event.add("uid", f"{task.id}@{DOMAIN}")
    event.add("dtstamp", task.created_at)
    event.add("sequence", task.version)
    event.add("summary", f"{task.title} · {task.record.title}" if task.record else task.title)
    event.add("dtstart", task.due_at)
    event.add("dtend", task.due_at + LENGTH)
    base = str(getattr(settings, "PUBLIC_URL", "")).rstrip("/")
    event.add("url", base + (task.record.url if task.record else f"/tasks?task={task.id}"))
    if task.note:
        event.add("description", task.note)
    if task.remind_at is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", task.title)
        alarm.add("trigger", task.remind_at - task.due_at)
        event.add_component(alarm)
    return event
