"""Small lists that rooms above put beside a lead's facts."""

from collections.abc import Callable

from headwater.kernel.access import Access
from headwater.ui.pages import RelatedList

Panel = Callable[[Access, int], RelatedList | None]
_panels: list[Panel] = []


def register_lead_panel(panel: Panel) -> None:
    """Show what `panel(access, lead_id)` gives on the lead's page; None shows nothing.

    The lead has been checked to be within sight. Call it from `registrations.py`.
    """
    _panels.append(panel)


def lead_panels(access: Access, lead_id: int) -> tuple[RelatedList, ...]:
    """What there is for this reader."""
    return tuple(made for panel in _panels if (made := panel(access, lead_id)) is not None)
