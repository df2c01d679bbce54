"""What happened to rates."""

from headwater.platform.events import Event


class RatesChanged(Event):
    """Rates were added, corrected or taken out."""

    name = "rate.changed"
    ids: list[int]


class CompanyCurrencyChanged(Event):
    """The company counts in another currency from now on."""

    name = "company.currency_changed"
    before: str
    after: str
