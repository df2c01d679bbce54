"""The grid's law, over any arrangement."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.dashboards.places import below, bounded, settled
from headwater.dashboards.types import COLUMNS, MOST_ROWS, Place

anywhere = st.builds(
    Place, st.integers(-5, 20), st.integers(-5, 60), st.integers(-2, 20), st.integers(-2, 30)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(anywhere, max_size=10))
def test_widgets_stay_on_the_board_never_overlap_and_stand_as_high_as_they_can(places: list[Place]) -> None:
    found = settled(places)
    for index, one in enumerate(found):
        assert 0 <= one.x <= COLUMNS - one.w
        assert 0 <= one.y <= MOST_ROWS
        others = found[:index] + found[index + 1 :]
        assert not any(one.meets(other) for other in others)
        if one.y:
            higher = Place(one.x, one.y - 1, one.w, one.h)
            assert any(higher.meets(other) for other in others)
    assert settled(found) == found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(anywhere, max_size=10), st.integers(1, 12), st.integers(1, 8))
def test_a_further_widget_takes_free_ground(places: list[Place], w: int, h: int) -> None:
    standing = settled(places)
    added = below(standing, w, h)
    assert bounded(added) == added
    assert not any(added.meets(one) for one in standing)


def test_a_number_goes_beside_the_number_in_the_last_row() -> None:
    assert below([Place(0, 0, 3, 2), Place(3, 0, 3, 2)], 3, 2) == Place(6, 0, 3, 2)
    assert below([Place(0, 0, 12, 6)], 3, 2) == Place(0, 6, 3, 2)
