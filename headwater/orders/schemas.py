"""Shapes of the JSON API of orders and payments, beyond the fields of records."""

import datetime
from decimal import Decimal

from ninja import Field, Schema

from headwater.orders.types import Bucket


class OrderLineIn(Schema):
    """A line. What is left out comes from the product."""

    product: int | None = Field(None, description="A product's id.")
    name: str = Field("", max_length=200)
    unit: str | None = Field(None, max_length=20)
    quantity: str | Decimal = "1"
    unit_price: str | Decimal = "0"
    discount: str | Decimal = Field("0", description="Percent.")
    tax_rate: str | Decimal | None = Field(None, description="Percent.")


class OrderLinesIn(Schema):
    lines: list[OrderLineIn] = Field(max_length=200)


class OrderLineOut(Schema):
    position: int
    product: int | None
    name: str
    unit: str | None
    quantity: str
    unit_price: str
    discount: str
    tax_rate: str
    net: str
    tax: str
    amount: str


class OrderLinesOut(Schema):
    items: list[OrderLineOut]
    total: str
    currency: str


class OrderMoveIn(Schema):
    to: str = Field(description="draft, active, completed or cancelled.", max_length=20)
    note: str | None = Field(None, max_length=500)


class InstalmentShape(Schema):
    """A part of the total: an amount, or a percentage of it."""

    id: int | None = Field(None, description="Of the instalment that this changes.")
    due_on: str
    amount: str | Decimal | None = None
    percent: str | Decimal | None = None
    note: str | None = Field(None, max_length=200)


class PlanIn(Schema):
    instalments: list[InstalmentShape] = Field(max_length=60)


class PlanPartOut(Schema):
    """A part by the day it is due; without an instalment it is what the plan leaves."""

    instalment: int | None
    due_on: datetime.date
    amount: str = Field(description="What counts of it; parts add up to the order's total.")
    planned: str = Field(description="What the plan says.")
    percent: str | None
    settled: str
    open: str
    note: str | None


class PlanOut(Schema):
    items: list[PlanPartOut]
    difference: str = Field(description="The total less what the plan says.")
    currency: str


class PaymentIn(Schema):
    """Money that came in. Without a currency it is the order's; without a day it is today."""

    amount: str | Decimal
    currency: str | None = Field(None, max_length=3)
    paid_on: str | None = None
    method: str | None = Field(None, description="A value of the picklist payment_method.", max_length=80)
    reference: str | None = Field(None, max_length=100)
    note: str | None = Field(None, max_length=500)
    instalment: int | None = Field(None, description="The instalment that it is for; else what is due first.")
    external_id: str | None = Field(None, max_length=100)
    confirm: bool = Field(False, description="Keep what is more than is open as credit.")


class RefundIn(Schema):
    amount: str | Decimal = Field(description="Positive: what went back.")
    currency: str | None = Field(None, max_length=3)
    paid_on: str | None = None
    method: str | None = Field(None, max_length=80)
    reference: str | None = Field(None, max_length=100)
    note: str | None = Field(None, max_length=500)
    external_id: str | None = Field(None, max_length=100)


class VoidIn(Schema):
    note: str | None = Field(None, max_length=500)


class OrderOwnerIn(Schema):
    owner: int
    note: str | None = Field(None, max_length=500)


class AgeingRowOut(Schema):
    id: int | None
    name: str
    not_due: str
    d30: str
    d60: str
    d90: str
    more: str
    total: str
    left_out: dict[str, str] = Field(description="Amounts without a rate, by currency; no sum holds them.")


class AgeingOut(Schema):
    currency: str
    by: str
    rows: list[AgeingRowOut]
    total: AgeingRowOut


class OwedParams(Schema):
    """Which parts: of a bucket, of a person's orders, of an account's."""

    bucket: Bucket | None = None
    owner: int | None = Field(None, ge=1, lt=2**63)
    account: int | None = Field(None, ge=1, lt=2**63)
    limit: int = Field(100, ge=1, le=200)
    offset: int = Field(0, ge=0, lt=1_000_000)


class OwedPartOut(Schema):
    order: int
    number: str
    instalment: int | None
    account: int
    account_name: str
    owner: int | None
    owner_name: str | None
    due_on: datetime.date
    days: int
    open: str
    currency: str
    worth: str | None = Field(description="In the company's currency; null without a rate.")


class OwedPartsOut(Schema):
    items: list[OwedPartOut]
    next: int | None
