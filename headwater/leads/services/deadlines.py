"""When a lead goes back to its pool, and why: the same reckoning as `lead_deadlines` in the database.

The database keeps the deadlines (docs/adr/deadlines.md); this explains them, and a property test holds
the two together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import execute, rows, value
from headwater.leads.types import OWNED
from headwater.organization.queries import working_time
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import rules_in_order
from headwater.pools.types import Clock, Joined

# The columns that the reckoning reads, as arguments of the function; the alias is `l`.
DEADLINES = (
    "lead_deadlines(l.id, l.status, l.archived_at, l.owner_id, l.home_pool_id, l.business_line, l.stage,"
    " l.intent, l.got, l.assigned_at, l.last_activity_at, l.next_follow_at, l.protected_until,"
    " l.warned_until, l.recycle_due_at)"
)

Lead = Mapping[str, Any]
AddHours = Callable[[datetime, float], datetime]


@dataclass(frozen=True, slots=True)
class Period:
    """One condition of a rule for one lead: what runs since when, and when it ends."""

    kind: str  # response, overdue or unconverted
    since: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What one rule makes due for one lead; every moment as the database has it."""

    rule: RecycleRule
    base: datetime
    periods: tuple[Period, ...]
    follow_due_at: datetime | None
    recycle_due_at: datetime | None
    warn_at: datetime | None
    cause: str = ""  # the period that decides
    is_exempt: bool = False
    protects: bool = False  # the protection puts it off
    spares: bool = False  # the grace after a change of rules does

    @property
    def response_due_at(self) -> datetime | None:
        return next((period.due_at for period in self.periods if period.kind == "response"), None)


def rule_for(lead: Lead, rules: Sequence[RecycleRule]) -> RecycleRule | None:
    """The first enabled rule that fits an owned lead; `rules` stand in their order."""
    if lead["status"] not in OWNED or lead["archived_at"] is not None:
        return None
    for rule in rules:
        wanted = (
            (rule.business_lines, lead["business_line"]),
            (rule.stages, lead["stage"]),
            (rule.intents, lead["intent"]),
            (rule.gots, lead["got"]),
        )
        fits_pool = rule.pool_id is None or rule.pool_id == lead["home_pool_id"]
        if rule.is_enabled and fits_pool and all(not known or found in known for known, found in wanted):
            return rule
    return None


def deadlines_by(
    rule: RecycleRule, lead: Lead, *, is_exempt: bool, hours_after: AddHours, day_hours: float
) -> Deadlines:
    """What the rule makes due for a lead. `hours_after` counts by the rule's clock, a day is `day_hours`."""
    got_at: datetime = lead["assigned_at"]
    base = max(got_at, lead["last_activity_at"] or got_at)
    periods = []
    if rule.response_hours is not None and lead["status"] == "assigned":
        periods.append(Period("response", got_at, hours_after(got_at, float(rule.response_hours))))
    if rule.overdue_days is not None:
        periods.append(Period("overdue", base, hours_after(base, float(rule.overdue_days) * day_hours)))
    if rule.convert_days is not None:
        due = hours_after(got_at, float(rule.convert_days) * day_hours)
        periods.append(Period("unconverted", got_at, due))
    rhythm = rule.rhythm.get(lead["intent"])
    follow = None
    if rhythm is not None:
        follow = hours_after(base, float(rhythm) * day_hours)
        follow = max(follow, lead["next_follow_at"] or follow)
    exempt = is_exempt or lead["stage"] in rule.exempt_stages
    chosen = None if exempt else _deciding(rule, periods)
    if chosen is None:
        return Deadlines(
            rule, base, tuple(periods), follow, None, _next(lead, None, follow), is_exempt=exempt
        )
    due = max(chosen.due_at, lead["protected_until"] or chosen.due_at)
    protects = due > chosen.due_at
    spared = (
        base < rule.changed_at and min(lead["recycle_due_at"] or rule.spares_until, rule.spares_until) > due
    )
    if spared:
        due = min(lead["recycle_due_at"] or rule.spares_until, rule.spares_until)
    lead_time = rule.warn_response_hours if chosen.kind == "response" else rule.warn_recycle_hours
    warn = max(base, due - timedelta(hours=float(lead_time)))
    return Deadlines(
        rule,
        base,
        tuple(periods),
        follow,
        due,
        _next(lead, warn, follow),
        chosen.kind,
        exempt,
        protects,
        spared,
    )


def _deciding(rule: RecycleRule, periods: Sequence[Period]) -> Period | None:
    if not periods:
        return None
    if rule.joined == Joined.ANY:
        return min(periods, key=lambda period: period.due_at)
    if rule.response_hours is not None and periods[0].kind != "response":
        return None  # there was a follow-up: not all periods can pass any more
    return max(periods, key=lambda period: period.due_at)


def _next(lead: Lead, *candidates: datetime | None) -> datetime | None:
    told = lead["warned_until"]
    coming = [moment for moment in candidates if moment is not None and (told is None or moment > told)]
    return min(coming, default=None)


_READ = (
    "SELECT l.id, l.status, l.archived_at, l.owner_id, l.home_pool_id, l.business_line, l.stage, l.intent,"
    " l.got, l.assigned_at, l.last_activity_at, l.next_follow_at, l.protected_until, l.warned_until,"
    " l.recycle_due_at, l.rounds, l.protected_by_id, lead_has_open_opportunity(l.id) AS has_opportunity"
    " FROM leads_lead l WHERE l.id = %s"
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A lead's deadlines with the facts they rest on."""

    lead: dict[str, Any]
    deadlines: Deadlines | None  # no rule governs it


def explain_deadlines(access: Access, lead_id: int) -> Explained:
    """Why a lead the actor sees goes back, when, and what keeps it; `NotFound` out of sight."""
    listing.get(access, record_type("lead"), lead_id, fields=["name"])
    (lead,) = rows(_READ, (lead_id,))
    rule = rule_for(lead, rules_in_order())
    return Explained(lead, None if rule is None else reckon(rule, lead))


_CAUSES = (
    f"SELECT l.id, d.rule_id, d.cause FROM leads_lead l, LATERAL {DEADLINES} d"
    " WHERE l.id = ANY(%s::bigint[]) AND d.recycle_due_at IS NOT NULL"
)


def causes_of(lead_ids: Sequence[int]) -> dict[int, tuple[RecycleRule, str]]:
    """For each of the leads that goes back: the rule that takes it, and which of its periods decides."""
    found = rows(_CAUSES, (list(lead_ids),)) if lead_ids else []
    known = {rule.pk: rule for rule in rules_in_order()} if found else {}
    return {row["id"]: (known[row["rule_id"]], row["cause"]) for row in found if row["rule_id"] in known}


def reckon(rule: RecycleRule, lead: Lead) -> Deadlines:
    """`deadlines_by` with the calendar that the rule names."""
    exempt = rule.exempts_opportunity and bool(lead["has_opportunity"])
    if rule.clock == Clock.NATURAL:
        return deadlines_by(
            rule,
            lead,
            is_exempt=exempt,
            hours_after=lambda t, hours: t + timedelta(hours=hours),
            day_hours=24,
        )
    calendar = value(
        "SELECT lead_calendar(%s, %s, %s)", (rule.calendar_of, lead["home_pool_id"], lead["owner_id"])
    )
    openings = working_time(calendar)
    seconds = value("SELECT working_day_seconds(%s)", (calendar,))
    return deadlines_by(
        rule,
        lead,
        is_exempt=exempt,
        hours_after=lambda t, hours: openings.add(t, round(hours * 3600)),
        day_hours=seconds / 3600,
    )


_RENEW = f"""
UPDATE leads_lead l SET first_response_due_at = d.response_due_at, follow_due_at = d.follow_due_at,
  recycle_due_at = d.recycle_due_at, recycle_rule = d.rule_label, warn_at = d.warn_at
FROM (
  SELECT l.id AS lead_id, d.response_due_at, d.follow_due_at, d.recycle_due_at, d.warn_at,
    COALESCE(d.rule_label, '') AS rule_label
  FROM leads_lead l, LATERAL {DEADLINES} d WHERE l.id = ANY(%s::bigint[])
) d
WHERE l.id = d.lead_id AND
  (l.first_response_due_at, l.follow_due_at, l.recycle_due_at, l.recycle_rule, l.warn_at) IS DISTINCT FROM
  (d.response_due_at, d.follow_due_at, d.recycle_due_at, d.rule_label, d.warn_at)
"""


def renew(ids: Sequence[int]) -> int:
    """Reckon the deadlines of locked leads anew, where something beside them changed; how many moved."""
    return execute(_RENEW, (list(ids),)) if ids else 0
