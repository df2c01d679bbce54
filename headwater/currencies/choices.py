"""The currencies as the catalogue offers them."""

from headwater.currencies.types import Currency
from headwater.kernel.catalogue import Choice, Choices

_CURRENCIES = Choices(Choice(one.value, one.label) for one in Currency)


def currency_choices() -> Choices:
    """Every currency on offer, in the order of the list."""
    return _CURRENCIES
