"""What each preset must say, worked out row by row from its definition in words."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from headwater.kernel import clock
from headwater.kernel.sql import rows
from headwater.sales.queries import default_pipeline
from tests.insight.presets.raw import (
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
    month,
    number,
    ratio,
    table,
)

BINDING = ("active", "completed")
TAKEN_BACK = ("unconverted", "handed_back", "restored", "unmerged")

leads, accounts, opportunities, orders = (
    number(name) for name in ("lead", "account", "opportunity", "order")
)
binding_orders = number("order", lambda row: row["state"] in BINDING)


# --- the way from a campaign to money


def way(raw: Raw) -> list[Row]:
    """A row for each lead with each opportunity, order and payment that came of it."""
    found = []
    conversions = {row["lead_id"]: row for row in raw.conversions}
    payments: dict[int, list[Row]] = {}
    for one in raw.payments.values():
        payments.setdefault(one["order_id"], []).append(one)
    today = local(clock.now())
    for lead in raw.leads.values():
        conversion = conversions.get(lead["id"])
        account = conversion["account_id"] if conversion else None
        base: Row = {
            "lead": lead["id"], "of": lead, "account": account if account in raw.accounts else None,
            "opportunity": None, "order": None, "payment": None, "state": None, "amount": None,
        }  # fmt: skip
        for opportunity_id, order_id in raw.deals.get(lead["id"]) or {(None, None)}:
            row = dict(base)
            if (deal := raw.opportunities.get(opportunity_id or 0)) is not None:
                day = local(deal["closed_at"]) if deal["closed_at"] else today
                row |= {"opportunity": deal["id"], "amount": raw.worth(deal["amount"], deal["currency"], day)}
            order = raw.orders.get(order_id or 0)
            if order is None:
                found.append(row)
                continue
            worth = raw.worth(order["total"], order["currency"], order["ordered_on"])
            row |= {"order": order["id"], "state": order["state"], "total": worth}
            for one in payments.get(order["id"]) or [None]:
                paid = {} if one is None else {
                    "payment": one["id"], "paid": raw.worth(one["amount"], one["currency"], one["paid_on"])
                }  # fmt: skip
                found.append(row | paid)
    return found


amount = adding("opportunity", lambda row: row["amount"])
ordered = adding("order", lambda row: row["total"], lambda row: row["state"] in BINDING)
paid = adding("payment", lambda row: row["paid"])
valid = number("lead", lambda row: row["of"]["status"] != "invalid")


def _by_campaign(raw: Raw, key: Callable[[Row], Any], *measures: Any) -> Table:
    return table([row for row in way(raw) if row["of"]["campaign_id"]], key, *measures)


def _campaign(row: Row) -> tuple[Any, ...]:
    return (row["of"]["campaign_id"],)


def campaign_opportunities(raw: Raw) -> Table:
    return _by_campaign(raw, _campaign, leads, accounts, opportunities, amount)


def campaign_orders(raw: Raw) -> Table:
    return _by_campaign(raw, _campaign, leads, accounts, binding_orders, ordered, paid)


def _campaign_costs(raw: Raw) -> Callable[[Any], Decimal]:
    def add(some: Any) -> Decimal:
        ids = {row["of"]["campaign_id"] for row in some} & set(raw.campaigns)
        return sum((raw.campaigns[one]["cost"] or Decimal(0) for one in ids), Decimal(0))

    return add


def campaign_return(raw: Raw) -> Table:
    cost = _campaign_costs(raw)
    return _by_campaign(
        raw, _campaign, cost, leads, ratio(cost, leads, 1), ordered, paid, ratio(paid, cost, 1)
    )


def campaign_types(raw: Raw) -> Table:
    def kind(row: Row) -> tuple[Any, ...]:
        return ((raw.campaigns.get(row["of"]["campaign_id"]) or {}).get("type") or None,)

    return _by_campaign(raw, kind, leads, ratio(valid, leads), opportunities, amount, paid)


# --- leads


def leads_of(raw: Raw) -> list[Row]:
    return [
        {"lead": lead["id"], "of": lead, **{key.lower(): at for key, at in raw.stories[lead["id"]].items()}}
        for lead in raw.leads.values()
    ]


mql, sql, won = (
    number("lead", lambda row, stage=stage: row[stage] is not None) for stage in ("mql", "sql", "won")
)


def source_rates(raw: Raw) -> Table:
    return table(
        leads_of(raw), lambda row: (row["of"]["source_id"],),
        leads, ratio(valid, leads), ratio(mql, leads), ratio(sql, mql), ratio(won, sql),
    )  # fmt: skip


def lead_trend(raw: Raw) -> Table:
    some = [row for row in leads_of(raw) if row["of"]["created_at"] >= last_days(360)]
    return table(some, lambda row: (month(row["of"]["created_at"]), row["of"]["source_id"]), leads)


def _cohort(row: Row) -> tuple[Any, ...]:
    return (month(row["of"]["created_at"]),)


def stage_conversion(raw: Raw) -> Table:
    rates = (ratio(mql, leads), ratio(sql, mql), ratio(won, sql))
    return table(leads_of(raw), _cohort, leads, mql, sql, won, *rates)


def stage_times(raw: Raw) -> Table:
    some = [row for row in leads_of(raw) if row["of"]["created_at"] >= last_days(180)]
    return table(
        some,
        _cohort,
        middle(lambda row: between(row["of"]["created_at"], row["mql"])),
        middle(lambda row: between(row["mql"], row["sql"])),
        middle(lambda row: between(row["sql"], row["won"])),
        middle(lambda row: between(row["of"]["created_at"], row["converted"])),
    )


def invalid_reasons(raw: Raw) -> Table:
    some = [row for row in leads_of(raw) if row["of"]["status"] == "invalid"]
    return table(some, lambda row: (row["of"]["source_id"], row["of"]["invalid_reason"] or None), leads)


def pool_stock(raw: Raw) -> Table:
    some = [row for row in leads_of(raw) if row["of"]["status"] == "pooled"]
    some = [row for row in some if row["of"]["stage"] != "disqualified"]
    high = number("lead", lambda row: row["of"]["intent"] == "high")
    return table(some, lambda row: (row["of"]["pool_id"],), leads, high)


def person_status(raw: Raw) -> Table:
    some = [row for row in leads_of(raw) if row["of"]["owner_id"]]
    return table(some, lambda row: (row["of"]["owner_id"], row["of"]["status"]), leads)


def expertise(raw: Raw) -> Table:
    converted = number("lead", lambda row: row["of"]["status"] == "converted")
    some = [row for row in leads_of(raw) if row["of"]["owner_id"] and row["of"]["industry"]]
    return table(
        some, lambda row: (row["of"]["owner_id"], row["of"]["industry"]), ratio(converted, leads), leads
    )


def forgotten_leads(raw: Raw) -> Table:
    now = clock.now()
    # The next three days end where the third day from today begins.
    day = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)

    def late(row: Row) -> bool:
        return bool(row["of"]["follow_due_at"] and row["of"]["follow_due_at"] < now)

    def soon(row: Row) -> bool:
        return bool(row["of"]["recycle_due_at"] and now <= row["of"]["recycle_due_at"] < day)

    some = [row for row in leads_of(raw) if row["of"]["status"] in ("assigned", "following")]
    return table(
        some, lambda row: (row["of"]["owner_id"],), leads, number("lead", late),
        number("lead", lambda row: row["of"]["last_activity_at"] is None), number("lead", soon),
    )  # fmt: skip


# --- costs


def _costs(raw: Raw) -> Iterator[tuple[int | None, Decimal | None]]:
    """Channel and amount of everything spent: by campaigns, and by channels in periods."""
    for one in raw.campaigns.values():
        if one["cost"]:
            yield one["channel_id"], one["cost"]
    for one in rows("SELECT * FROM acquisition_channelcost WHERE archived_at IS NULL"):
        yield one["channel_id"], raw.worth(one["amount"], one["currency"], one["first_day"])


def _quality(raw: Raw, column: str, measures: list[Any]) -> Table:
    def key(row: Row) -> tuple[Any, ...]:
        return (row["of"][column],)

    stories = raw.stories
    some = [row | {name.lower(): at for name, at in stories[row["lead"]].items()} for row in way(raw)]
    if raw.people is None:
        names = ("lead", "account", "opportunity", "order", "payment", "state", "amount")
        blank = dict.fromkeys((*names, "mql", "sql", "won"))
        for number, (channel, spent) in enumerate(_costs(raw)):
            of = {"source_id": None, "channel_id": channel, "status": None}
            some.append({**blank, "of": of, "spent": number, "cost": spent})
    return table([{"spent": None} | row for row in some], key, *measures)


cost = adding("spent", lambda row: row["cost"])


def _source_or_channel(column: str) -> Callable[[Raw], Table]:
    measures = [
        leads, valid, ratio(valid, leads), mql, sql, won, ratio(won, leads), cost,
        ratio(cost, leads, 1), paid,
    ]  # fmt: skip
    return lambda raw: _quality(raw, column, measures)


source_quality = _source_or_channel("source_id")
channel_quality = _source_or_channel("channel_id")


def channel_return(raw: Raw) -> Table:
    each = [ratio(cost, one, 1) for one in (leads, mql, sql, binding_orders)]
    return _quality(raw, "channel_id", [cost, *each, ordered, paid, ratio(paid, cost, 1)])


# --- opportunities


def _opportunities(raw: Raw, status: str) -> list[Row]:
    today = local(clock.now())
    return [
        {
            "opportunity": one["id"],
            "of": one,
            "amount": raw.worth(
                one["amount"], one["currency"], local(one["closed_at"]) if one["closed_at"] else today
            ),
        }
        for one in raw.opportunities.values()
        if one["status"] == status
    ]


def _weighted(raw: Raw, row: Row) -> Decimal | None:
    one = row["of"]
    if one["amount"] is None:
        return None
    part = (one["amount"] * one["probability"] / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return raw.worth(part, one["currency"], local(clock.now()))


def sales_funnel(raw: Raw) -> Table:
    main = default_pipeline().id
    weighted = adding("opportunity", lambda row: _weighted(raw, row))
    return table(
        [row for row in _opportunities(raw, "open") if row["of"]["pipeline_id"] == main],
        lambda row: (str(row["of"]["stage_id"]),),
        opportunities,
        amount,
        weighted,
    )


def lost_reasons(raw: Raw) -> Table:
    some = _opportunities(raw, "lost")
    part = ratio(opportunities, lambda _some: len(some))
    return table(some, lambda row: (row["of"]["lost_reason"],), opportunities, amount, part)


def stage_stay(raw: Raw) -> Table:
    found = []
    for key in raw.opportunities:
        before = None
        for move in raw.moves.get(key, ()):
            if move["from_stage_id"] is not None:
                start, end = (raw.stages[move[name]] for name in ("from_stage_id", "to_stage_id"))
                found.append(
                    {
                        "move": move["id"],
                        "from": start["id"],
                        "stay": between(before, move["at"]),
                        "forward": end["position"] > start["position"] and end["kind"] != "lost",
                    }
                )
            before = move["at"]
    moves = number("move")
    return table(
        found, lambda row: (row["from"],), moves, middle(lambda row: row["stay"]),
        mean(lambda row: row["stay"]), ratio(number("move", lambda row: row["forward"]), moves),
    )  # fmt: skip


def open_tasks(raw: Raw) -> Table:
    now = clock.now()
    some = [row for row in raw.tasks.values() if row["done_at"] is None]
    return table(
        some,
        lambda row: (row["owner_id"],),
        number(),
        number("id", lambda row: row["due_at"] and row["due_at"] < now),
    )


def rule_effect(raw: Raw) -> Table:
    found = []
    for one in raw.decisions:
        if one["lead_id"] not in raw.leads or one["outcome"] != "dispatched" or not one["rule_name"]:
            continue
        if one["at"] < last_days(180):
            continue
        minute = one["at"].replace(second=0, microsecond=0)
        calls = [at for at in raw.calls.get(one["lead_id"], ()) if at >= minute]
        lost = [t["why"] for t in raw.transfers.get(one["lead_id"], ())
                if t["at"] >= one["at"] and t["from_owner_id"] == one["owner_id"]]  # fmt: skip
        found.append(
            one | {
                "seconds": between(one["at"], max(calls[0], one["at"])) if calls else None,
                "lost": lost,
                "converted": any(
                    c["lead_id"] == one["lead_id"] and c["at"] >= one["at"] for c in raw.conversions
                ),
            }
        )  # fmt: skip
    each = number()
    return table(
        found,
        lambda row: (row["rule_name"], row["rule_version"]),
        each,
        middle(lambda row: row["seconds"]),
        ratio(number("id", lambda row: "recycled" in row["lost"]), each),
        ratio(number("id", lambda row: "returned" in row["lost"]), each),
        ratio(number("id", lambda row: row["converted"]), each),
    )
