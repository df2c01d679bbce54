"""What came of leads: conversions, opportunities with their moves, orders, payments, targets."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from bench.histories import dice, one_of
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import execute, rows, value, values
from headwater.orders.services import create_order
from headwater.sales.queries import find_pipeline
from headwater.sales.services import create_account, create_opportunity, create_pipeline

PIPELINE = "bench"  # of its own: forecasts and boards are measured in others
LEADS_PER_ACCOUNT = 2

# Converted leads in the order of their conversion. Two of five led to an opportunity of which three of ten were won
# and four were lost, within two months, if these are over.
_CAME = f"""
CREATE TEMP TABLE bench_came ON COMMIT DROP AS
SELECT d.*, CASE WHEN d.is_sold AND d.dice < 0.7 AND d.due < now() THEN d.due END AS closed_at,
  CASE WHEN NOT d.is_sold OR d.dice >= 0.7 OR d.due >= now() THEN 'open' WHEN d.dice < 0.3 THEN 'won' ELSE 'lost' END AS kind
FROM (
  SELECT l.id AS lead_id, l.owner_id, l.source_id, l.campaign_id, t.at, row_number() OVER (ORDER BY t.at, l.id) AS place,
    {dice("l.id", 41)} < 0.4 AS is_sold, {dice("l.id", 42)} AS dice,
    t.at + interval '60 days' * {dice("l.id", 43)} AS due
  FROM leads_lead l JOIN LATERAL (SELECT max(t.at) AS at FROM leads_transfer t
    WHERE t.lead_id = l.id AND t.why = 'converted') t ON TRUE
  WHERE l.id > %(after)s AND l.status = 'converted'
) d
"""
_CONVERSIONS = """
INSERT INTO leads_conversion (lead_id, account_id, opportunity_id, opportunity_ids, made, before, left_out, at, actor_id)
SELECT c.lead_id, (%(accounts)s::bigint[])[1 + c.place / %(each)s], o.id,
  CASE WHEN o.id IS NULL THEN '{}' ELSE ARRAY[o.id] END, '[]', '{}', '[]', c.at, c.owner_id
FROM bench_came c LEFT JOIN sales_opportunity o ON o.external_id = 'bench ' || c.lead_id ORDER BY c.at
"""
_MOVES = """
INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, amount, currency, expected_close_on, owner_id, at)
SELECT o.id, lag(s.id) OVER w, s.id, o.amount, o.currency, o.expected_close_on, o.owner_id,
  o.created_at + (o.stage_entered_at - o.created_at)
    * ((row_number() OVER w - 1)::float8 / greatest(1, count(*) OVER (PARTITION BY o.id) - 1))
FROM sales_opportunity o JOIN sales_stage now ON now.id = o.stage_id
JOIN sales_stage s ON s.pipeline_id = o.pipeline_id AND s.archived_at IS NULL
  AND (s.id = now.id OR (s.kind = 'open' AND s.position < CASE WHEN now.kind = 'lost' THEN 3 ELSE now.position END))
WHERE o.external_id LIKE 'bench %%' AND o.pipeline_id = %(pipeline)s
  AND NOT EXISTS (SELECT 1 FROM sales_stagemove m WHERE m.opportunity_id = o.id)
WINDOW w AS (PARTITION BY o.id ORDER BY s.kind <> 'open', s.position)
"""
# Half at once, the rest a month later where that is over; of forty entries one is given back.
_PAYMENTS = """
INSERT INTO orders_payment (order_id, kind, amount, currency, paid_on, owner_id, created_at)
SELECT o.id, 'payment', round(o.total / 2, 2), o.currency, o.ordered_on + n * 30, o.owner_id, now()
FROM orders_order o CROSS JOIN generate_series(0, 1) n
WHERE o.state IN ('active', 'completed') AND o.total > 0 AND o.ordered_on + n * 30 <= current_date
  AND o.external_id LIKE 'bench %%' AND o.paid = 0
ORDER BY o.ordered_on + n * 30
"""
_REFUNDS = """
INSERT INTO orders_payment (order_id, kind, amount, currency, paid_on, owner_id, created_at)
SELECT p.order_id, 'refund', -round(p.amount / 4, 2), p.currency, p.paid_on, p.owner_id, now() FROM orders_payment p
WHERE p.id %% 40 = 0 AND p.kind = 'payment' AND NOT EXISTS (
  SELECT 1 FROM orders_payment x WHERE x.order_id = p.order_id AND x.kind = 'refund')
"""
_TARGETS = """
INSERT INTO targets_target (user_id, measure, grain, starts_on, amount, currency, version, created_at, updated_at)
SELECT u.id, 'won_amount', 'month', m::date, 50000, 'CNY', 1, now(), now() FROM organization_user u,
  generate_series(date_trunc('month', now()) - interval '11 months', date_trunc('month', now()), '1 month') m
WHERE u.email LIKE 'rep%%' ON CONFLICT DO NOTHING
"""
_STAGE = """(SELECT x FROM (SELECT s.{column} AS x FROM sales_stage s WHERE s.pipeline_id = %(pipeline)s
  AND s.archived_at IS NULL AND s.kind = c.kind ORDER BY s.position
  OFFSET CASE c.kind WHEN 'open' THEN floor(c.dice * 10)::int %% %(open)s ELSE 0 END LIMIT 1) one)"""


@transaction.atomic
def draw_journeys(after: int) -> None:
    """Of the converted leads with a higher number than `after`."""
    access = system_access("bench")
    known = values("SELECT id FROM sales_pipeline WHERE name = %s", (PIPELINE,))
    pipeline = find_pipeline(known[0] if known else create_pipeline(access, name=PIPELINE))
    _run(_CAME, {"after": after})
    count = int(value("SELECT count(*) FROM bench_came"))
    account = create_account(access, {"name": "bench 有限公司"})
    accounts = _copies("sales_account", account, f"generate_series(0, {count // LEADS_PER_ACCOUNT}) c", {})
    given = {
        "pipeline": pipeline.id,
        "open": len(pipeline.open_stages),
        "accounts": accounts,
        "each": LEADS_PER_ACCOUNT,
    }
    _opportunities(access, account, pipeline.id, given)
    _run(_CONVERSIONS, given)
    execute("ANALYZE sales_opportunity, leads_conversion")
    _run(_MOVES, given)
    _orders(access, account)
    execute("ANALYZE orders_order")
    for text in (_PAYMENTS, _REFUNDS, _TARGETS):
        _run(text, {})


def _opportunities(access: Access, account: int, pipeline: int, given: Mapping[str, Any]) -> None:
    sold = create_opportunity(
        access, {"name": "bench", "account": account, "amount": "1000.00", "pipeline": pipeline}
    )
    changes = {
        "account_id": "(%(accounts)s::bigint[])[1 + c.place / %(each)s]",
        "amount": f"round((10000 * exp(2 * {dice('c.lead_id', 44)}))::numeric, 2)",
        "external_id": "'bench ' || c.lead_id",
        "owner_id": "c.owner_id",
        "source_id": "c.source_id",
        "campaign_id": "c.campaign_id",
        "status": "c.kind",
        "stage_id": _STAGE.format(column="id"),
        "probability": _STAGE.format(column="probability"),
        "closed_at": "c.closed_at",
        "expected_close_on": "c.due::date",
        "lost_reason": f"CASE c.kind WHEN 'lost' THEN {one_of(('price', 'competitor', 'budget'), 'c.lead_id', 45)} END",
        "created_at": "c.at",
        "updated_at": "coalesce(c.closed_at, c.at)",
        "stage_entered_at": "coalesce(c.closed_at, least(now(), c.at + interval '10 days'))",
    }
    _copies("sales_opportunity", sold, "bench_came c", changes, given, where="c.is_sold ORDER BY c.at")


def _orders(access: Access, account: int) -> None:
    """Of most opportunities that were won; some are drafts, some were cancelled."""
    ordered = create_order(access, {"account": account, "total": "1.00"})
    changes = {
        "number": "'bench ' || c.id",
        "external_id": "'bench ' || c.id",
        "account_id": "c.account_id",
        "opportunity_id": "c.id",
        "owner_id": "c.owner_id",
        "total": "c.amount",
        "currency": "c.currency",
        "state": one_of(
            ("active", "active", "active", "completed", "completed", "draft", "cancelled"), "c.id", 51
        ),
        "ordered_on": "c.closed_at::date",
        "due_on": "c.closed_at::date + 30",
        "created_at": "c.closed_at",
        "updated_at": "c.closed_at",
    }
    where = (
        f"c.status = 'won' AND c.external_id LIKE 'bench %%' AND {dice('c.id', 52)} < 0.8"
        " AND NOT EXISTS (SELECT 1 FROM orders_order x WHERE x.opportunity_id = c.id) ORDER BY c.closed_at"
    )
    _copies("orders_order", ordered, "sales_opportunity c", changes, {}, where=where)


def _copies(
    table: str,
    record_id: int,
    source: str,
    changes: Mapping[str, str],
    given: Mapping[str, Any] | None = None,
    *,
    where: str = "TRUE",
) -> list[int]:
    """A row like one that a service made for each row `c` of the source, with changes; their ids."""
    names = [
        row["column_name"]
        for row in rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (table,),
        )
    ]
    taken = ", ".join(changes.get(name, f"t.{name}") for name in names)
    text = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken} FROM {source}"
        f" JOIN {table} t ON t.id = %(record)s WHERE {where} RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, {**(given or {}), "record": record_id})
        return [row[0] for row in cursor.fetchall()]


def _run(text: str, given: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, given)
