"""What record pages of other rooms put on their screens: the composer and the timeline."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.customization.queries import picklist_choices
from headwater.engagement import queries
from headwater.engagement.settings import QUICK_PHRASES
from headwater.engagement.shown import open_tasks_event
from headwater.engagement.timeline import Group
from headwater.engagement.types import OUTCOMES, ActivityKind
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    Composer,
    ComposerKind,
    EmptyState,
    Option,
    RelatedList,
    Row,
    Tab,
    TimelineDay,
    TimelineEvent,
    TimelinePage,
)

PAGE = 20
# In the order of use; "other" stays with the API and imports.
OFFERED = (
    ActivityKind.CALL,
    ActivityKind.WECHAT,
    ActivityKind.VISIT,
    ActivityKind.MEETING,
    ActivityKind.EMAIL,
    ActivityKind.SMS,
    ActivityKind.QQ,
    ActivityKind.NOTE,
)


def outcome_options() -> tuple[Option, ...]:
    """Outcomes that are offered now."""
    return tuple(
        Option(choice.value, choice.label, hue=choice.color)
        for choice in picklist_choices(OUTCOMES)()
        if not choice.retired
    )


def composer(
    record_type: str, record_id: int, *, kind: str = "", next_at: str = "", url: str = ""
) -> Composer:
    """The composer for a record's page; it posts to this room unless `url` names another door."""
    outcomes = outcome_options()
    hints = _hints()
    kinds = tuple(
        ComposerKind(
            item.value,
            item.label,
            item.icon,
            hints.get(item, _("What was said, what comes next")),
            () if item == ActivityKind.NOTE else outcomes,
        )
        for item in OFFERED
    )
    return Composer(
        url=url or f"/follow-ups/{record_type}/{record_id}",
        kinds=kinds,
        key=f"{record_type}-{record_id}",
        kind=kind,
        phrases=tuple(QUICK_PHRASES.get()),
        next_at=next_at,
    )


def _hints() -> dict[ActivityKind, str]:
    return {
        ActivityKind.CALL: _("What came of the call? Ctrl/⌘ + Enter saves"),
        ActivityKind.WECHAT: _("What was said? A pasted chat is recognised"),
        ActivityKind.QQ: _("What was said? A pasted chat is recognised"),
        ActivityKind.VISIT: _("Whom did you meet, what did they care about?"),
        ActivityKind.MEETING: _("What was decided, who does what?"),
        ActivityKind.NOTE: _("A note moves no deadline: nobody was contacted"),
    }


def timeline_page(
    access: Access,
    record_type: str,
    record_id: int,
    *,
    groups: Sequence[str] = (),
    cursor: str | None = None,
    url: str = "",
    limit: int = PAGE,
    offered: Sequence[Group] = (),
) -> TimelinePage:
    """The timeline for a record's page; filters and further pages come from this room unless `url` is given.

    The caller has checked that the record may be seen. `offered` are the groups that the reader can narrow
    it to, where such records have entries of a few only.
    """
    place = url or f"/timeline/{record_type}/{record_id}"
    page = queries.timeline(access, record_type, record_id, cursor=cursor, limit=limit, groups=groups)
    events = [
        item.source.event(item.entry, item.actor["name"] if item.actor else "") for item in page.entries
    ]
    more = (
        "" if page.next is None else f"{place}?{urlencode({'kinds': ','.join(groups), 'cursor': page.next})}"
    )
    narrowed = bool(groups)
    days = _days(events)
    if cursor is None and (not narrowed or Group.TASK in groups):
        days = _with_open_tasks(access, record_type, record_id, days)
    return TimelinePage(
        days=days,
        filters=() if cursor else _filters(place, groups, offered),
        more_url=more,
        url=f"{place}?{urlencode({'kinds': ','.join(groups)})}" if narrowed else place,
        empty=EmptyState(
            _("Nothing of this kind yet") if narrowed else _("Nothing has happened yet"),
            "" if narrowed else _("The first follow-up will stand here."),
            icon="message-square-text",
        ),
    )


Offer = Callable[[Access, int], Action | None]
_offers: dict[str, list[Offer]] = {}


def register_record_action(record_type: str, offer: Offer) -> None:
    """Add an act to the page of such records; `offer(access, record_id)` gives it, or None for this reader.

    Call it from `registrations.py`.
    """
    _offers.setdefault(record_type, []).append(offer)


def record_actions(access: Access, record_type: str, record_id: int) -> tuple[Action, ...]:
    """What anybody who sees a record can do about it: comment, ask for help, plan a task."""
    actions: list[Action] = []
    if access.may("comments.create"):
        place = f"/comments/{record_type}/{record_id}"
        actions.append(Action(_("Comment"), "message-square", dialog=place))
        actions.append(Action(_("Ask for help"), "hand", dialog=f"{place}?help=1"))
    if access.may("activities.create"):
        chat = f"/chats/{record_type}/{record_id}"
        actions.append(Action(_("Add a chat"), "messages-square", dialog=chat))
    if access.may("tasks.create"):
        about = f"record_type={record_type}&record_id={record_id}"
        actions.append(Action(_("New task"), "list-checks", dialog=f"/tasks/new?{about}"))
    offered = (offer(access, record_id) for offer in _offers.get(record_type, ()))
    return (*actions, *(action for action in offered if action is not None))


def tasks_card(
    access: Access, record_type: str, record_id: int, *, may_add: bool | None = None
) -> RelatedList:
    """The open tasks of a record, to tick off and to add to, for its page."""
    may_edit = access.may("tasks.edit")
    may_add = access.may("tasks.create") if may_add is None else may_add
    rows = tuple(
        Row(
            row.id,
            (
                Cell("text", text=row.title, icon="flag" if row.priority == "high" else ""),
                Cell("person", row.owner_name),
                Cell("when", row.due_at, overdue=row.is_overdue),
            ),
            tools=(
                Action(_("Finish"), "check", post=f"/tasks/{row.id}/finish"),
                Action(_("Edit"), "pencil", dialog=f"/tasks/{row.id}/edit"),
            )
            if may_edit
            else (),
        )
        for row in queries.open_tasks(access, record_type, record_id)
    )
    add = Action(_("New task"), "plus", dialog=f"/tasks/new?record_type={record_type}&record_id={record_id}")
    return RelatedList(
        title=_("Open tasks"),
        columns=(
            Column("title", pgettext("task", "Title")),
            Column("owner", _("Owner")),
            Column("due_at", pgettext("task", "Due")),
        ),
        rows=rows,
        count=len(rows),
        add=add if may_add else None,
        empty=_("No open tasks"),
        key="tasks",
    )


def _days(events: Sequence[TimelineEvent]) -> tuple[TimelineDay, ...]:
    by_day = groupby(events, key=lambda event: timezone.localdate(event.at))
    return tuple(TimelineDay(day, tuple(items)) for day, items in by_day)


def _with_open_tasks(
    access: Access, record_type: str, record_id: int, days: tuple[TimelineDay, ...]
) -> tuple[TimelineDay, ...]:
    """What is still to do stands above what was done."""
    rows = queries.open_tasks(access, record_type, record_id)
    if not rows:
        return days
    event = open_tasks_event(rows, may_edit=access.may("tasks.edit"))
    today = clock.today()
    if days and days[0].day >= today:
        return (replace(days[0], events=(event, *days[0].events)), *days[1:])
    return (TimelineDay(today, (event,)), *days)


def _filters(place: str, groups: Sequence[str], offered: Sequence[Group]) -> tuple[Tab, ...]:
    choices = [(one.value, str(one.label)) for one in offered] or queries.group_choices()
    return (
        Tab(pgettext("timeline", "All"), place, current=not groups),
        *(Tab(label, f"{place}?kinds={value}", current=list(groups) == [value]) for value, label in choices),
    )
