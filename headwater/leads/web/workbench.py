"""The workbench: what to do now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.engagement.queries import TaskGroups, my_tasks
from headwater.kernel import clock, criteria, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows
from headwater.leads.panels import workbench_numbers
from headwater.leads.services.books import Book, read_books
from headwater.leads.taken_back import TakenBack, taken_back_from
from headwater.leads.team import TeamMember, team_of
from headwater.leads.web.going import GOING, reason_of
from headwater.ui.pages import Tile
from headwater.ui.responses import respond

SHOWN = 8
FIELDS = (
    "name", "company", "title", "mobile", "stage", "status", "assigned_at", "next_follow_at", "pool",
    "recycle_due_at", "recycle_rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkbenchPage:
    """All of `leads/workbench.html`."""

    name: str
    today: datetime
    tiles: tuple[Tile, ...]
    tasks: TaskGroups
    fresh: list[dict[str, Any]]
    fresh_count: int
    due: list[dict[str, Any]]
    due_count: int
    going: list[dict[str, Any]]
    going_count: int
    reasons: dict[int, str]
    going_href: str
    taken: list[TakenBack]
    taken_count: int
    book: Book | None
    team: list[TeamMember]
    may_create: bool
    may_claim: bool

    @property
    def has_own_work(self) -> bool:
        """Who holds no leads looks at the team first."""
        return self.book is not None and self.book.held > 0


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Today's tasks, leads newly got, follow-ups due, my book and my numbers."""
    access = permit(request, "leads.view")
    user_id = access.user_id or 0
    fresh, fresh_count = _mine(access, {"field": "status", "op": "eq", "value": "assigned"}, "-assigned_at")
    due, due_count = _mine(
        access, {"field": "next_follow_at", "op": "lte", "value": "today"}, "next_follow_at"
    )
    going, going_count = _mine(
        access, {"field": "recycle_due_at", "op": "lte", "value": GOING}, "recycle_due_at"
    )
    book = read_books([user_id]).get(user_id)
    taken, taken_count = taken_back_from(access)
    page = WorkbenchPage(
        name=access.actor.name,
        today=clock.now(),
        tiles=(*_numbers(access, book), *workbench_numbers(access)),
        tasks=my_tasks(access.also("tasks.view")),
        fresh=fresh,
        fresh_count=fresh_count,
        due=due,
        due_count=due_count,
        going=going,
        reasons=reason_of([row["id"] for row in going]),
        going_href=f"/leads?view=going&f.owner={user_id}",
        going_count=going_count,
        taken=taken,
        taken_count=taken_count,
        book=book,
        team=team_of(access, now=clock.now(), since=_monday()),
        may_create=access.may("leads.create"),
        may_claim=access.may("leads.claim"),
    )
    return respond(request, "leads/workbench.html", page, fragments={"hw-workbench": "workbench"})


def _mine(access: Access, leaf: dict[str, Any], sort: str) -> tuple[list[dict[str, Any]], int]:
    kind = record_type("lead")
    mine = criteria.parse(
        {
            "all": [
                {"field": "owner", "op": "eq", "value": "@me"},
                {"field": "status", "op": "in", "value": ["assigned", "following"]},
                leaf,
            ]
        },
        kind,
        access,
    )
    page = listing.fetch(access, kind, criteria=mine, sort=sort, fields=FIELDS, limit=SHOWN)
    if page.next is None:
        return page.rows, len(page.rows)
    return page.rows, listing.count(access, kind, criteria=mine)


def _midnight() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _monday() -> datetime:
    return _midnight() - timedelta(days=_midnight().weekday())


_NUMBERS = """
SELECT
  (SELECT count(*) FROM engagement_activity a WHERE a.author_id = %s AND a.occurred_at >= %s) AS mine,
  (SELECT count(*) FROM engagement_activity a WHERE a.author_id = ANY(%s::bigint[]) AND a.occurred_at >= %s)
    AS team,
  (SELECT count(*) FROM leads_conversion c WHERE c.actor_id = %s AND c.at >= %s) AS converted
"""


def _numbers(access: Access, book: Book | None) -> tuple[Tile, ...]:
    """My numbers of the week against the average of my team."""
    user_id = access.user_id or 0
    monday = _monday()
    month = _midnight().replace(day=1)
    team: set[int] = set()
    for people in access.actor.people.values():
        team |= people
    team |= {user_id}
    (row,) = rows(_NUMBERS, (user_id, monday, sorted(team), monday, user_id, month))
    tiles = []
    if book is not None:
        tiles.append(
            Tile(
                _("My book"),
                f"{book.held} / {book.cap}",
                note=_("Room for %(room)s") % {"room": book.room},
                href="/leads?view=mine",
                icon="users-round",
            )
        )
    average = row["team"] / max(1, len(team))
    tiles.append(
        Tile(
            _("Follow-ups this week"),
            str(row["mine"]),
            note=_("Team average %(average)s") % {"average": f"{average:.0f}"} if len(team) > 1 else "",
            href="/work",
            icon="phone",
        )
    )
    tiles.append(Tile(_("Converted this month"), str(row["converted"]), icon="circle-check-big"))
    return tuple(tiles)
