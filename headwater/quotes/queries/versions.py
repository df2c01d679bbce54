"""Versions of quotes and their lines."""

from headwater.quotes.models import QuoteVersion
from headwater.quotes.types import QuoteState


def accepted_version(opportunity_id: int) -> QuoteVersion | None:
    """What the customer of an opportunity accepted last; None while nothing was.

    The caller has seen the opportunity. Sums and lines are final.
    """
    accepted = QuoteVersion.objects.filter(
        quote__opportunity_id=opportunity_id, quote__archived_at=None, state=QuoteState.ACCEPTED
    )
    return accepted.select_related("quote").order_by("-settled_at", "-pk").first()
