"""Reports, boards, and what is counted ahead for them.

A preset stands beside SQL written by hand over the raw tables, so that a ratio below 1 is what counting ahead
brings. Boards are asked as a person asks them: with nothing known, and again.
"""

import statistics
import time
from collections.abc import Callable, Iterator

from django.db import transaction

from bench import floors
from bench.client import Caller
from bench.reports import BY_HAND
from bench.timing import Result, median, pair, wall
from headwater.dashboards.builtin import BUILTIN
from headwater.dashboards.filters import Filters
from headwater.dashboards.queries.boards import find_board
from headwater.dashboards.queries.outcomes import first_sight, outcome
from headwater.insight.engine import Definition, run
from headwater.insight.presets import PRESETS
from headwater.kernel.access import Access, load_actor, permit, system_access
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import execute, value, values
from headwater.leads.events import LeadStageChanged
from headwater.organization.models import User
from headwater.platform.events import drain, emit
from headwater.rollups.queries import SUBSCRIBERS
from headwater.rollups.services import differences, fill, start_anew
from headwater.rollups.types import Key

EVENTS = 1000
_FAST = 300.0  # milliseconds
_SLOW = 1500.0  # by hand: tried less often
_NOTHING = Filters()


def insight() -> Iterator[Result]:
    """Filling first: reports and boards then find what a house at work has."""
    yield from _filling()
    yield from _upkeep()
    access = _administrator("reports.view")
    yield from _presets(access)
    yield from _boards(_administrator("dashboards.view"))


def _administrator(permission: str) -> Access:
    boss = User.objects.get(email="admin@example.com")
    return permit(load_actor(boss.pk), permission)


def _filling() -> Iterator[Result]:
    counted = {Key.LEADS: "leads_lead", Key.FOLLOW_UPS: "engagement_activity"}
    for key, table in counted.items():
        start_anew(key)
        began = time.perf_counter()
        fill(key)
        took = time.perf_counter() - began
        held = value(f"SELECT count(*) FROM {table}")
        yield Result(
            f"fill the rollup of {key.label.lower()} from raw",
            took,
            None,
            "s",
            "≤ 60 s a million",
            took <= 60 * max(1, held / 1e6),
            f"{held:,} rows",
        )
    began = time.perf_counter()
    found = sum(1 for key in Key for _one in differences(key))
    yield Result(
        "verify both rollups", time.perf_counter() - began, None, "s", "no difference", not found, f"{found} differ"
    )  # fmt: skip


def _upkeep() -> Iterator[Result]:
    """Events of one lead each, as a sales floor makes them; nothing of it stays."""
    drain(names=SUBSCRIBERS.values())
    with transaction.atomic():
        ids = values("SELECT id FROM leads_lead WHERE stage = 'UQL' ORDER BY random() LIMIT %s", (EVENTS,))
        began = time.perf_counter()
        execute("UPDATE leads_lead SET stage = 'MQL' WHERE id = ANY(%s::bigint[])", (ids,))
        bare = time.perf_counter() - began
        for one in ids:
            event = LeadStageChanged(lead_ids=[one], before=["UQL"], after="MQL")
            emit(event, system_access("bench"))
        began = time.perf_counter()
        drain(names=SUBSCRIBERS.values())
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    yield Result(
        "stories and cells kept up, events a second",
        len(ids) / took,
        len(ids) / bare,
        "/s",
        "≥ 200/s",
        len(ids) / took >= 200,
        "in the worker; the floor is one bare UPDATE of the same leads",
    )


def _presets(access: Access) -> Iterator[Result]:
    database = floors.connect()
    for key, preset in PRESETS.items():
        try:
            definition = Definition.parse(preset.definition, access)
            report = _running(access, definition)
            report()
        except DomainError as refusal:
            yield Result(f"preset {key}", 0, None, "ms", "answers", False, str(refusal)[:80])
            continue
        by_hand = BY_HAND[key]
        theirs = wall(lambda text=by_hand: database.execute(text).fetchall())
        product, floor = pair(
            wall,
            report,
            lambda text=by_hand: database.execute(text).fetchall(),
            batches=5 if theirs < _SLOW else 2,
            times=1,
            pick=median,
        )
        # Words, subtotals and totals cost what they cost where the SQL is instant.
        met = product <= max(1.5 * floor, 50)
        yield Result(f"preset {key}, over SQL by hand", product, floor, "ms", "≤ 1.5×, or 50 ms", met)


def _running(access: Access, definition: Definition) -> Callable[[], object]:
    return lambda: run(access, definition)


def _boards(access: Access) -> Iterator[Result]:
    caller = Caller("admin@example.com")
    caller.sign_in()
    for key in BUILTIN:
        board = find_board(access, key)
        slowest = max(
            wall(lambda item=item: outcome(access, item, _NOTHING, again=True)) for item in board.items
        )
        yield Result(
            f"board {key}: its slowest widget, nothing known", slowest, None, "ms", "≤ 1 s", slowest <= 1000
        )
        known = statistics.median(
            wall(lambda board=board: first_sight(access, board, _NOTHING)) for _ in range(5)
        )
        yield Result(
            f"board {key}: all its figures again", known, None, "ms", "≤ 300 ms", known <= _FAST,
            f"{len(board.items)} widgets",
        )  # fmt: skip
        page = caller.request("GET", f"/dashboards/{key}", screen=True)
        page()
        took = statistics.median(wall(page) for _ in range(5))
        yield Result(f"board {key}: the page", took, None, "ms", "≤ 300 ms", took <= _FAST)
