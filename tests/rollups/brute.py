"""What rollups must say, counted one by one in Python from the raw rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from headwater.engagement.models import Activity
from headwater.kernel.sql import rows
from headwater.leads.models import Conversion, Lead, StageChange, Transfer
from headwater.orders.models import Order
from headwater.rollups.filling import company_zone
from headwater.sales.models import Opportunity

_RANK = {"UQL": 0, "disqualified": 0, "MQL": 1, "SQL": 2, "WON": 3}


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def story(lead: Lead) -> dict[str, Any]:
    """The row of one lead."""
    moves = list(Transfer.objects.filter(lead=lead).order_by("at", "id"))
    steps = list(StageChange.objects.filter(lead=lead).order_by("at", "id"))
    stages = [step for step in steps if step.kind == "stage"]
    talks = [
        one.occurred_at
        for one in Activity.objects.filter(record_type="lead", record_id=lead.pk, archived_at=None)
        if one.kind != "note"
    ]
    conversion = Conversion.objects.filter(lead=lead).first()
    sold = [one for one in _opportunities(conversion) if one.status == "won" and one.archived_at is None]
    first = min(sold, key=lambda one: (one.closed_at, one.pk), default=None)
    initial = stages[0].before if stages else lead.stage

    def reached(rank: int) -> datetime | None:
        return (
            lead.created_at
            if _RANK[initial] >= rank
            else _first(step.at for step in stages if _RANK[step.after] >= rank)
        )

    is_won = lead.stage == "WON"  # what was won and is open again is not won
    won = _first([reached(3) if is_won else None, *(one.closed_at for one in sold)])
    good = _first([reached(2), won])
    fair = _first([reached(1), good])
    minute = lead.created_at.replace(second=0, microsecond=0)
    answer = _first(max(at, lead.created_at) for at in talks if at >= minute)
    owned = _first(move.at for move in moves if move.spot == "owner")
    due = next(
        (s.due_at for s in steps if (s.kind, s.before, s.after) == ("status", "assigned", "following")), None
    )
    why = Counter(move.why for move in moves)
    returned = [move.reason for move in moves if move.why == "returned"]
    left = [step.at for step in stages if step.after == "disqualified"]
    return {
        "lead_id": lead.pk,
        "created_at": lead.created_at,
        "day": lead.created_at.astimezone(ZoneInfo(company_zone())).date(),
        **{
            name: getattr(lead, name)
            for name in (
                *("source_id", "channel_id", "campaign_id", "status", "stage", "owner_id", "pool_id"),
                *("home_pool_id", "rounds", "intent", "invalid_reason"),
            )
        },
        "is_living": lead.archived_at is None,
        "reached": "WON" if won else "SQL" if good else "MQL" if fair else "UQL",
        "first_owned_at": owned,
        "first_response_at": answer,
        "response_seconds": None if answer is None else round((answer - lead.created_at).total_seconds()),
        "handling_seconds": None
        if answer is None or owned is None
        else round((max(answer, owned) - owned).total_seconds()),
        "response_due_at": due if answer else None,
        "is_in_time": answer <= due if answer and due else None,
        "follow_ups": len(talks),
        "last_follow_up_at": max(talks, default=None),
        "claims": why["claimed"],
        "assignments": why["assigned"] + why["dispatched"] + why["default"],
        "transfers": why["transferred"],
        "returns": why["returned"],
        "recycles": why["recycled"],
        "wakes": why["woken"],
        "mql_at": fair,
        "sql_at": good,
        "won_at": won,
        "won_by_id": first.pk if first else None,
        "disqualified_at": lead.created_at if initial == "disqualified" else _first(left),
        "converted_at": conversion.at if conversion else None,
        "invalid_at": max((m.at for m in moves if m.why == "invalidated"), default=None)
        if lead.status == "invalid"
        else None,
        "last_return_reason": returned[-1] if returned else "",
    }


def _opportunities(conversion: Conversion | None) -> list[Opportunity]:
    """Those that it names, and those opened at its account until the next conversion that nobody names."""
    if conversion is None:
        return []
    every = list(Conversion.objects.order_by("at", "id"))
    here = [one for one in every if one.account_id == conversion.account_id]
    after = here[here.index(conversion) + 1 :]
    named = {one for made in every for one in made.opportunity_ids}
    return [
        one
        for one in Opportunity.objects.all()
        if one.pk in conversion.opportunity_ids
        or (
            one.account_id == conversion.account_id
            and one.pk not in named
            and conversion.at <= one.created_at
            and all(one.created_at < later.at for later in after)
        )
    ]


def lead_days(stories: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Cells by day and origin: leads, follow-ups, responded, seconds."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    names = ("day", "source_id", "channel_id", "campaign_id", "status", "stage", "reached")
    names += ("invalid_reason",)
    for one in stories:
        if one["is_living"]:
            cell = found[tuple(one[name] for name in names)]
            seconds = one["response_seconds"]
            more = (1, one["follow_ups"], seconds is not None, seconds or 0)
            cell[:] = [was + add for was, add in zip(cell, more, strict=True)]
    return {key: tuple(cell) for key, cell in found.items()}


def lead_places(stories: Iterable[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Leads by where they are."""
    names = ("owner_id", "pool_id", "home_pool_id", "status", "stage", "intent")
    return Counter(tuple(one[name] for name in names) for one in stories if one["is_living"])


def spells(lead: Lead) -> list[dict[str, Any]]:
    """What followed each change of place of one lead."""
    moves = list(Transfer.objects.filter(lead=lead).order_by("id"))
    talks = Activity.objects.filter(record_type="lead", record_id=lead.pk, archived_at=None)
    said = sorted(one.occurred_at for one in talks if one.kind != "note")
    found = []
    for place, move in enumerate(moves):
        later = next((one for one in moves[place + 1 :] if one.to_owner_id != move.to_owner_id), None)
        later = later if move.to_owner_id else None
        minute = move.at.replace(second=0, microsecond=0)
        mine = [at for at in said if at >= minute and (later is None or at < later.at) and move.to_owner_id]
        answer = max(mine[0], move.at) if mine else None
        names = ("id", "lead_id", "at", "why", "from_owner_id", "to_owner_id", "reason")
        found.append(
            {name: getattr(move, name) for name in names}
            | {
                "is_living": lead.archived_at is None,
                "answered_at": answer,
                "response_seconds": None if answer is None else round((answer - move.at).total_seconds()),
                "left_at": later.at if later else None,
                "ended_by": later.why if later else None,
            }
        )
    return found


def sales() -> set[tuple[int | None, ...]]:
    """(lead, opportunity, order): what was sold to leads."""
    zone = ZoneInfo(company_zone())
    found: set[tuple[int | None, ...]] = set()
    orders = list(Order.objects.all())
    for one in Conversion.objects.all():
        for sold in _opportunities(one):
            some = [order.pk for order in orders if order.opportunity_id == sold.pk]
            found |= {(one.lead_id, sold.pk, number) for number in some or [None]}
        here = Conversion.objects.filter(account_id=one.account_id).order_by("at", "id")
        after = [later.at for later in here if (later.at, later.pk) > (one.at, one.pk)]
        found |= {
            (one.lead_id, None, order.pk)
            for order in orders
            if order.account_id == one.account_id
            and order.opportunity_id is None
            and one.at.astimezone(zone).date() <= order.ordered_on
            and all(order.ordered_on < at.astimezone(zone).date() for at in after)
        }
    return found


def follow_up_days() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Cells of follow-ups: how many, how long together, how many that say how long."""
    zone = ZoneInfo(company_zone())
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in Activity.objects.filter(archived_at=None):
        key = (one.occurred_at.astimezone(zone).date(), one.author_id, one.kind, one.outcome, one.record_type)
        cell = found[key]
        more = (1, one.duration_seconds or 0, one.duration_seconds is not None)
        cell[:] = [was + add for was, add in zip(cell, more, strict=True)]
    return {key: tuple(cell) for key, cell in found.items()}


def check_all() -> None:
    """Every rollup says what the raw rows say."""
    leads = list(Lead.objects.order_by("pk"))
    stories = [story(lead) for lead in leads]
    assert rows("SELECT * FROM rollups_leadstory ORDER BY lead_id") == stories
    assert rows("SELECT * FROM rollups_spell ORDER BY lead_id, id") == [
        one for lead in leads for one in spells(lead)
    ]
    told = rows("SELECT lead_id, opportunity_id, order_id FROM rollups_sale")
    assert {tuple(row.values()) for row in told} == sales()
    assert len(told) == len(sales())
    assert _cells("leadday", 8, "leads, follow_ups, responded, response_seconds") == lead_days(stories)
    places = {key: (count,) for key, count in lead_places(stories).items()}
    assert _cells("leadplace", 6, "leads") == places
    assert _cells("followupday", 5, "follow_ups, duration_seconds, timed") == follow_up_days()


_KEYS = {
    "leadday": "day, source_id, channel_id, campaign_id, status, stage, reached, invalid_reason",
    "leadplace": "owner_id, pool_id, home_pool_id, status, stage, intent",
    "followupday": "day, author_id, kind, outcome, record_type",
}


def _cells(table: str, width: int, counts: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    found = [tuple(row.values()) for row in rows(f"SELECT {_KEYS[table]}, {counts} FROM rollups_{table}")]
    return {row[:width]: row[width:] for row in found}
