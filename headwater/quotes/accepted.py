"""What rooms above do with a version that the customer accepted: buttons of its page."""

from collections.abc import Callable

from headwater.kernel.access import Access
from headwater.ui.pages import Action

Offer = Callable[[Access, int], Action | None]

_offers: list[Offer] = []


def register_offer(offer: Offer) -> None:
    """Have `offer(access, version_id)` add a button where the reader may use it; from `registrations.py`."""
    _offers.append(offer)


def offers(access: Access, version_id: int) -> list[Action]:
    """What comes next."""
    return [made for offer in _offers if (made := offer(access, version_id)) is not None]
