"""The room's own entries as timelines on the screen show them."""

from collections.abc import Sequence

from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from headwater.engagement.queries.activities import ActivityRow
from headwater.engagement.queries.tasks import TaskRow
from headwater.engagement.timeline import Entry
from headwater.engagement.types import ActivityKind
from headwater.kernel import clock
from headwater.ui.pages import Action, TimelineEvent


def activity_tools(row: ActivityRow) -> tuple[Action, ...]:
    """What the reader may do with a follow-up."""
    tools: list[Action] = []
    if row.may_edit:
        tools.append(Action(_("Edit"), "pencil", dialog=f"/follow-ups/{row.id}/edit"))
    if row.edited_at is not None:
        tools.append(Action(_("Earlier versions"), "history", dialog=f"/follow-ups/{row.id}/versions"))
    if row.may_archive:
        tools.append(Action(_("Delete"), "trash-2", post=f"/follow-ups/{row.id}/archive", kind="danger"))
    return tuple(tools)


def body(row: ActivityRow, *, in_feed: bool = False) -> Markup:
    """The follow-up below its head line: the same on timelines and in the feed.

    A comment somebody is writing there stays when the timeline is read anew.
    """
    context = {"row": row, "in_feed": in_feed, "keeps_comment": True}
    html = get_template("engagement/activity.html").render(context)
    return Markup(html)  # noqa: S704 - our own template


def activity_event(entry: Entry, who: str) -> TimelineEvent:
    """A follow-up with outcome, comments and tools."""
    row: ActivityRow = entry.view
    kind = ActivityKind(row.kind)
    outcome = row.outcome_tag
    return TimelineEvent(
        at=row.occurred_at,
        who=who,
        kind=kind.label,
        icon=kind.icon,
        hue=kind.hue,
        html=body(row),
        tags=(outcome,) if outcome else (),
        tools=activity_tools(row),
        key=f"activity-{row.id}",
    )


def open_tasks_event(rows: Sequence[TaskRow], *, may_edit: bool) -> TimelineEvent:
    """The open tasks of a record, to be ticked off where its history stands."""
    context = {"tasks": rows, "may_edit": may_edit}
    html = get_template("engagement/open_tasks.html").render(context)
    return TimelineEvent(
        at=clock.now(),
        who=_("Open tasks"),
        icon="list-checks",
        hue="red" if any(row.is_overdue for row in rows) else "cyan",
        html=Markup(html),  # noqa: S704 - our own template
        key="open-tasks",
    )


def task_event(entry: Entry, who: str) -> TimelineEvent:
    """A finished task."""
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "finished a task"),
        icon="circle-check",
        hue="gray",
        text=entry.data["title"],
        is_system=True,
        key=f"task-{entry.id}",
    )


def comment_event(entry: Entry, who: str) -> TimelineEvent:
    """A comment on the record."""
    row = entry.view
    html = Markup('<p class="hw-said">{}</p>').format(row.said)
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "asks for help") if row.is_help else pgettext("timeline", "commented"),
        icon="hand" if row.is_help else "message-square",
        hue="amber" if row.is_help else "gray",
        html=html,
        key=f"comment-{entry.id}",
    )


def file_event(entry: Entry, who: str) -> TimelineEvent:
    """A file put on the record."""
    html = Markup(get_template("engagement/files.html").render({"files": [entry.view]}))  # noqa: S704
    return TimelineEvent(
        at=entry.at,
        who=who,
        kind=pgettext("timeline", "added a file"),
        icon="paperclip",
        hue="gray",
        html=html,
        is_system=True,
        key=f"file-{entry.id}",
    )
