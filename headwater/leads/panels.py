"""What rooms above put beside a lead's facts, and onto the workbench."""

from collections.abc import Callable, Sequence

from headwater.kernel.access import Access
from headwater.ui.pages import RelatedList, Tile

Panel = Callable[[Access, int], RelatedList | None]
_panels: list[Panel] = []

Numbers = Callable[[Access], Sequence[Tile]]
_numbers: list[Numbers] = []


def register_lead_panel(panel: Panel) -> None:
    """Show what `panel(access, lead_id)` gives on the lead's page; None shows nothing.

    The lead has been checked to be within sight. Call it from `registrations.py`.
    """
    _panels.append(panel)


def lead_panels(access: Access, lead_id: int) -> tuple[RelatedList, ...]:
    """What there is for this reader."""
    return tuple(made for panel in _panels if (made := panel(access, lead_id)) is not None)


def register_workbench_numbers(numbers: Numbers) -> None:
    """Show the tiles that `numbers(access)` gives beside a person's own on the workbench.

    It asks itself for the permission on what it tells. Call it from `registrations.py`.
    """
    _numbers.append(numbers)


def workbench_numbers(access: Access) -> tuple[Tile, ...]:
    """What there is for this reader."""
    return tuple(tile for numbers in _numbers for tile in numbers(access))
