"""The demo company's campaigns: planned, held, paid for, and with members of all statuses."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from headwater.acquisition.queries import campaign_names
from headwater.acquisition.services import update_campaign
from headwater.engagement.services import comment_on_record
from headwater.engagement.types import RecordRef
from headwater.kernel import clock
from headwater.kernel.access import Access, load_actor, permit
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
# Days after the first day of the campaign, hour and minute at which a status is set.
_WHEN = {
    "sent": (-14, 10, 20),
    "responded": (-11, 11, 5),
    "registered": (-6, 15, 30),
    "attended": (0, 17, 10),
    "no_show": (1, 9, 30),
}
SAID = (
    "到场的客户本周内每人一通电话，名单我让各区经理认领。",
    "展位比预算超了一点，但现场线索质量不错，下次提前订位。",
)


def play(people: Mapping[str, int], _pools: Mapping[str, int]) -> None:
    """Facts of the campaigns, and guests of the webinar and the fair from among the customers."""
    marketing = load_actor(people["marketing"])
    known = {name: campaign_id for campaign_id, name in campaign_names()}
    for name, (first, last, facts) in CAMPAIGNS.items():
        if name in known:
            _history(permit(marketing, "campaigns.edit"), known[name], first, last, facts)
    guests = values("SELECT id FROM sales_contact WHERE archived_at IS NULL ORDER BY id LIMIT %s", (GUESTS,))
    for place, name in enumerate(INVITED):
        if name not in known:
            continue
        first = CAMPAIGNS[name][0]
        with clock.freeze(_at(first - 14, 10, 20)):
            adding = permit(marketing, "campaign_members.create")
            added = add_members(adding, known[name], "contact", guests, status="sent")
        editing = permit(marketing, "campaign_members.edit")
        _react(editing, added.ids, _WEIGHTS, first)
        if place == 0:
            came = values(
                "SELECT id FROM memberships_member WHERE campaign_id = %s AND lead_id IS NOT NULL"
                " AND joined_at < %s ORDER BY id",
                (known[name], _at(first, 9, 0)),
            )
            _react(editing, came, _REACTED, first)
        with clock.freeze(_at(first + 1, 9, 40)):
            saying = permit(load_actor(people["director"]), "comments.create")
            comment_on_record(saying, RecordRef("campaign", known[name]), content=SAID[place])


def _at(days: int, hour: int, minute: int) -> datetime:
    """A moment so many days from today, by the company's clock; never one to come."""
    now = timezone.localtime(clock.now())
    moment = (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return min(moment, now)


def _history(access: Access, campaign_id: int, first: int, last: int, facts: dict[str, Any]) -> None:
    """Planned weeks ahead; begun on its first day; paid for and closed when it was over."""
    today = clock.today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    planned = {key: facts[key] for key in ("type", "budget", "expected_leads")}
    planned |= {key: day.isoformat() for key, day in days.items()}
    steps: list[tuple[datetime, dict[str, Any]]] = [
        (_at(first - 21, 14, 30), planned),
        (_at(first, 9, 5), {"status": "active"}),
        (_at(min(last + 3, -4), 16, 45), {"cost": facts["cost"]}),
    ]
    if facts["status"] == "completed":
        steps.append((_at(last + 3, 16, 50), {"status": "completed"}))
    for at, values_then in steps:
        with clock.freeze(at):
            update_campaign(access, campaign_id, values_then)


def _react(access: Access, ids: Sequence[int], weights: Sequence[int], day: int) -> None:
    """Answers before the day, those who came on it, those who did not the morning after."""
    pick = random.Random(SEED)
    by_status: dict[str, list[int]] = {}
    for one in ids:
        by_status.setdefault(pick.choices(_STATUSES, weights)[0], []).append(one)
    for status, chosen in by_status.items():
        before, hour, minute = _WHEN[status]
        with clock.freeze(_at(day + before, hour, minute)):
            change_statuses(access, chosen, status)
