"""Shapes of the JSON API beyond the fields of records, which the catalogue describes."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, Schema


class PriceIn(Schema):
    product: int
    unit_price: Decimal | str = Field(description="In the book's currency, up to four decimals.")
    from_quantity: Decimal | str = Field(Decimal(1), description="From this quantity on.")
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="The last day.")


class PriceOut(Schema):
    """A product's price in a book, from a quantity and a day on."""

    id: int
    product: dict[str, Any] = Field(description="id, name and code.")
    from_quantity: str
    unit_price: str = Field(description="An exact decimal as text.")
    valid_from: date | None
    valid_to: date | None


class PricesOut(Schema):
    items: list[PriceOut]


class AudienceIn(Schema):
    criteria: dict[str, Any] = Field(
        default_factory=dict, description="Criteria over accounts; empty: for everybody."
    )


class AudienceOut(Schema):
    criteria: dict[str, Any]


class PriceQuery(Schema):
    quantity: Decimal = Field(Decimal(1), gt=0, max_digits=14, decimal_places=4)
    currency: str = Field("CNY", min_length=3, max_length=3)
    price_book: int | None = Field(None, description="Without one the book that holds for the account.")
    account: int | None = None
    on: date | None = Field(None, description="Today unless given.")


class PriceAnswer(Schema):
    unit_price: str | None = Field(description="An exact decimal as text; null where nothing is known.")
    currency: str
    price_book: int | None
