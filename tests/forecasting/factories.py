"""Opportunities with a past, written straight into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from headwater.kernel import sql
from headwater.sales.models import Opportunity, Pipeline, Stage
from headwater.sales.queries import PipelineView, find_pipeline
from tests.sales.factories import make_account

CHINA = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """A moment of the company's day."""
    return datetime(year, month, day, hour, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Tale:
    """An opportunity: where it was since when, the last being now, and what was said at each move."""

    moves: Sequence[tuple[int, datetime]]
    amount: Decimal | None = Decimal("100000.00")
    closes: Sequence[date | None] = (None,)  # at each move; the last one holds for the rest
    owner_id: int | None = None
    currency: str = "CNY"
    pipeline: int | None = None


def make_pipeline(name: str, stages: Sequence[tuple[str, int]]) -> PipelineView:
    """A pipeline with open stages (name, probability), won and lost."""
    moment = at(2020, 1, 1)
    made = Pipeline.objects.create(name=name, position=99, created_at=moment, updated_at=moment)
    every = [*((label, "open", chance) for label, chance in stages), ("won", "won", 100), ("lost", "lost", 0)]
    for place, (label, kind, chance) in enumerate(every, 1):
        Stage.objects.create(pipeline=made, name=label, position=place, kind=kind, probability=chance)
    return find_pipeline(made.pk)


_MOVES = """
INSERT INTO sales_stagemove (opportunity_id, from_stage_id, to_stage_id, amount, currency, expected_close_on,
owner_id,
  at)
SELECT o.id, x.origin, x.stage_id, o.amount, o.currency, x.closes, o.owner_id, x.at
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::date[])
  AS x (id, origin, stage_id, at, closes)
JOIN sales_opportunity o ON o.id = x.id ORDER BY x.at
"""


def write(tales: Sequence[Tale]) -> list[int]:
    """Put them there; their ids."""
    account_id = make_account().pk
    stages = {one.pk: one for one in Stage.objects.all()}
    made_ones = Opportunity.objects.bulk_create(
        _opportunity(number, one, stages[one.moves[-1][0]], account_id) for number, one in enumerate(tales)
    )
    ids = [one.pk for one in made_ones]
    steps: list[tuple[int, int | None, int, datetime, date | None]] = []
    for made, one in zip(ids, tales, strict=True):
        before: int | None = None
        for place, (stage, moment) in enumerate(one.moves):
            steps.append((made, before, stage, moment, one.closes[min(place, len(one.closes) - 1)]))
            before = stage
    sql.execute(_MOVES, tuple(list(column) for column in zip(*steps, strict=True)))
    return ids


def _opportunity(number: int, tale: Tale, stage: Stage, account_id: int) -> Opportunity:
    began, entered = tale.moves[0][1], tale.moves[-1][1]
    return Opportunity(
        name=f"O{number}",
        account_id=account_id,
        pipeline_id=stage.pipeline_id,
        stage_id=stage.pk,
        status=stage.kind,
        amount=tale.amount,
        currency=tale.currency,
        probability=stage.probability,
        expected_close_on=tale.closes[-1],
        owner_id=tale.owner_id,
        lost_reason="price" if stage.kind == "lost" else None,
        closed_at=None if stage.kind == "open" else entered,
        stage_entered_at=entered,
        created_at=began,
        updated_at=entered,
    )


def passed(pipeline: PipelineView, count: int, since: datetime) -> list[Tale]:
    """So many that went from the first stage to the second, and stayed there for no more than a day."""
    first, second = pipeline.open_stages[:2]
    return [
        Tale(
            [
                (first.id, since),
                (second.id, since + timedelta(days=5)),
                (pipeline.lost.id, since + timedelta(days=6)),
            ]
        )
        for _ in range(count)
    ]


def lost(pipeline: PipelineView, count: int, since: datetime) -> list[Tale]:
    """So many that were lost in the first stage."""
    return [
        Tale([(pipeline.first.id, since), (pipeline.lost.id, since + timedelta(days=5))])
        for _ in range(count)
    ]
