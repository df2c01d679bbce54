"""The feed 工作."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.engagement import queries
from headwater.engagement.queries import ActivityRow, FeedFilter
from headwater.engagement.screens import outcome_options
from headwater.engagement.shown import activity_tools, body
from headwater.engagement.types import ActivityKind
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.organization.queries import department_tree, people_by_id
from headwater.ui.pages import Action, EmptyState, FieldControl, FilterChip, Option, Tab
from headwater.ui.responses import respond

PAGE = 20
KEPT = ("show", "person", "department", "kind", "outcome", "dates")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A follow-up in the feed."""

    row: ActivityRow
    body: str
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class FeedPage:
    """All of `engagement/feed.html`."""

    items: tuple[FeedItem, ...]
    tabs: tuple[Tab, ...]
    filters: tuple[FieldControl, ...]
    hidden: dict[str, str]
    chips: tuple[FilterChip, ...]
    more_url: str
    self_url: str
    news_url: str
    focus: bool
    is_next: bool
    empty: EmptyState


def _number(request: HttpRequest, name: str) -> int | None:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 16 else None


def _day_start(text: str, add: int = 0) -> datetime | None:
    try:
        day = datetime.fromisoformat(text.strip()).date() + timedelta(days=add)
    except (ValueError, OverflowError):
        return None
    return timezone.make_aware(datetime.combine(day, time()))


def chosen_filter(request: HttpRequest) -> FeedFilter:
    """What the address narrows the feed to; what cannot be read narrows nothing."""
    show = request.GET.get("show", "")
    first, _dash, last = request.GET.get("dates", "").partition(" - ")
    return FeedFilter(
        person=_number(request, "person"),
        department=_number(request, "department"),
        kind=request.GET.get("kind", "")[:12],
        outcome=request.GET.get("outcome", "")[:80],
        since=_day_start(first),
        until=_day_start(last or first, add=1),
        mine=show == "mine",
        mentioned=show == "mentions",
        help=show == "help",
    )


def _with(request: HttpRequest, *, place: str = "/work", **changes: str) -> str:
    """The address with what is chosen now and these changes."""
    kept = {name: request.GET.get(name, "") for name in KEPT} | changes
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{place}?{query}" if query else place


def _item(row: ActivityRow) -> FeedItem:
    return FeedItem(row, body(row, in_feed=True), activity_tools(row))


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Follow-ups I may see, newest first; `activity` shows one of them with its discussion."""
    access = permit(request, "activities.view")
    focus = _number(request, "activity")
    if focus is not None:
        rows, after, newest = [queries.get_row(access, focus)], None, 0
    else:
        page = queries.feed(
            access, chosen_filter(request), cursor=request.GET.get("cursor") or None, limit=PAGE
        )
        rows, after, newest = page.rows, page.next, page.newest_id
    shown = FeedPage(
        items=tuple(_item(row) for row in rows),
        tabs=_tabs(request),
        filters=_filters(request, access),
        hidden={name: request.GET[name] for name in ("show",) if request.GET.get(name)},
        chips=_chips(request),
        more_url="" if after is None else _with(request, cursor=after),
        self_url=_with(request) if focus is None else f"/work?activity={focus}",
        news_url="" if focus else _with(request, place="/work/news", after=str(newest)),
        focus=focus is not None,
        is_next="cursor" in request.GET,
        empty=_empty(request),
    )
    return respond(
        request, "engagement/feed.html", shown, fragments={"hw-feed": "items", "hw-feed-more": "items"}
    )


def _tabs(request: HttpRequest) -> tuple[Tab, ...]:
    now = "focus" if request.GET.get("activity") else request.GET.get("show", "")
    return tuple(
        Tab(label, _with(request, show=key), current=now == key)
        for key, label in (
            ("", pgettext("feed", "All")),
            ("mine", _("My records")),
            ("mentions", _("Mentions me")),
            ("help", _("Needs help")),
        )
    )


def _filters(request: HttpRequest, access: Access) -> tuple[FieldControl, ...]:
    person = _number(request, "person")
    people = (
        ()
        if person is None
        else tuple(Option(str(found.id), found.name) for found in people_by_id([person]).values())
    )
    departments = tuple(Option(str(node.id), node.name, depth=node.depth) for node in department_tree())
    kinds = tuple(Option(kind.value, kind.label) for kind in ActivityKind)
    alone = not access.reach.everyone and len(access.reach.people) <= 1
    wide = (
        ()
        if alone
        else (
            FieldControl(
                "person",
                pgettext("feed", "Person"),
                "user",
                request.GET.get("person", ""),
                people,
                "/options/user.json",
                placeholder=_("Everybody"),
            ),
            FieldControl(
                "department",
                _("Department"),
                "tree",
                request.GET.get("department", ""),
                departments,
                placeholder=_("All departments"),
            ),
        )
    )
    return (
        *wide,
        FieldControl(
            "kind",
            pgettext("activity", "Kind"),
            "select",
            request.GET.get("kind", ""),
            kinds,
            placeholder=_("All kinds"),
        ),
        FieldControl(
            "outcome",
            _("Outcome"),
            "select",
            request.GET.get("outcome", ""),
            outcome_options(),
            placeholder=_("All outcomes"),
        ),
        FieldControl(
            "dates", _("Date"), "daterange", request.GET.get("dates", ""), placeholder=_("Any date")
        ),
    )


def _chips(request: HttpRequest) -> tuple[FilterChip, ...]:
    return tuple(FilterChip(label, _with(request, **{name: ""})) for name, label in _filters_set(request))


def _filters_set(request: HttpRequest) -> list[tuple[str, str]]:
    chosen: list[tuple[str, str]] = []
    person = _number(request, "person")
    if person is not None:
        chosen += [("person", found.name) for found in people_by_id([person]).values()]
    department = _number(request, "department")
    if department is not None:
        chosen += [("department", node.name) for node in department_tree() if node.id == department]
    kind = request.GET.get("kind", "")
    if kind in ActivityKind.values:
        chosen.append(("kind", str(ActivityKind(kind).label)))
    outcome = request.GET.get("outcome", "")
    chosen += [("outcome", str(option.label)) for option in outcome_options() if option.value == outcome]
    if request.GET.get("dates"):
        chosen.append(("dates", request.GET["dates"][:40]))
    return chosen


def _empty(request: HttpRequest) -> EmptyState:
    if _filters_set(request):
        return EmptyState(
            _("Nothing fits these filters"),
            _("Take one away to see more."),
            icon="filter",
            actions=(Action(_("Clear filters"), href="/work"),),
        )
    words = {
        "mentions": (
            _("Nobody has mentioned you"),
            _("When a colleague writes @ and your name, it stands here."),
        ),
        "help": (_("Nobody needs help now"), _("Open requests for help of your people stand here.")),
        "mine": (_("No follow-ups on your records yet"), _("Open one of your leads and write the first.")),
    }
    title, text = words.get(
        request.GET.get("show", ""),
        (_("No follow-ups yet"), _("What you and your people record stands here, live.")),
    )
    return EmptyState(title, text, icon="message-square-text")


@dataclass(frozen=True, slots=True)
class NewsPage:
    """How much came in since the page was read."""

    count: int
    url: str
    again_url: str


@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """Asked by the open feed every half minute."""
    access = permit(request, "activities.view")
    after = _number(request, "after")
    if after is None:
        raise NotFound(record="activity", id=None)
    count = queries.feed_news(access, after, chosen_filter(request))
    page = NewsPage(count, _with(request), _with(request, place="/work/news", after=str(after)))
    return respond(request, "engagement/feed.html", page, block="news")
