"""What was reached: one row for each thing that counts towards a measure, with whose it is and when.

Every fact is `person`, `day` (of the company's time zone) and `value`, which is NULL for an amount in a
currency without a rate on that day. Whoever owns the opportunity or the lead now has the credit, and of
a payment whoever owned the order when it was recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headwater.currencies.queries import in_company
from headwater.kernel import sql
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.sql import Fragment
from headwater.orders.queries import received_entries
from headwater.targets.errors import AmountsHidden
from headwater.targets.periods import Period, first_moment, zone_name
from headwater.targets.types import Measure

_HIDDEN = {FieldRule.HIDDEN, FieldRule.MASKED}


@dataclass(frozen=True, slots=True)
class Reached:
    """A sum of facts; `unpriced` amounts are left out of it for want of a rate."""

    value: Decimal = Decimal(0)
    unpriced: int = 0

    def __add__(self, other: "Reached") -> "Reached":
        return Reached(self.value + other.value, self.unpriced + other.unpriced)


def refuse_hidden_amounts(access: Access) -> None:
    """Refuses with `AmountsHidden` a reader who may not see the amounts that sums are made of."""
    if not sees_amounts(access):
        raise AmountsHidden(permission=access.permission)


def sees_amounts(access: Access) -> bool:
    """Whether the reader may see amounts of opportunities."""
    return access.field_rule("opportunity", "amount") not in _HIDDEN


def closed_day(alias: str) -> Fragment:
    """The day on which an opportunity was closed."""
    return Fragment(f"({alias}.closed_at AT TIME ZONE %s)::date", (zone_name(),))


def closed_value(alias: str) -> Fragment:
    """What it was worth on the day it was closed; where nobody said how much, nothing."""
    day = closed_day(alias)
    worth = in_company(f"coalesce({alias}.amount, 0)", f"{alias}.currency", day.text)
    return Fragment(worth.text, (*worth.params, *day.params))


def facts(measure: Measure, since: date, until: date) -> Fragment:
    """The facts of a measure from a day until before another."""
    return _FACTS[measure](since, until)


def _won(since: date, until: date, value: Fragment) -> Fragment:
    day = closed_day("o")
    return Fragment(
        f"SELECT o.owner_id AS person, {day.text} AS day, {value.text} AS value FROM sales_opportunity o"
        " WHERE o.status = 'won' AND o.archived_at IS NULL AND o.closed_at >= %s AND o.closed_at < %s",
        (*day.params, *value.params, first_moment(since), first_moment(until)),
    )


def _new_customers(since: date, until: date) -> Fragment:
    """An account counts once: with the first opportunity that it ever gave us."""
    found = _won(since, until, Fragment("1"))
    return Fragment(
        f"{found.text} AND NOT EXISTS (SELECT 1 FROM sales_opportunity e WHERE e.account_id = o.account_id"
        " AND e.status = 'won' AND e.archived_at IS NULL AND (e.closed_at, e.id) < (o.closed_at, o.id))",
        found.params,
    )


def _converted(since: date, until: date) -> Fragment:
    return Fragment(
        "SELECT coalesce(l.owner_id, c.actor_id) AS person, (c.at AT TIME ZONE %s)::date AS day, 1 AS value"
        " FROM leads_conversion c JOIN leads_lead l ON l.id = c.lead_id WHERE c.at >= %s AND c.at < %s",
        (zone_name(), first_moment(since), first_moment(until)),
    )


def _received(since: date, until: date) -> Fragment:
    """Payments less refunds, on the days they came in."""
    entries = received_entries(Fragment("e.paid_on >= %s AND e.paid_on < %s", (since, until)))
    worth = in_company("r.amount", "r.currency", "r.paid_on")
    return Fragment(
        f"SELECT r.owner_id AS person, r.paid_on AS day, {worth.text} AS value FROM ({entries.text}) r",
        (*worth.params, *entries.params),
    )


_FACTS = {
    Measure.WON_AMOUNT: lambda since, until: _won(since, until, closed_value("o")),
    Measure.WON_COUNT: lambda since, until: _won(since, until, Fragment("1")),
    Measure.RECEIVED: _received,
    Measure.NEW_CUSTOMERS: _new_customers,
    Measure.CONVERTED_LEADS: _converted,
}


def reached_by_person(
    access: Access, measure: Measure, periods: Sequence[Period]
) -> dict[tuple[Period, int | None], Reached]:
    """What everybody within reach reached in periods that do not overlap, in one query.

    What nobody owns stands under None, for those who see all.
    """
    span = facts(measure, min(one.start for one in periods), max(one.end for one in periods))
    found = sql.rows(
        "SELECT w.place, f.person, coalesce(sum(f.value), 0) AS value,"
        " count(*) FILTER (WHERE f.value IS NULL) AS unpriced"
        f" FROM ({span.text}) f JOIN unnest(%s::date[], %s::date[]) WITH ORDINALITY"
        " AS w (since, until, place) ON f.day >= w.since AND f.day < w.until"
        " WHERE %s OR f.person = ANY(%s::bigint[]) GROUP BY w.place, f.person",
        (
            *span.params,
            [one.start for one in periods],
            [one.end for one in periods],
            access.reach.everyone,
            sorted(access.reach.people),
        ),
    )
    return {
        (periods[row["place"] - 1], row["person"]): Reached(Decimal(row["value"]), row["unpriced"])
        for row in found
    }
