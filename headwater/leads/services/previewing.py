"""What a rule would do to the leads of today, before it is saved.

The change is made in a transaction that is rolled back; `foretelling` says what would become
of the leads under the rules as they then stand.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import rows, value
from headwater.leads.services.foretelling import foretell, forget
from headwater.organization.queries import names_of
from headwater.pools import recycling as rules

DAYS = 7
MOST_OWNERS = 50
MOST_LEADS = 20
_CHANGES = ("earlier", "later", "begins", "ends")


@dataclass(frozen=True, slots=True)
class OwnerLoss:
    """What one person would lose within the days shown, and would have lost without the change."""

    owner_id: int
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DayLoss:
    day: datetime
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class LeadLoss:
    id: int
    name: str
    owner: str
    before: datetime | None
    after: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """The leads a change touches; `earlier`, `later`, `begins` and `ends` are parts of `touched`."""

    watched: int  # owned leads
    governed: int  # of these, how many the rule would govern
    touched: int  # whose day would change
    earlier: int
    later: int
    begins: int  # had no day, would get one
    ends: int  # had a day, would have none
    owners: tuple[OwnerLoss, ...]
    owner_count: int
    days: tuple[DayLoss, ...]
    leads: tuple[LeadLoss, ...]
    spares_until: datetime

    @property
    def losses(self) -> int:
        return sum(day.after for day in self.days)

    @property
    def losses_before(self) -> int:
        return sum(day.before for day in self.days)


_WATCHED = """
SELECT count(*) FROM leads_lead WHERE status IN ('assigned', 'following') AND archived_at IS NULL
"""
# All counts at once. A day is 0 for today and for what is long due, DAYS for all that comes later.
_GROUPS = """
SELECT p.owner_id, width_bucket(p.before, %s::timestamptz[]) AS before,
  width_bucket(p.after, %s::timestamptz[]) AS after,
  p.rule_id = %s AS governed, CASE WHEN p.before IS NULL AND p.after IS NOT NULL THEN 'begins'
    WHEN p.before IS NOT NULL AND p.after IS NULL THEN 'ends' WHEN p.after < p.before THEN 'earlier'
    WHEN p.after > p.before THEN 'later' END AS change,
  count(*) AS leads
FROM recycle_preview p GROUP BY 1, 2, 3, 4, 5
"""
_LEADS = """
SELECT p.id, l.name, u.name AS owner, p.before, p.after FROM (
  SELECT p.* FROM recycle_preview p
  WHERE p.after < %s AND p.before IS DISTINCT FROM p.after ORDER BY p.after, p.id LIMIT %s
) p JOIN leads_lead l ON l.id = p.id JOIN organization_user u ON u.id = p.owner_id ORDER BY p.after, p.id
"""


def preview_rule(
    access: Access, values: Mapping[str, Any], *, rule_id: int | None = None, version: int | None = None
) -> Preview:
    """What saving this would do; nothing is saved. Refuses what saving would refuse."""
    with transaction.atomic():
        pools = set() if rule_id is None else {rules.get_rule(rule_id).pool_id}
        saved = rules.save_rule(access, values, rule_id=rule_id, version=version)
        found = _look(saved.pk, saved.spares_until, pools | {saved.pool_id})
        transaction.set_rollback(True)
    return found


def preview_archive(access: Access, rule_id: int) -> Preview:
    """What taking the rule away would do; nothing is taken away."""
    with transaction.atomic():
        pools = {rules.get_rule(rule_id).pool_id}
        rules.archive_rule(access, rule_id)
        found = _look(rule_id, clock.now(), pools)
        transaction.set_rollback(True)
    return found


def _look(rule_id: int, spares_until: datetime, pools: set[int | None]) -> Preview:
    """The leads as they would be; those of `pools` alone, where the rule is of no other."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=DAYS)
    only = None if None in pools else sorted(pool for pool in pools if pool is not None)
    foretell(only)
    bounds = [midnight + timedelta(days=day) for day in range(1, DAYS + 1)]
    groups = rows(_GROUPS, (bounds, bounds, rule_id))
    leads = rows(_LEADS, (end, MOST_LEADS))
    forget()
    counts: Counter[str] = Counter()
    losses = {"before": [0] * DAYS, "after": [0] * DAYS}
    owners: dict[int, Counter[str]] = defaultdict(Counter)
    for group in groups:
        counts["governed"] += group["leads"] if group["governed"] else 0
        counts[group["change"] or "same"] += group["leads"]
        for when, days in losses.items():
            day = group[when]
            if day is not None and day < DAYS:  # what is long due goes today
                days[day] += group["leads"]
                owners[group["owner_id"]][when] += group["leads"]
    return Preview(
        watched=sum(group["leads"] for group in groups) if only is None else value(_WATCHED),
        governed=counts["governed"],
        touched=sum(counts[kind] for kind in _CHANGES),
        **{kind: counts[kind] for kind in _CHANGES},
        owners=_owners(owners),
        owner_count=len(owners),
        days=tuple(
            DayLoss(midnight + timedelta(days=day), losses["before"][day], losses["after"][day])
            for day in range(DAYS)
        ),
        leads=tuple(LeadLoss(**row) for row in leads),
        spares_until=spares_until,
    )


def _owners(losses: Mapping[int, Counter[str]]) -> tuple[OwnerLoss, ...]:
    """Who loses most comes first."""
    order = sorted(losses, key=lambda one: (-losses[one]["after"], -losses[one]["before"], one))[:MOST_OWNERS]
    names = names_of(order)
    return tuple(OwnerLoss(one, names[one], losses[one]["before"], losses[one]["after"]) for one in order)
