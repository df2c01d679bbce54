"""A company-wide recycling rule where six leads of ten are owned: its preview, its saving, the sweep after it."""

from collections.abc import Iterator
from functools import partial

from bench.owned import mostly_owned
from bench.timing import Result, median, pair, wall
from bench.undoing import undone
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, value, values
from headwater.leads.services.deadlines import renew
from headwater.leads.services.previewing import preview_rule
from headwater.leads.services.recalculating import (
    CHUNK,
    latest_recalculation,
    run_recalculation,
    save_recycle_rule,
)
from headwater.leads.services.recycling import recycle_due

SECONDS = 5_000  # ms that "in seconds" means here
_BARE = """
UPDATE leads_lead SET first_response_due_at = now(), follow_due_at = now(), recycle_due_at = now(),
  recycle_rule = 'bare', warn_at = now() WHERE id = ANY(%s::bigint[])
"""


def company_rule() -> Iterator[Result]:
    access = system_access("bench")
    with mostly_owned() as owned:
        execute("UPDATE pools_recyclerule SET is_enabled = TRUE")
        rule = value("SELECT id FROM pools_recyclerule WHERE archived_at IS NULL ORDER BY id LIMIT 1")
        ids = values(
            "SELECT id FROM leads_lead WHERE status IN ('assigned', 'following') ORDER BY id LIMIT %s",
            (CHUNK,),
        )
        mine, floor = pair(
            wall,
            undone(lambda: renew(ids)),
            undone(lambda: execute(_BARE, (ids,))),
            batches=7,
            times=1,
            pick=median,
        )
        work = "new deadlines under a changed rule"
        note = f"{len(ids):,} leads, one step of the background work; rolled back each time"
        yield Result(work, mine, floor, "ms", "≤ 4×", mine <= 4 * floor, note)

        changed = {"overdue_days": 12}
        saving = wall(lambda: save_recycle_rule(access, changed, rule_id=rule))
        yield Result(
            f"saving a company-wide recycling rule ({owned:,} owned leads)",
            saving,
            None,
            "ms",
            "≤ 1 s",
            saving <= 1000,
        )
        asked = latest_recalculation()
        assert asked is not None
        following = wall(lambda: run_recalculation(asked.pk)) / 1000
        note = f"{owned / following:,.0f} leads/s in the background"
        yield Result(
            f"all leads brought under it ({owned:,} owned leads)", following, None, "s", "", True, note
        )
        execute("VACUUM ANALYZE leads_lead")

        quiet = median([wall(recycle_due) for _ in range(30)])
        yield Result(
            f"recycle sweep with deadlines running, nothing due ({owned:,} of them)",
            quiet,
            None,
            "ms",
            "≤ 10 ms",
            quiet <= 10,
        )
        for name, values_ in (
            ("natural time", {"overdue_days": 7}),
            ("working time", {"overdue_days": 7, "convert_days": 30, "clock": "working"}),
        ):
            took = median([wall(partial(preview_rule, access, values_, rule_id=rule)) for _ in range(3)])
            work = f"preview of a company-wide recycling rule, {name} ({owned:,} owned leads)"
            yield Result(work, took, None, "ms", "seconds", took <= SECONDS)
