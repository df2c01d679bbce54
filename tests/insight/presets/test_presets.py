"""Every preset against sums worked out row by row, on companies drawn at random and for readers who see less.

The demo company is held against them where it is loaded: tests/leads/test_demo.py.
"""

import pytest

from headwater.insight.engine import Definition
from headwater.insight.engine.planning import plan
from headwater.insight.engine.rollups import root_from_rollup
from headwater.insight.presets import PRESETS
from headwater.insight.presets.boards import BOARDS, QUESTIONS
from headwater.kernel.access import load_actor, permit
from headwater.rollups.services.rebuilding import fill, start_anew
from headwater.rollups.types import Key
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
    planned = plan(Definition.parse(PRESETS["source_quality"].definition, everyone), everyone)
    assert (root_from_rollup(planned, planned.span) is not None) == is_counted_ahead
    for person in (drawn.admin, drawn.reps[0] if is_counted_ahead else drawn.manager):
        access = permit(load_actor(person.pk), "reports.view")
        assert compare(access, list(PRESETS)) == [], person.name


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
