"""Every preset against sums worked out row by row, on companies drawn at random and for readers who see less.

The demo company is held against them where it is loaded: tests/leads/test_demo.py.
"""

from dataclasses import replace
from typing import Any

import pytest

from headwater.insight import datasets
from headwater.insight.engine import Definition, run
from headwater.insight.engine.planning import plan, stood_in
from headwater.insight.engine.rollups import root_from_rollup
from headwater.insight.presets import PRESETS
from headwater.insight.presets.boards import BOARDS, QUESTIONS
from headwater.kernel.access import Access, load_actor, permit
from headwater.rollups.services.rebuilding import fill, start_anew
from headwater.rollups.types import Key
from tests.insight.engine.company import known
from tests.insight.presets.comparing import compare
from tests.insight.presets.drawn import Drawn


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "is_counted_ahead"), [(1, False), (2, True)])
def test_a_company_drawn_at_random(seed: int, is_counted_ahead: bool) -> None:
    drawn = Drawn(seed)
    for key in Key:
        start_anew(key)
        if is_counted_ahead:
            fill(key)
    everyone = permit(load_actor(drawn.admin.pk), "reports.view")
    for key in ("source_quality", "campaign_types"):  # the type stands beside the cells
        planned = plan(Definition.parse(PRESETS[key].definition, everyone), everyone)
        assert (root_from_rollup(planned, planned.span) is not None) == is_counted_ahead, key
    if is_counted_ahead:
        for person in (drawn.admin, drawn.reps[0]):
            _stories_stand_for_leads(permit(load_actor(person.pk), "reports.view"))
    for person in (drawn.admin, drawn.reps[0] if is_counted_ahead else drawn.manager):
        access = permit(load_actor(person.pk), "reports.view")
        assert compare(access, list(PRESETS)) == [], person.name


def _stories_stand_for_leads(access: Access) -> None:
    """What the stories answer in place of the leads is what the leads say."""
    count = {"key": "m1", "agg": "count", "of": "lead"}
    reports: list[dict[str, Any]] = [
        PRESETS["stage_times"].definition,
        PRESETS["number_converted"].definition,
        {"dataset": "leads", "measures": [count, {"key": "m2", "agg": "median", "of": "story.follow_ups"}],
         "groupings": [{"field": "owner.department"}, {"field": "lead.intent"}],
         "filters": {"all": [{"field": "story.reached", "op": "ne", "value": "WON"},
                             {"field": "source.name", "op": "is_not_empty"}]}},
        {"dataset": "journey", "measures": [count, {"key": "m2", "agg": "sum", "of": "order.total"},
                                            {"key": "m3", "agg": "avg", "of": "story.won_seconds"}],
         "groupings": [{"field": "lead.created_at", "bucket": "hour"}],
         "filters": {"field": "lead.is_valid", "op": "eq", "value": True}},
    ]  # fmt: skip
    for raw in reports:
        asked = Definition.parse(raw, access)
        of = datasets.dataset(asked.dataset)
        assert of is not None
        assert stood_in(planned := plan(asked, access)) is not planned, raw
        with known(replace(of, key="raw", stand_ins=(), rollups=())):
            found, meant = run(access, asked), run(access, replace(asked, dataset="raw"))
        assert (found.rows, found.total) == (meant.rows, meant.total), raw
    asked = Definition.parse(
        {"dataset": "leads", "measures": [count], "groupings": [{"field": "lead.name"}]}, access
    )
    assert stood_in(planned := plan(asked, access)) is planned


def test_the_boards_answer_every_question_and_fill_their_rows() -> None:
    assert set(BOARDS) == {"marketing", "manager", "rep"}
    for role, widgets in BOARDS.items():
        assert {one.question for one in widgets} == set(QUESTIONS), role
        for one in widgets:
            assert role in PRESETS[one.preset].roles, (role, one.preset)
            assert one.x + one.w <= 12
        taken = [
            (x, y)
            for one in widgets
            for x in range(one.x, one.x + one.w)
            for y in range(one.y, one.y + one.h)
        ]
        assert len(taken) == len(set(taken)), role
