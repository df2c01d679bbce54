"""The demo company's campaigns: planned, paid for, and with members of all statuses."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from headwater.acquisition.queries import campaign_names
from headwater.acquisition.services import update_campaign
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import values
from headwater.memberships.services import add_members, change_statuses

SEED = 20261122
# By name: days from today to the first and the last day, and what was planned and paid.
CAMPAIGNS: dict[str, tuple[int, int, dict[str, Any]]] = {
    "2026 秋季线上研讨会": (
        -34,
        -34,
        {"type": "webinar", "status": "completed", "budget": 30_000, "cost": 26_400, "expected_leads": 300},
    ),
    "工业博览会展位": (
        -20,
        -16,
        {
            "type": "exhibition",
            "status": "completed",
            "budget": 180_000,
            "cost": 196_500,
            "expected_leads": 260,
        },
    ),
    "老客户转介绍计划": (
        -60,
        90,
        {"type": "referral", "status": "active", "budget": 50_000, "cost": 18_000, "expected_leads": 200},
    ),
}
INVITED = ("2026 秋季线上研讨会", "工业博览会展位")  # customers were asked to come to these
GUESTS = 120
_STATUSES = ("sent", "responded", "registered", "attended", "no_show")
_WEIGHTS = (52, 8, 9, 24, 7)
_REACTED = (0, 30, 14, 48, 8)  # of those who inquired by themselves


def play(people: Mapping[str, int], _pools: Mapping[str, int]) -> None:
    """Facts of the campaigns, and guests of the webinar from among the customers."""
    access = system_access("demo")
    known = {name: campaign_id for campaign_id, name in campaign_names()}
    today = clock.today()
    for name, (first, last, facts) in CAMPAIGNS.items():
        if name in known:
            days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
            owner = {"owner": people["marketing"]}
            update_campaign(access, known[name], facts | owner | {k: v.isoformat() for k, v in days.items()})
    guests = values("SELECT id FROM sales_contact WHERE archived_at IS NULL ORDER BY id LIMIT %s", (GUESTS,))
    for name in INVITED:
        if name in known:
            first = CAMPAIGNS[name][0]
            invited = clock.now() + timedelta(days=first - 14)
            added = add_members(access, known[name], "contact", guests, status="sent", joined_at=invited)
            _react(list(added.ids), _WEIGHTS)
    webinar = known.get(INVITED[0])
    came = values(
        "SELECT id FROM memberships_member WHERE campaign_id = %s AND lead_id IS NOT NULL ORDER BY id",
        (webinar,),
    )
    _react(came, _REACTED)


def _react(ids: Sequence[int], weights: Sequence[int]) -> None:
    pick = random.Random(SEED)
    by_status: dict[str, list[int]] = {}
    for one in ids:
        by_status.setdefault(pick.choices(_STATUSES, weights)[0], []).append(one)
    for status, chosen in by_status.items():
        change_statuses(system_access("demo"), chosen, status)
