"""A quarter of a sales floor, played hour by hour through the real services (docs/guides/simulation.md).

HEADWATER_QUARTER_LEADS, _DAYS and _SEED say how much; `make quarter` plays the large one.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction

from headwater.kernel.sql import execute, rows
from headwater.leads.services import recycling
from headwater.leads.services.recycling import recycle_due
from tests.conftest import OwnDatabase
from tests.simulation.findings import digest, faults, report
from tests.simulation.quarter import START, Quarter, Sweep
from tests.simulation.sweeps import broken_off, cut_off, two_at_once, without_a_server

LEADS = int(os.environ.get("HEADWATER_QUARTER_LEADS", "400"))
DAYS = int(os.environ.get("HEADWATER_QUARTER_DAYS", "14"))
SEED = int(os.environ.get("HEADWATER_QUARTER_SEED", "20261122"))

pytestmark = pytest.mark.slow


def _play(
    *,
    leads: int,
    days: int,
    start: datetime = START,
    zone: str = "Asia/Shanghai",
    sweep: Sweep = recycle_due,
) -> Quarter:
    began = time.monotonic()
    quarter = Quarter(seed=SEED, leads=leads, days=days, start=start, zone=zone, sweep=sweep)
    quarter.play()
    print("\n" + report(quarter, time.monotonic() - began))
    return quarter


def test_everything_holds_at_the_end_of_a_quarter(own_database: OwnDatabase) -> None:
    quarter = _play(leads=LEADS, days=DAYS)
    assert faults(quarter) == []
    for act in ("claim", "follow up", "return", "invalidate", "convert", "protect", "handover", "leave"):
        assert quarter.acts[act], act
    moves = {row["why"] for row in rows("SELECT DISTINCT why FROM leads_transfer")}
    assert moves >= {"imported", "created", "claimed", "dispatched", "moved", "default", "recycled", "woken"}
    for damage, seen in _DAMAGE.items():  # the checks see what they are there for
        with transaction.atomic():
            execute(damage)
            assert any(seen in fault for fault in faults(quarter)), damage
            transaction.set_rollback(True)


_DAMAGE = {
    "UPDATE leads_transfer SET at = at - interval '2 hours' WHERE why = 'recycled'": "too early",
    "UPDATE leads_transfer SET rule = '' WHERE why = 'recycled'": "without a reason",
    "DELETE FROM routing_decision": "without a decision",
    "UPDATE leads_transfer SET to_pool_id = NULL WHERE why = 'recycled'": "I2",
    "DELETE FROM engagement_activity WHERE id = (SELECT min(id) FROM engagement_activity)": "I5",
}


def test_what_breaks_in_the_middle_changes_nothing(
    anew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep cut off by a lost server, one broken off half-way, and two at once come to the same ledger."""
    monkeypatch.setattr(recycling, "CHUNK", 3)  # so that a sweep breaks off after some of its chunks
    interrupted = [broken_off(monkeypatch), cut_off(monkeypatch)]
    outcomes = set()
    for sweep in (recycle_due, two_at_once, *interrupted):
        anew()
        assert faults(_play(leads=120, days=2, sweep=sweep)) == []
        outcomes.add(digest())
    assert len(outcomes) == 1
    assert all(sweep.interruptions > 5 for sweep in interrupted)


def test_a_restarted_server_changes_nothing(
    anew: Callable[[], None], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL goes down in the middle of sweeps, before they commit, and the ledger comes out the same."""
    monkeypatch.setattr(recycling, "CHUNK", 8)
    anew()
    assert faults(_play(leads=60, days=2)) == []
    undisturbed = digest()
    sweep = without_a_server(monkeypatch, request.getfixturevalue("restart"))
    assert faults(_play(leads=60, days=2, sweep=sweep)) == []
    assert digest() == undisturbed
    assert sweep.interruptions == 4


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        pytest.param(datetime(2025, 12, 30, 16, tzinfo=UTC), "Asia/Shanghai", id="year-end"),
        pytest.param(datetime(2026, 3, 6, 5, tzinfo=UTC), "America/New_York", id="summer-time-begins"),
    ],
)
def test_the_turns_of_the_clock_lose_nothing(own_database: OwnDatabase, start: datetime, zone: str) -> None:
    quarter = _play(leads=90, days=4, start=start, zone=zone)
    assert faults(quarter) == []
    assert "recycled" in {row["why"] for row in rows("SELECT DISTINCT why FROM leads_transfer")}
