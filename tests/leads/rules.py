"""Recycle rules and leads at given moments, for tests."""

from datetime import datetime, timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows
from headwater.leads.services.deadlines import DEADLINES
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import save_rule


def only_rule(**values: Any) -> RecycleRule:
    """A rule of the company's, alone, and old enough that no grace runs."""
    RecycleRule.objects.update(is_enabled=False)
    return make_rule(**values)


def make_rule(**values: Any) -> RecycleRule:
    """A rule that was set up long ago."""
    rule = save_rule(system_access("tests"), {"name": "规则", **values})
    long_ago = clock.now() - timedelta(days=3650)
    RecycleRule.objects.update(changed_at=long_ago, spares_until=long_ago)
    rule.refresh_from_db()
    return rule


def set_lead(lead_id: int, **columns: Any) -> None:
    """Put columns as they are said; the trigger reckons as for any UPDATE."""
    names = ", ".join(f"{name} = %s" for name in columns)
    execute(f"UPDATE leads_lead SET {names} WHERE id = %s", (*columns.values(), lead_id))


def reckoned(lead_id: int) -> dict[str, Any]:
    """What the database reckons for a lead now."""
    (found,) = rows(
        f"SELECT d.* FROM leads_lead l LEFT JOIN LATERAL {DEADLINES} d ON TRUE WHERE l.id = %s", (lead_id,)
    )
    return found


def long_idle(lead_id: int, since: datetime) -> None:
    """Got then, never followed up."""
    set_lead(lead_id, assigned_at=since, placed_at=since)
