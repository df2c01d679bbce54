"""Fourteen months of invented sales before the demo company's own, so that its forecasts have a past."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.sales.queries import PipelineView, default_pipeline
from headwater.sales.services import create_account

_MONTHS = 14
_A_MONTH = 26
_REPS = ("north1", "north2", "south1", "south2", "north", "south")
_WAIT = (6.0, 9.0, 12.0, 9.0, 7.0)  # days in a stage, at a median
_ON = (0.72, 0.68, 0.66, 0.74, 0.8)  # who goes on from it
_NAMES = ("设备联网", "产线数据采集", "仓储管理", "能耗监测", "质量追溯", "年度维保", "二期扩容", "系统升级")
_FIRMS = ("恒远机械", "瑞丰电子", "东海食品", "中瑞物流", "嘉禾包装", "天成精密", "博文教育", "安泰医疗",
          "宏图建材", "新光纺织", "联创汽配", "绿源环保", "海纳化工", "明珠照明", "金桥印务",
          "启明软件")  # fmt: skip
_REASONS = ("price", "competitor", "no_response", "budget")


@dataclass(frozen=True, slots=True)
class _Tale:
    """An opportunity from its first day to its end, or to now."""

    name: str
    account_id: int
    owner_id: int
    amount: Decimal
    began: datetime
    moves: Sequence[tuple[int, datetime]]  # (stage, at); the first is where it began
    closes: datetime
    lost_reason: str | None


def invent_history(people: Mapping[str, int], _pools: Mapping[str, int]) -> None:
    """Write it into the default pipeline, straight into the tables: no such events happened."""
    pick = random.Random(20_261_122)
    pipeline = default_pipeline()
    owners = [people[key] for key in _REPS]
    accounts = [
        create_account(system_access("demo"), {"name": f"{name}有限公司", "owner": pick.choice(owners)})
        for name in _FIRMS
    ]
    now = clock.now()
    tales = []
    for number in range(_MONTHS * _A_MONTH):
        ago = pick.uniform(8, 30.4 * _MONTHS)
        began = now - timedelta(days=ago)
        tales.append(_tale(pick, pipeline, began, now, pick.choice(accounts), pick.choice(owners), number))
    _write(pipeline, tales)


def _tale(
    pick: random.Random,
    pipeline: PipelineView,
    began: datetime,
    now: datetime,
    account_id: int,
    owner_id: int,
    number: int,
) -> _Tale:
    stages = pipeline.open_stages
    amount = Decimal(round(pick.lognormvariate(11.2, 0.7), -3))
    moves = [(stages[0].id, began)]
    at, reason = began, None
    for place in range(len(stages)):
        wait = _WAIT[min(place, len(_WAIT) - 1)] * pick.lognormvariate(0, 0.6)
        at += timedelta(days=wait)
        if at >= now - timedelta(hours=2):
            break
        if pick.random() > _ON[min(place, len(_ON) - 1)]:
            reason = pick.choice(_REASONS)
            moves.append((pipeline.lost.id, at))
            break
        following = stages[place + 1].id if place + 1 < len(stages) else pipeline.won.id
        moves.append((following, at))
    end = moves[-1][1]
    closes = began + timedelta(days=pick.uniform(20, 60))
    if moves[-1][0] not in (pipeline.won.id, pipeline.lost.id):
        closes = max(closes, now + timedelta(days=pick.uniform(-6, 45)))
    elif pick.random() < 0.7:
        closes = end + timedelta(days=pick.uniform(-12, 8))
    name = f"{pick.choice(_NAMES)}项目 {number + 1:03d}"
    return _Tale(name, account_id, owner_id, amount, began, moves, closes, reason)


_OPPORTUNITIES = """
INSERT INTO sales_opportunity (name, account_id, pipeline_id, stage_id, status, amount, currency, probability,
  expected_close_on, owner_id, lost_reason, closed_at, stage_entered_at, last_activity_at, version, custom,
  created_at, updated_at, amount_by_hand)
SELECT x.name, x.account_id, s.pipeline_id, s.id, s.kind, x.amount, 'CNY', s.probability, x.closes,
x.owner_id,
  x.reason, CASE WHEN s.kind <> 'open' THEN x.entered END, x.entered, x.entered, 1, '{}', x.began, x.entered,
  TRUE
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::numeric[], %s::date[], %s::bigint[], %s::text[],
  %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
  AS x (name, account_id, stage_id, amount, closes, owner_id, reason, entered, began, place)
JOIN sales_stage s ON s.id = x.stage_id ORDER BY x.place RETURNING id
"""

_MOVES = """
INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, amount, currency, expected_close_on,
owner_id,
  lost_reason, at)
SELECT o.id, x.origin, x.stage_id, o.amount, o.currency, o.expected_close_on, o.owner_id,
  CASE WHEN x.stage_id = o.stage_id THEN o.lost_reason END, x.at
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) AS x (id, origin, stage_id, at)
JOIN sales_opportunity o ON o.id = x.id ORDER BY x.at
"""


def _write(pipeline: PipelineView, tales: Sequence[_Tale]) -> None:
    ids = sql.values(
        _OPPORTUNITIES,
        (
            [one.name for one in tales],
            [one.account_id for one in tales],
            [one.moves[-1][0] for one in tales],
            [one.amount for one in tales],
            [one.closes.date() for one in tales],
            [one.owner_id for one in tales],
            [one.lost_reason for one in tales],
            [one.moves[-1][1] for one in tales],
            [one.began for one in tales],
        ),
    )
    steps = [
        (made, before, stage, at)
        for made, one in zip(ids, tales, strict=True)
        for before, (stage, at) in zip([None, *(stage for stage, _at in one.moves)], one.moves, strict=False)
    ]
    columns = [list(column) for column in zip(*steps, strict=True)]
    sql.execute(_MOVES, tuple(columns))
    sql.execute(
        "INSERT INTO sales_ownerchange (record_type, record_id, to_owner_id, why, at)"
        " SELECT 'opportunity', o.id, o.owner_id, 'created', o.created_at FROM sales_opportunity o"
        " WHERE o.id = ANY(%s::bigint[])",
        (ids,),
    )
