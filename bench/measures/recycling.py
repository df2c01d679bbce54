"""Recycling: a sweep with nothing to do, one with ten thousand leads, and the preview of a rule."""

from collections.abc import Iterator
from datetime import timedelta

from bench.timing import Result, median, pair, wall
from bench.undoing import undone
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, value, values
from headwater.leads.services.previewing import preview_rule
from headwater.leads.services.recycling import recycle_due

DUE = 10_000


def recycling() -> Iterator[Result]:
    leads = value("SELECT count(*) FROM leads_lead")
    quiet = median([wall(recycle_due) for _ in range(30)])
    yield Result(f"recycle sweep, nothing due ({leads:,} leads)", quiet, None, "ms", "≤ 10 ms", quiet <= 10)

    ids = values("SELECT id FROM leads_lead WHERE pool_id IS NOT NULL ORDER BY id LIMIT %s", (DUE,))
    owner = value("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id LIMIT 1")
    long_ago = clock.now() - timedelta(days=400)
    results: list[Result] = []

    def measure() -> None:
        execute(
            "UPDATE pools_recyclerule SET is_enabled = TRUE, changed_at = %s, spares_until = %s",
            (long_ago, long_ago),
        )
        execute(
            "UPDATE leads_lead SET status = 'assigned', owner_id = %s, pool_id = NULL, assigned_at = %s"
            " WHERE id = ANY(%s::bigint[])",
            (owner, clock.now() - timedelta(days=30), ids),
        )
        bare = (
            "UPDATE leads_lead SET status = 'pooled', owner_id = NULL, pool_id = home_pool_id, recycle_due_at = NULL"
            " WHERE id = ANY(%s::bigint[])"
        )
        mine, floor = pair(
            wall,
            undone(recycle_due),
            undone(lambda: execute(bare, (ids,))),
            batches=3,
            times=1,
            pick=median,
        )
        note = "rolled back each time"
        results.append(
            Result(f"recycle sweep, {len(ids):,} due", mine, floor, "ms", "≤ 4×", mine <= 4 * floor, note)
        )
        rule = value("SELECT id FROM pools_recyclerule WHERE archived_at IS NULL ORDER BY id LIMIT 1")
        access = system_access("bench")
        preview = wall(undone(lambda: preview_rule(access, {"overdue_days": 7}, rule_id=rule)))
        owned = value("SELECT count(*) FROM leads_lead WHERE status IN ('assigned', 'following')")
        results.append(
            Result(
                f"preview of a recycling rule ({owned:,} owned leads)",
                preview,
                None,
                "ms",
                "seconds",
                preview <= 10_000,
            )
        )

    undone(measure)()
    yield from results
