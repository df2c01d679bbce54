"""Shapes of the JSON API beyond the fields of a rate."""

from datetime import date
from typing import Any

from ninja import Field, Schema


class CurrencyOut(Schema):
    """A currency with its latest rate to the company's, as text; null where none is known."""

    code: str
    name: str
    rate: str | None
    since: date | None
    amounts: int = Field(description="How many amounts are kept in it.")


class CurrenciesOut(Schema):
    company: str
    items: list[CurrencyOut]


class CompanyCurrencyIn(Schema):
    currency: str = Field(description="Code of three letters, e.g. CNY.")
    confirm: bool = Field(False, description="Needed where amounts or rates exist already.")


class ExchangedOut(Schema):
    """What an amount is worth in the company's currency; `amount` is null where no rate is known."""

    currency: str
    amount: str | None
    rate: str | None
    since: date | None


class RatesIn(Schema):
    items: list[dict[str, Any]] = Field(
        description="Rates: currency, on_date, rate. A day that has one already is corrected."
    )


class RatesWrittenOut(Schema):
    created: int
    updated: int
