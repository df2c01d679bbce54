"""The grid's own law: widgets stay on the board, never lie on each other, and rise to the top.

`assets/src/core/grid.ts` follows the same law while somebody drags, so that what was seen is what is kept.
"""

from collections.abc import Sequence
from dataclasses import replace

from headwater.dashboards.types import COLUMNS, MOST_ROWS, TALLEST, Place


def bounded(place: Place) -> Place:
    """The nearest place that is on the board."""
    w = min(max(place.w, 1), COLUMNS)
    h = min(max(place.h, 1), TALLEST)
    x = min(max(place.x, 0), COLUMNS - w)
    return Place(x, min(max(place.y, 0), MOST_ROWS - h), w, h)


def settled(places: Sequence[Place]) -> list[Place]:
    """The same widgets in the same order, each as high as it can stand, the upper and left ones first."""
    standing: dict[int, Place] = {}
    order = sorted(range(len(places)), key=lambda index: (places[index].y, places[index].x, index))
    for index in order:
        wanted = replace(bounded(places[index]), y=0)
        while (other := _in_the_way(wanted, standing)) is not None:
            wanted = replace(wanted, y=other.y + other.h)
        standing[index] = wanted
    return [standing[index] for index in range(len(places))]


def _in_the_way(wanted: Place, standing: dict[int, Place]) -> Place | None:
    return next((other for other in standing.values() if wanted.meets(other)), None)


def below(places: Sequence[Place], w: int, h: int) -> Place:
    """The place of a further widget: in the last row if there is room at its end, else under all."""
    bottom = max((one.y + one.h for one in places), default=0)
    candidate = Place(0, bottom, w, h)
    last = [one for one in places if one.y + one.h == bottom]
    right = max((one.x + one.w for one in last), default=COLUMNS)
    beside = Place(right, max((one.y for one in last), default=0), w, h)
    if right + w <= COLUMNS and not any(beside.meets(one) for one in places):
        candidate = beside
    return bounded(candidate)
