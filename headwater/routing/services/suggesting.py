"""Whom to give leads to, when a person decides: the three best, with the reasons."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows
from headwater.leads.dispatching import Suggestion
from headwater.leads.services import Book, read_books
from headwater.organization.queries import holders_of, people_by_id, people_on_duty
from headwater.organization.types import Level
from headwater.routing.content.people import FOLLOWS_UP
from headwater.routing.services.facts import Facts, cooling, gather, read_territories
from headwater.routing.services.queueing import within

BEST = 3
SAMPLE = 200  # leads that are looked at when more are chosen
RECENT = timedelta(days=90)
FEW = 10  # leads below which a rate says nothing


def suggest(access: Access, lead_ids: Sequence[int]) -> list[Suggestion]:
    """The three best people within reach for these leads, best first; fewer where fewer are fit.

    What counts, in this order: the customer asked for them or is theirs, they had the lead before, it lies in
    their territory, the grade suits their level, they win many leads, they have room.
    """
    reach = access.reach
    people = sorted(holders_of(FOLLOWS_UP) if reach.everyone else holders_of(FOLLOWS_UP) & reach.people)
    there = people_on_duty(people)
    territories = read_territories(there)
    fields = dict(territories.fields)
    intent = record_type("lead").field("intent")
    if intent is not None:
        fields["intent"] = intent
    facts = list(gather(within(access, lead_ids)[:SAMPLE], fields, pooled=False).values())
    if not facts:
        return []
    books = {user_id: book for user_id, book in read_books(there).items() if book.room}
    levels = {person.id: person.level for person in people_by_id(books).values()}
    record = _record(sorted(books))
    asked_for = {one.designated_rep for one in facts} | {i for one in facts for i in one.customer_owners}
    working = record.keys() | territories.by_user.keys() | asked_for
    found = []
    for user_id, book in books.items():
        # Who may follow leads up but never does (a director, the administrator) is not suggested.
        if (record and user_id not in working) or all(cooling(one, user_id, 7) for one in facts):
            continue
        score, reasons = _weigh(user_id, facts, territories.serves, levels.get(user_id, 0))
        got, won = record.get(user_id, (0, 0))
        if got >= FEW and won:
            score += 10 * won / got
            reasons.append(_("converts %(percent)s %% of their leads") % {"percent": round(100 * won / got)})
        score += 8 * book.room / max(book.cap, 1)
        reasons.append(_("holds %(held)s of %(cap)s") % {"held": book.held, "cap": book.cap})
        found.append((score, book, reasons))
    found.sort(key=lambda item: (-item[0], item[1].user_id))
    return [_suggestion(book, reasons) for _score, book, reasons in found[:BEST]]


def _weigh(
    user_id: int,
    facts: list[Facts],
    serves: Callable[[int, Mapping[str, Any]], bool],
    level: int,
) -> tuple[float, list[str]]:
    """How well the person fits, and why, as far as the leads say so."""
    total = len(facts)
    asked = sum(one.designated_rep == user_id for one in facts)
    owned = sum(user_id in one.customer_owners for one in facts)
    former = sum(one.former_owner == user_id for one in facts)
    within = sum(serves(user_id, one.values) for one in facts)
    graded = sum(one.values.get("intent") == "high" for one in facts) if level >= Level.SENIOR else 0
    words = (
        (asked, 100, _("the customer asked for them")),
        (owned, 80, _("serves this customer already")),
        (former, 15, _("had it before")),
        (within, 40, _("in their territory")),
        (graded, 12, _("%(level)s, and the intent is high") % {"level": Level(level).label if level else ""}),
    )
    score = sum(weight * times / total for times, weight, _text in words)
    reasons = [text if total == 1 else f"{times} × {text}" for times, _weight, text in words if times]
    return score, reasons


def _record(user_ids: list[int]) -> dict[int, tuple[int, int]]:
    """How many leads each person got lately and how many of them were converted; who got none is left out."""
    found = rows(
        "SELECT t.to_owner_id AS id, count(DISTINCT t.lead_id) AS got, count(DISTINCT c.lead_id) AS won"
        " FROM leads_transfer t LEFT JOIN leads_conversion c ON c.lead_id = t.lead_id"
        " WHERE t.to_owner_id = ANY(%s::bigint[]) AND t.at >= %s GROUP BY t.to_owner_id",
        (user_ids, clock.now() - RECENT),
    )
    return {row["id"]: (row["got"], row["won"]) for row in found}


def _suggestion(book: Book, reasons: list[str]) -> Suggestion:
    return Suggestion(book.user_id, book.name, tuple(reasons), book.held, book.cap)
