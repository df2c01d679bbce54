"""Learn from history anew, replay past month-ends, and keep both. It may be repeated freely."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import cache

from django.db import transaction

from headwater.forecasting.models import Learnt, Replay
from headwater.forecasting.queries.people import said_by_people
from headwater.forecasting.reading import History, read_history, standing
from headwater.forecasting.replaying import Replayed, replay
from headwater.forecasting.types import Way
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.platform.settings import get_setting
from headwater.targets.periods import company_today

_LOCK = 7_305_811_402
_REST = timedelta(minutes=50)  # between two refreshes because of new moves


@transaction.atomic
def refresh(access: Access) -> int:
    """Fit every pipeline to its history until now, and replay it; how many. One at a time, others wait."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    now, today = clock.now(), company_today()
    last_move_id = int(sql.value("SELECT coalesce(max(id), 0) FROM sales_stagemove"))
    half_life = float(get_setting("forecasting.half_life"))
    histories = read_history(now)
    open_at = cache(standing)
    learnt = []
    for history in histories.values():
        if not any(step.is_open and step.is_living for step in history.steps):
            continue
        replays, lesson = replay(history, open_at, half_life=half_life, today=today)
        _keep(access, history, replays)
        learnt.append(
            Learnt(
                pipeline_id=history.pipeline_id, at=now, last_move_id=last_move_id, content=lesson.as_json()
            )
        )
    Learnt.objects.exclude(pipeline_id__in=[one.pipeline_id for one in learnt]).delete()
    Learnt.objects.bulk_create(
        learnt,
        update_conflicts=True,
        unique_fields=["pipeline"],
        update_fields=["at", "last_move_id", "content"],
    )
    sql.execute("DROP TABLE pg_temp.forecasting_path, pg_temp.forecasting_spell")
    return len(learnt)


def _keep(access: Access, history: History, replays: Sequence[Replayed]) -> None:
    """Put the replays of a pipeline in the place of earlier ones.

    What people said of a month cannot change any more, and is slow to find out: it is kept where it is known.
    """
    pipeline_id = history.pipeline_id
    learnt = {one.month: one for one in replays if one.way == Way.LEARNT}
    kept = dict(
        Replay.objects.filter(pipeline_id=pipeline_id, way=Way.PEOPLE).values_list("month", "forecast")
    )
    wanted = [month for month in sorted(learnt) if month not in kept]
    said = kept | said_by_people(access, pipeline_id, wanted)
    people = [
        replace(learnt[month], way=Way.PEOPLE, forecast=amount, low=None, high=None)
        for month, amount in said.items()
        if month in learnt
    ]
    Replay.objects.filter(pipeline_id=pipeline_id).delete()
    Replay.objects.bulk_create(Replay(pipeline_id=pipeline_id, **asdict(one)) for one in [*replays, *people])


def is_stale() -> bool:
    """Whether a pipeline has no lesson, that of an earlier day, or one that new moves have overtaken."""
    now = clock.now()
    found = list(Learnt.objects.values_list("pipeline_id", "at", "last_move_id"))
    known = set(
        sql.values(
            "SELECT DISTINCT s.pipeline_id FROM sales_stage s WHERE s.kind = 'open' AND s.archived_at IS NULL"
        )
    )
    if known != {pipeline_id for pipeline_id, _at, _move in found}:
        return True
    oldest = min((at for _pipeline, at, _move in found), default=now)
    if oldest.date() < now.date():
        return True
    youngest = sql.value("SELECT max(id) FROM sales_stagemove") or 0
    return now - oldest > _REST and any(move < youngest for _pipeline, _at, move in found)
