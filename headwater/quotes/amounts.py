"""What the customer accepted is what the opportunity is worth."""

from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.quotes.models import QuoteVersion
from headwater.quotes.settings import SETS_AMOUNT
from headwater.quotes.types import QuoteState
from headwater.sales import services as sales
from headwater.sales.types import Standing

BY_QUOTE = "quotes.amount"


def take_over_amount(version_id: int) -> None:
    """Give an open opportunity the total of the version that was accepted for it; again it changes nothing.

    A closed opportunity keeps its amount, and so does one whose products are priced in another currency.
    """
    version = QuoteVersion.objects.select_related("quote__opportunity").filter(pk=version_id).first()
    if version is None or version.state != QuoteState.ACCEPTED or not SETS_AMOUNT.get():
        return
    opportunity = version.quote.opportunity
    if opportunity.status != Standing.OPEN or opportunity.archived_at is not None:
        return
    wanted = {"amount": version.total, "currency": version.currency}
    changed = {key: value for key, value in wanted.items() if getattr(opportunity, key) != value}
    if not changed:
        return
    try:
        sales.update_opportunity(system_access(BY_QUOTE), opportunity.pk, changed)
    except DomainError:
        return  # the opportunity's page shows both amounts, and somebody decides
