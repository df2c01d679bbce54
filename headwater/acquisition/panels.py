"""What rooms above put onto a campaign's page: members, whatever else belongs to one."""

from collections.abc import Callable
from dataclasses import dataclass

from headwater.kernel.access import Access
from headwater.ui.pages import Action, RelatedList


@dataclass(frozen=True, slots=True)
class CampaignPart:
    """A list, and acts upon what it holds."""

    list: RelatedList
    actions: tuple[Action, ...] = ()  # in the menu of the page


Part = Callable[[Access, int], CampaignPart | None]
_parts: list[Part] = []


def register_campaign_part(part: Part) -> None:
    """Show what `part(access, campaign_id)` gives on the campaign's page; None shows nothing.

    The campaign has been checked to be within sight. Call it from `registrations.py`.
    """
    _parts.append(part)


def campaign_parts(access: Access, campaign_id: int) -> tuple[CampaignPart, ...]:
    """What there is for this reader."""
    return tuple(made for part in _parts if (made := part(access, campaign_id)) is not None)
