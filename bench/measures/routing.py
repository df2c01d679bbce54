"""Routing rules: ten thousand waiting leads dispatched, and the preview of a rule."""

from collections.abc import Iterator
from typing import Any

from bench.timing import Result, median, pair, wall
from bench.undoing import undone
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, values
from headwater.platform.events import emit
from headwater.routing.events import DispatchAsked
from headwater.routing.services import create_rule, preview, run_waiting
from headwater.routing.services.queueing import enqueue
from headwater.routing.types import Trigger

WAITING = 10_000
SECONDS = 5_000  # ms that "in seconds" means here


def _people(ids: list[int]) -> dict[str, Any]:
    return {"kind": "people", "people": [{"user": one, "weight": 1 + one % 3} for one in ids]}


def _reps() -> list[int]:
    return values("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id")


def _rules() -> None:
    """Three rules over all regions, each with other strategies; 60 to 70 people each."""
    reps = _reps()
    regions = values("SELECT DISTINCT region FROM leads_lead WHERE region <> '' ORDER BY 1")
    parts = (
        (regions[:4], reps[:70], ["designated_rep", "customer_owner", "round_robin"]),
        (regions[4:8], reps[70:140], ["former_owner", "least_loaded"]),
        (regions, reps[140:], ["round_robin"]),
    )
    for number, (some, people, steps) in enumerate(parts, 1):
        content = {
            "when": {"all": [{"field": "region", "op": "in", "value": some}]},
            "target": _people(people),
            "strategies": steps,
        }
        create_rule(system_access("bench"), name=f"规则 {number}", content=content, is_active=True)


def dispatch() -> Iterator[Result]:
    ids = values("SELECT id FROM leads_lead WHERE pool_id IS NOT NULL ORDER BY id LIMIT %s", (WAITING,))
    reps = _reps()
    results: list[Result] = []

    def measure() -> None:
        execute("UPDATE organization_user SET private_cap = 1000000 WHERE id = ANY(%s::bigint[])", (reps,))
        _rules()
        asked = emit(DispatchAsked(lead_ids=ids), system_access("bench"))
        enqueue(ids, asked, Trigger.ASKED)
        bare = (
            "UPDATE leads_lead SET owner_id = %s, pool_id = NULL, status = 'assigned'"
            " WHERE id = ANY(%s::bigint[])"
        )
        mine, floor = pair(
            wall,
            undone(run_waiting),
            undone(lambda: execute(bare, (reps[0], ids))),
            batches=5,
            times=1,
            pick=median,
        )
        work = f"dispatch {len(ids):,} waiting leads by three rules"
        note = "goal taken from batch assign; rolled back each time"
        results.append(Result(work, mine, floor, "ms", "≤ 5×", mine <= 5 * floor, note))

    undone(measure)()
    yield from results


def routing_preview() -> Iterator[Result]:
    access = system_access("bench")
    regions = values("SELECT DISTINCT region FROM leads_lead WHERE region <> '' ORDER BY 1")
    rule = {
        "when": {
            "all": [
                {"field": "budget", "op": "gte", "value": 20_000},
                {"field": "mobile", "op": "is_not_empty"},
                {"any": [
                    {"field": "region", "op": "in", "value": regions[-4:]},
                    {"field": "stage", "op": "eq", "value": "MQL"},
                ]},
            ]
        },
        "gate": {"required": ["company", "email"], "unique": True},
        "target": _people(_reps()),
        "strategies": ["customer_owner", "least_loaded"],
    }  # fmt: skip
    results: list[Result] = []

    def measure() -> None:
        _rules()
        found = preview(access, rule)
        took = median([wall(lambda: preview(access, rule)) for _ in range(3)])
        work = f"preview of a routing rule ({found.considered:,} leads looked at)"
        results.append(Result(work, took, None, "ms", "seconds", took <= SECONDS))

    undone(measure)()
    yield from results
