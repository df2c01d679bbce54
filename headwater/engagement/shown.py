"""The room's own entries as timelines on the screen show them."""

from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry
from headwater.engagement.types import ActivityKind
from headwater.ui.pages import TimelineEvent


def activity_event(entry: Entry, who: str) -> TimelineEvent:
    """A follow-up with outcome, comments and tools."""
    row = entry.view
    kind = ActivityKind(row.kind)
    return TimelineEvent(
        at=row.occurred_at, who=who, kind=kind.label, icon=kind.icon, hue=kind.hue, text=row.content
    )


def task_event(entry: Entry, who: str) -> TimelineEvent:
    """A finished task."""
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "Task finished"),
        icon="circle-check",
        hue="gray",
        text=entry.data["title"],
        is_system=True,
        key=f"task-{entry.id}",
    )


def comment_event(entry: Entry, who: str) -> TimelineEvent:
    """A comment on the record."""
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "Comment"),
        icon="message-square",
        text=entry.view.content,
    )


def file_event(entry: Entry, who: str) -> TimelineEvent:
    """A file put on the record."""
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "File added"),
        icon="paperclip",
        text=entry.data["name"],
    )
