"""What presets about work and results must say, worked out row by row."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from headwater.kernel import clock
from headwater.kernel.sql import rows
from tests.insight.presets.expected import TAKEN_BACK, leads_of
from tests.insight.presets.raw import (
    TOTAL,
    ZONE,
    Raw,
    Row,
    Table,
    adding,
    between,
    last_days,
    local,
    mean,
    middle,
    number,
    ratio,
    table,
)

each = number()


def holdings(raw: Raw) -> list[Row]:
    """Changes of place within reach, each with what became of the lead there."""
    found = []
    for lead_id, some in raw.transfers.items():
        lead = raw.living_leads.get(lead_id)
        for place, one in enumerate(some):
            touches = {one["to_owner_id"], one["from_owner_id"]} - {None}
            if lead is None or (raw.people is not None and not touches & raw.people):
                continue
            row = one | {"lead": lead_id if lead_id in raw.leads else None, "seconds": None, "ended": None}
            if one["to_owner_id"] is not None:
                after = [t for t in some[place + 1 :] if t["to_owner_id"] != one["to_owner_id"]]
                left = after[0]["at"] if after else None
                minute = one["at"].replace(second=0, microsecond=0)
                calls = [at for at in raw.calls.get(lead_id, ()) if at >= minute and (not left or at < left)]
                row["seconds"] = _whole(between(one["at"], max(calls[0], one["at"]))) if calls else None
                row["ended"] = after[0]["why"] if after else None
                due = [at for at in (lead["first_response_due_at"], lead["follow_due_at"]) if at]
                row["overdue"] = bool(
                    lead["owner_id"] == one["to_owner_id"]
                    and lead["status"] in ("assigned", "following")
                    and not after
                    and due
                    and min(due) < clock.now()
                )
            found.append(row)
    return found


def _whole(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else seconds.quantize(Decimal(1), ROUND_HALF_UP)


def received(raw: Raw, since: datetime) -> list[Row]:
    some = [row for row in holdings(raw) if row["to_owner_id"] and row["why"] not in TAKEN_BACK]
    return [row for row in some if since <= row["at"] <= clock.now()]


def _of_person(raw: Raw, column: str) -> Callable[[Row], tuple[Any, ...]]:
    def key(row: Row) -> tuple[Any, ...]:
        return (raw.users[row[column]]["department_id"], row[column])

    return key


def _seconds(row: Row) -> Decimal | None:
    return row["seconds"]


def response_speed(raw: Raw) -> Table:
    quick = number("id", lambda row: row["seconds"] is not None and row["seconds"] <= 86_400)
    return table(
        received(raw, last_days(30)),
        _of_person(raw, "to_owner_id"),
        each,
        number("id", lambda row: row["seconds"] is not None),
        middle(_seconds),
        mean(_seconds),
        ratio(quick, each),
    )


def overdue_recycled(raw: Raw) -> Table:
    recycled = number("id", lambda row: row["ended"] == "recycled")
    return table(
        received(raw, last_days(30)),
        _of_person(raw, "to_owner_id"),
        each,
        recycled,
        number("id", lambda row: row["ended"] == "returned"),
        ratio(recycled, each),
        number("lead", lambda row: row["overdue"]),
    )


def assignment_ways(raw: Raw) -> Table:
    back = number("id", lambda row: row["ended"] in ("recycled", "returned"))
    converted = number("id", lambda row: row["ended"] == "converted")
    return table(
        received(raw, last_days(90)), lambda row: (row["why"],),
        each, middle(_seconds), ratio(back, each), ratio(converted, each),
    )  # fmt: skip


def return_reasons(raw: Raw) -> Table:
    some = [row for row in holdings(raw) if row["why"] == "returned"]
    return table(
        some, lambda row: (row["reason"] or None,),
        each, number("lead_id"), ratio(each, lambda _some: len(some)),
    )  # fmt: skip


# --- follow-ups


def _activities(raw: Raw, since: datetime) -> list[Row]:
    return [row for row in raw.activities.values() if since <= row["occurred_at"] <= clock.now()]


def follow_up_frequency(raw: Raw) -> Table:
    some = [row for row in _activities(raw, last_days(30)) if row["kind"] != "note"]
    for row in some:
        row["lead"] = row["record_id"] if row["record_type"] == "lead" else None
    of_leads = number("id", lambda row: row["record_type"] == "lead")
    return table(
        some,
        _of_person(raw, "author_id"),
        each,
        number("lead"),
        ratio(of_leads, number("lead"), 1),
        number("id", lambda row: row["kind"] == "call"),
        number("id", lambda row: row["kind"] == "visit"),
    )


def follow_up_outcomes(raw: Raw) -> Table:
    some = [row for row in _activities(raw, last_days(30)) if row["outcome"]]
    return table(some, lambda row: (row["outcome"],), each)


def follow_up_trend(raw: Raw) -> Table:
    return table(_activities(raw, last_days(30)), lambda row: (local(row["occurred_at"]), row["kind"]), each)


# --- results and targets


def results(raw: Raw) -> list[Row]:
    """person, day, measure, value of everything reached; whose owner is within reach."""
    found: list[Row] = []

    def add(measure: str, person: int | None, day: date, value: Decimal | None) -> None:
        if raw.people is None or person in raw.people:
            found.append({"measure": measure, "person": person, "day": day, "value": value})

    won = [one for one in raw.all_opportunities.values() if one["status"] == "won" and not one["archived_at"]]
    customers: set[int] = set()
    for one in sorted(won, key=lambda row: (row["closed_at"], row["id"])):
        day = local(one["closed_at"])
        add("won_count", one["owner_id"], day, Decimal(1))
        add("won_amount", one["owner_id"], day, raw.worth(one["amount"] or Decimal(0), one["currency"], day))
        if one["account_id"] not in customers:
            customers.add(one["account_id"])
            add("new_customers", one["owner_id"], day, Decimal(1))
    owners = {row["id"]: row["owner_id"] for row in rows("SELECT id, owner_id FROM leads_lead")}
    for one in raw.conversions:
        person = owners[one["lead_id"]] or one["actor_id"]
        add("converted_leads", person, local(one["at"]), Decimal(1))
    for one in rows("SELECT owner_id, paid_on, amount, currency FROM orders_payment"):
        add(
            "received",
            one["owner_id"],
            one["paid_on"],
            raw.worth(one["amount"], one["currency"], one["paid_on"]),
        )
    return found


def _sum(measure: str) -> Callable[[Any], Decimal]:
    def add(some: Any) -> Decimal:
        return sum((row["value"] or Decimal(0) for row in some if row["measure"] == measure), Decimal(0))

    return add


def leaderboard(raw: Raw) -> Table:
    first = local(clock.now()).replace(day=1)
    some = [row for row in results(raw) if first <= row["day"] < _next_month(first)]
    names = ("won_amount", "won_count", "converted_leads", "new_customers", "received")
    return table(some, lambda row: (row["person"],), *map(_sum, names))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def target_progress(raw: Raw) -> Table:
    first = local(clock.now()).replace(day=1)
    reached: dict[Any, Decimal] = defaultdict(Decimal)
    for row in results(raw):
        if row["measure"] == "won_amount" and first <= row["day"] < _next_month(first):
            reached[row["person"]] += row["value"] or 0
    some = []
    for one in rows("SELECT * FROM targets_target WHERE amount IS NOT NULL AND user_id IS NOT NULL"):
        if (one["measure"], one["grain"], one["starts_on"]) != ("won_amount", "month", first):
            continue
        if raw.people is None or one["user_id"] in raw.people:
            goal = raw.worth(one["amount"], one["currency"], first)
            done = reached[one["user_id"]]
            left = None if goal is None else max(goal - done, Decimal(0))
            some.append(one | {"goal": goal, "done": done, "left": left})
    goals, done = adding("id", lambda row: row["goal"]), adding("id", lambda row: row["done"])
    left = adding("id", lambda row: row["left"])
    return table(some, lambda row: (row["user_id"],), goals, done, ratio(done, goals), left)


# --- single figures


def _month_start() -> datetime:
    day = local(clock.now())
    return datetime(day.year, day.month, 1, tzinfo=ZONE)


def _this_month(moment: datetime | None) -> bool:
    return moment is not None and local(moment).replace(day=1) == local(clock.now()).replace(day=1)


def numbers(raw: Raw) -> dict[str, Any]:
    """The single figures by the preset's key."""
    mine = leads_of(raw)
    new = [row for row in mine if _this_month(row["of"]["created_at"])]
    good = [row for row in new if row["of"]["status"] != "invalid"]
    today = local(clock.now())

    def worth(status: str) -> Decimal:
        some = [one for one in raw.opportunities.values() if one["status"] == status]
        if status == "won":
            some = [one for one in some if _this_month(one["closed_at"])]
        found = [
            raw.worth(one["amount"], one["currency"], local(one["closed_at"]) if one["closed_at"] else today)
            for one in some
        ]
        return sum((one for one in found if one is not None), Decimal(0))

    calls = _activities(raw, _month_start())
    paid = [one for one in raw.payments.values() if one["paid_on"].replace(day=1) == today.replace(day=1)]
    paid = [one for one in paid if one["order_id"] in raw.orders]
    some = [raw.worth(one["amount"], one["currency"], one["paid_on"]) for one in paid]
    return {
        "number_leads": len(new),
        "number_valid_rate": Decimal(100 * len(good)) / len(new) if new else None,
        "number_mql_rate": Decimal(100 * sum(row["mql"] is not None for row in new)) / len(new)
        if new
        else None,
        "number_converted": sum(_this_month(row["converted"]) for row in mine),
        "number_open_leads": sum(row["of"]["status"] in ("assigned", "following") for row in mine),
        "number_response": middle(_seconds)(received(raw, _month_start())),
        "number_follow_ups": sum(row["kind"] != "note" for row in calls),
        "number_open_amount": worth("open"),
        "number_won_amount": worth("won"),
        "number_received": sum((one for one in some if one is not None), Decimal(0)),
    }


def number_table(raw: Raw, key: str) -> Table:
    return {TOTAL: [numbers(raw)[key]]}
