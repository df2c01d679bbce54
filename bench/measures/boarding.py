"""The board of a pipeline and the move of a card, at 2,000 open cards and at 200,000 opportunities with history.

Beside each the same reads and writes by hand: psycopg with prepared statements and orjson.
"""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import orjson
from django.db import connection

from bench import floors
from bench.client import Caller
from bench.timing import Result, cpu, median, pair, wall
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, value, values
from headwater.sales import services
from headwater.sales.queries import find_pipeline

SMALL, LARGE, OPEN_SHARE = 2_000, 200_000, 0.25
NAMES = {SMALL: "bench 2k", LARGE: "bench 200k"}

# Amounts, days and owners skewed as they are; of the large one three quarters are closed, over two years.
_DRAW = """
INSERT INTO sales_opportunity (name, account_id, pipeline_id, stage_id, status, amount, currency, probability,
  expected_close_on, owner_id, lost_reason, closed_at, stage_entered_at, created_at, updated_at, version, custom{extra})
SELECT '商机 ' || i, %(account)s, %(pipeline)s, s.id, s.kind, round((1000 + 400000 * r1 * r1)::numeric, 2), 'CNY',
  s.probability, current_date + (r2 * 180 - 40)::int, (%(owners)s::bigint[])[1 + floor(power(r3, 1.6) * %(people)s)::int],
  CASE WHEN s.kind = 'lost' THEN 'price' END,
  CASE WHEN s.kind <> 'open' THEN now() - r1 * interval '730 days' END, now() - r3 * interval '40 days',
  now() - (r1 + r2) * interval '400 days', now(), 1, '{{}}'::jsonb{values}
FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5
      FROM generate_series(1, %(count)s) i) d
JOIN LATERAL (SELECT * FROM sales_stage s WHERE s.id = CASE WHEN d.r4 < %(share)s
  THEN (%(open)s::bigint[])[1 + floor(d.r5 * %(stages)s)::int]
  WHEN d.r5 < 0.45 THEN %(won)s::bigint ELSE %(lost)s::bigint END) s ON TRUE
"""
_HISTORY = """
INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, amount, currency, at)
SELECT o.id, NULL, o.stage_id, o.amount, o.currency, o.created_at FROM sales_opportunity o WHERE o.pipeline_id = %s
"""
_CARDS = """
SELECT o.id, o.version, o.name, o.account_id, a.name AS account, o.contact_id, c.name AS contact, o.amount,
  o.currency, o.expected_close_on, o.owner_id, u.name AS owner, o.stage_id, o.stage_entered_at, o.probability
FROM sales_opportunity o JOIN sales_account a ON a.id = o.account_id LEFT JOIN sales_contact c ON c.id = o.contact_id
LEFT JOIN organization_user u ON u.id = o.owner_id
WHERE o.stage_id = %s AND o.archived_at IS NULL ORDER BY o.expected_close_on, o.id LIMIT 26
"""
_CLOSED = """
SELECT o.id, o.version, o.name, o.account_id, a.name AS account, o.contact_id, c.name AS contact, o.amount,
  o.currency, o.expected_close_on, o.owner_id, u.name AS owner, o.stage_id, o.stage_entered_at, o.probability
FROM sales_opportunity o JOIN sales_account a ON a.id = o.account_id LEFT JOIN sales_contact c ON c.id = o.contact_id
LEFT JOIN organization_user u ON u.id = o.owner_id
WHERE o.stage_id = %s AND o.archived_at IS NULL AND o.closed_at >= now() - interval '90 days'
ORDER BY o.closed_at DESC, o.id DESC LIMIT 26
"""
_TOTALS = """
SELECT o.stage_id, count(*), sum(o.amount), sum(o.amount * o.probability) FROM sales_opportunity o
WHERE o.stage_id = ANY(%s) AND o.archived_at IS NULL AND o.status = 'open' GROUP BY 1
UNION ALL SELECT o.stage_id, count(*), sum(o.amount), sum(o.amount) FROM sales_opportunity o
WHERE o.stage_id = ANY(%s) AND o.archived_at IS NULL AND o.closed_at >= now() - interval '90 days' GROUP BY 1
"""


def boards() -> Iterator[Result]:
    """The page with every column's first cards and sums; then one card from a stage to the next and back."""
    boss, database = Caller("admin@example.com"), floors.connect()
    boss.sign_in()
    for size in (SMALL, LARGE):
        pipeline = find_pipeline(_ensure(size))
        held = value("SELECT count(*) FROM sales_opportunity WHERE pipeline_id = %s", (pipeline.id,))
        note = f"{held:,} opportunities in the pipeline"
        page = boss.request("GET", "/opportunities/board", f"pipeline={pipeline.id}", screen=True)
        board = _board(
            database, [one.id for one in pipeline.open_stages], [pipeline.won.id, pipeline.lost.id]
        )
        taken, floor = pair(cpu, page, board, batches=9, times=3)
        yield Result(
            f"board page, {size:,} opportunities, over raw SQL",
            taken,
            floor,
            "ms CPU",
            "≤ 0.1 s",
            taken <= 100,
            note,
        )
        taken, floor = pair(wall, page, board, batches=9, times=1, pick=median)
        yield Result(
            f"board page, {size:,} opportunities, answered", taken, floor, "ms", "≤ 0.3 s", taken <= 300, note
        )
        one, two = (stage.id for stage in pipeline.open_stages[:2])
        card, beside = values(
            "SELECT id FROM sales_opportunity WHERE stage_id = %s ORDER BY id LIMIT 2", (one,)
        )
        to = cycle((two, one))
        move = lambda card=card, to=to: boss.request(
            "POST", f"/api/v1/opportunities/{card}/move", "", {"stage": next(to)}
        )()
        taken, floor = pair(wall, move, _move(database, beside, one, two), batches=25, times=1, pick=median)
        yield Result(
            f"move of a card among {size:,}, over UPDATE + history row",
            taken,
            floor,
            "ms",
            "≤ 0.1 s",
            taken <= 100,
            note,
        )


def _ensure(size: int) -> int:
    """The pipeline of this size; filled when it is not there yet."""
    known = value("SELECT id FROM sales_pipeline WHERE name = %s", (NAMES[size],))
    if known is not None:
        return int(known)
    access = system_access("bench")
    account = services.create_account(access, {"name": f"{NAMES[size]} 有限公司"})
    made = services.create_pipeline(access, name=NAMES[size])
    pipeline = find_pipeline(made)
    owners = [row["id"] for row in rows("SELECT id FROM organization_user ORDER BY id")]
    stages = [one.id for one in pipeline.open_stages]
    given: dict[str, Any] = {
        "account": account, "pipeline": made, "owners": owners, "people": len(owners), "count": size,
        "share": 1.0 if size == SMALL else OPEN_SHARE, "open": stages, "stages": len(stages),
        "won": pipeline.won.id, "lost": pipeline.lost.id,
    }  # fmt: skip
    extra = {row["column_name"]: row["kind"] for row in rows(
        "SELECT column_name, data_type AS kind FROM information_schema.columns WHERE table_name = 'sales_opportunity'"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND column_name <> ALL(%s)",
        (["name", "account_id", "pipeline_id", "stage_id", "status", "currency", "probability", "stage_entered_at",
          "created_at", "updated_at", "version", "custom"],),
    )}  # fmt: skip
    plain = {"boolean": "FALSE", "integer": "0", "numeric": "0"}
    text = _DRAW.format(
        extra="".join(f", {name}" for name in extra),
        values="".join(f", {plain.get(kind, chr(39) * 2)}" for kind in extra.values()),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(text, given)
    execute(_HISTORY, (made,))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sales_opportunity")
    return made


def _board(database: Any, open_ids: list[int], closed_ids: list[int]) -> Callable[[], object]:
    def read() -> bytes:
        columns = [database.execute(_CARDS, (one,)).fetchall() for one in open_ids]
        columns += [database.execute(_CLOSED, (one,)).fetchall() for one in closed_ids]
        return orjson.dumps(
            [columns, database.execute(_TOTALS, (open_ids, closed_ids)).fetchall()], default=str
        )

    return read


def _move(database: Any, card: int, one: int, two: int) -> Callable[[], object]:
    to = cycle((two, one))

    def write() -> None:
        with database.transaction():
            target = next(to)
            before = database.execute(
                "SELECT stage_id FROM sales_opportunity WHERE id = %s FOR UPDATE", (card,)
            ).fetchone()
            database.execute(
                "UPDATE sales_opportunity SET stage_id = %s, stage_entered_at = now(), version = version + 1 WHERE id = %s",
                (target, card),
            )
            if before["stage_id"] != target:
                database.execute(
                    "INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, currency, at)"
                    " VALUES (%s, %s, %s, 'CNY', now())",
                    (card, before["stage_id"], target),
                )

    return write
