"""What a rule would do to the leads of today, before it is saved.

The change is made in a transaction that is rolled back; `foretelling` says what would become
of the leads under the rules as they then stand.
"""

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
from headwater.pools import recycling as rules

DAYS = 7
MOST_OWNERS = 50
MOST_LEADS = 20


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
_COUNTS = """
SELECT count(*) FILTER (WHERE rule_id = %s) AS governed,
  count(*) FILTER (WHERE before IS DISTINCT FROM after) AS touched,
  count(*) FILTER (WHERE after < before) AS earlier, count(*) FILTER (WHERE after > before) AS later,
  count(*) FILTER (WHERE before IS NULL AND after IS NOT NULL) AS begins,
  count(*) FILTER (WHERE before IS NOT NULL AND after IS NULL) AS ends
FROM recycle_preview
"""
_OWNERS = """
SELECT p.owner_id, u.name, count(*) FILTER (WHERE before < %s) AS before,
  count(*) FILTER (WHERE after < %s) AS after, count(*) OVER () AS owners
FROM recycle_preview p JOIN organization_user u ON u.id = p.owner_id
WHERE before < %s OR after < %s GROUP BY p.owner_id, u.name ORDER BY 4 DESC, 3 DESC, p.owner_id LIMIT %s
"""
_DAYS = """
SELECT GREATEST(0, floor(extract(epoch FROM x.at - %s) / 86400))::int AS day,
  count(*) FILTER (WHERE NOT x.is_new) AS before, count(*) FILTER (WHERE x.is_new) AS after
FROM recycle_preview p CROSS JOIN LATERAL (VALUES (p.before, FALSE), (p.after, TRUE)) AS x (at, is_new)
WHERE x.at < %s GROUP BY 1
"""
_LEADS = """
SELECT p.id, l.name, u.name AS owner, p.before, p.after FROM recycle_preview p
JOIN leads_lead l ON l.id = p.id JOIN organization_user u ON u.id = p.owner_id
WHERE p.after < %s AND p.before IS DISTINCT FROM p.after ORDER BY p.after, p.id LIMIT %s
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
    (counts,) = rows(_COUNTS, (rule_id,))
    owners = rows(_OWNERS, (end, end, end, end, MOST_OWNERS))
    by_day = {row["day"]: row for row in rows(_DAYS, (midnight, end))}
    leads = rows(_LEADS, (end, MOST_LEADS))
    forget()
    return Preview(
        watched=value(_WATCHED),
        **counts,
        owners=tuple(OwnerLoss(row["owner_id"], row["name"], row["before"], row["after"]) for row in owners),
        owner_count=owners[0]["owners"] if owners else 0,
        days=tuple(
            DayLoss(
                midnight + timedelta(days=day),
                by_day[day]["before"] if day in by_day else 0,
                by_day[day]["after"] if day in by_day else 0,
            )
            for day in range(DAYS)
        ),
        leads=tuple(LeadLoss(**row) for row in leads),
        spares_until=spares_until,
    )
