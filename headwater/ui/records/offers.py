"""Acts on chosen records that rooms above add to the lists of a record type."""

from collections.abc import Callable

from headwater.kernel.access import Access
from headwater.ui.pages import Action

Offer = Callable[[Access], Action | None]
_offers: dict[str, list[Offer]] = {}


def register_batch_action(record: str, offer: Offer) -> None:
    """Add an act to the batch bar of such records' lists; `offer(access)` gives it, or None for this reader.

    The act gets the chosen rows as any batch act does. Call it from `registrations.py`.
    """
    _offers.setdefault(record, []).append(offer)


def offered_acts(record: str, access: Access) -> tuple[Action, ...]:
    """What rooms above offer this reader."""
    made = (offer(access) for offer in _offers.get(record, ()))
    return tuple(action for action in made if action is not None)
