"""What rooms above offer to do with a report, on its page."""

from collections.abc import Callable

from headwater.insight.queries import ReportView
from headwater.kernel.access import Access
from headwater.ui.pages import Action

Offer = Callable[[Access, ReportView], Action | None]
_offers: list[Offer] = []


def register_report_offer(offer: Offer) -> None:
    """Have `offer` asked for each report page; None offers nothing. Called from `registrations.py`."""
    _offers.append(offer)


def offers_for(access: Access, report: ReportView) -> list[Action]:
    """All that is offered to this reader."""
    return [action for offer in _offers if (action := offer(access, report)) is not None]
