"""Shapes of the JSON API beyond the fields of quotes, which the catalogue describes. Amounts are exact."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from headwater.platform.api import DecimalOut

Number = Decimal | str


class QuoteLineIn(Schema):
    """A line: a product, or a name of its own. What is left open a product says."""

    mark: int | None = Field(None, description="Keeps the identity of a line from version to version.")
    product: int | None = None
    name: str | None = None
    description: str | None = None
    quantity: Number | None = Field(None, description="1 when left out; more than 0.")
    unit: str | None = None
    unit_price: Number | None = Field(None, description="Left out: that of the price book.")
    discount_percent: Number | None = None
    discount_amount: Number | None = Field(None, description="Instead of a percentage.")
    tax_rate: Number | None = Field(None, description="Percent.")


class QuoteDraftIn(Schema):
    """What is given is written; `lines` are all lines, in order."""

    language: str | None = Field(None, description="zh-hans or en.")
    contact: int | None = None
    currency: str | None = None
    price_book: int | None = None
    is_tax_included: bool | None = None
    discount_percent: Number | None = None
    discount_amount: Number | None = None
    valid_until: str | None = None
    intro: str | None = None
    terms: str | None = None
    lines: list[QuoteLineIn] | None = None


class QuoteLineOut(Schema):
    mark: int
    position: int
    product: dict[str, Any] | None
    name: str
    description: str
    quantity: DecimalOut
    unit: str
    unit_price: DecimalOut
    list_price: DecimalOut | None
    discount_percent: DecimalOut | None
    discount_amount: DecimalOut | None
    tax_rate: DecimalOut
    amount: DecimalOut
    net: DecimalOut
    tax: DecimalOut
    total: DecimalOut


class QuoteApprovalOut(Schema):
    version: int
    asked_by: dict[str, Any]
    asked_at: datetime
    approver: dict[str, Any]
    reasons: list[dict[str, Any]]
    note: str
    decision: str | None
    decided_by: dict[str, Any] | None
    decided_at: datetime | None
    answer: str


class QuoteVersionOut(Schema):
    """A version with its lines."""

    number: int
    state: str
    language: str
    contact: dict[str, Any] | None
    currency: str
    price_book: int | None
    is_tax_included: bool
    discount_percent: DecimalOut | None
    discount_amount: DecimalOut | None
    valid_until: date | None
    intro: str
    terms: str
    subtotal: DecimalOut
    discount: DecimalOut
    net: DecimalOut
    tax: DecimalOut
    total: DecimalOut
    reduction: DecimalOut
    sent_at: datetime | None
    opened_at: datetime | None
    settled_at: datetime | None
    settled_name: str
    settled_note: str
    lines: list[QuoteLineOut]


class QuoteVersionsOut(Schema):
    items: list[dict[str, Any]]
    approvals: list[QuoteApprovalOut]


class QuoteDifferencesOut(Schema):
    before: int
    after: int
    head: list[dict[str, Any]]
    lines: list[dict[str, Any]]


class QuoteNoteIn(Schema):
    note: str = Field("", max_length=500)


class QuoteAnswerIn(Schema):
    """What the customer said, written down by one of us."""

    name: str = Field("", max_length=80)
    note: str = Field("", max_length=1000)


class QuoteSendIn(Schema):
    """With `email` it goes by mail, the document attached; else it is handed over in another way."""

    email: str | None = Field(None, max_length=254)
    subject: str = Field("", max_length=200)
    text: str = Field("", max_length=10_000, description="{link} stands for the customer's link.")


class QuoteMailIn(QuoteSendIn):
    email: str = Field(max_length=254)


class QuoteLinkOut(Schema):
    url: str


class QuoteLimitIn(Schema):
    role: int
    discount_percent: Number | None = Field(None, description="None: without end.")
    amount: Number | None = Field(None, description="In the company's currency; none: without end.")


class QuoteLimitsIn(Schema):
    limits: list[QuoteLimitIn] = Field(max_length=500)


class QuoteLimitOut(Schema):
    role: int
    name: str
    discount_percent: DecimalOut | None
    amount: DecimalOut | None
    is_default: bool


class QuoteLimitsOut(Schema):
    items: list[QuoteLimitOut]
    currency: str


class QuoteLogoOut(Schema):
    file: int | None
