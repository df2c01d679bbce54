"""What customers ordered."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.kernel.models import Record
from headwater.orders.types import OrderState
from headwater.products.models import Product
from headwater.quotes.models import QuoteVersion
from headwater.sales.models import Account, Contact, Opportunity
from headwater.sales.types import Currency

_NO_MONEY = [OrderState.DRAFT, OrderState.CANCELLED]


class Order(Record):
    """An order. `total` is what it costs: the sum of its lines less `discount`, or typed where it has none.

    `paid` and `refunded` are written by the ledger alone (`0002_sql`): the database adds them up with each
    entry, refuses any other writer, and refuses an entry that breaks a constraint below.
    """

    number = models.CharField(max_length=40)
    account = models.ForeignKey(Account, models.PROTECT, related_name="orders", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, related_name="+", db_index=False)
    quote_version = models.ForeignKey(  # the accepted offer that it was made from
        QuoteVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.DRAFT)
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.CNY)
    ordered_on = models.DateField()
    due_on = models.DateField()  # of what no instalment says
    discount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    paid = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    refunded = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    note = models.TextField(null=True)
    external_id = models.CharField(max_length=100, null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="order_has_number", condition=~Q(number="")),
            models.CheckConstraint(name="order_state", condition=Q(state__in=OrderState.values)),
            models.CheckConstraint(name="order_currency", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(
                name="order_total_not_negative", condition=Q(total__gte=0, discount__gte=0)
            ),
            models.CheckConstraint(name="order_paid_not_negative", condition=Q(paid__gte=0)),
            models.CheckConstraint(
                name="order_refunded_within_paid",
                condition=Q(refunded__gte=0, refunded__lte=F("paid")),
            ),
            models.CheckConstraint(
                name="order_without_money", condition=~Q(state__in=_NO_MONEY) | Q(refunded=F("paid"))
            ),
            models.UniqueConstraint(
                fields=["number"], name="order_number_once", condition=Q(archived_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="order_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["quote_version"],
                name="order_of_quote_once",
                condition=Q(quote_version__isnull=False, archived_at__isnull=True)
                & ~Q(state=OrderState.CANCELLED),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "-id"], name="order_by_owner"),
            models.Index(fields=["-created_at", "-id"], name="order_by_creation"),
            models.Index(fields=["account", "-created_at", "-id"], name="order_by_account"),
            models.Index(fields=["contact"], name="order_by_contact", condition=Q(contact__isnull=False)),
            models.Index(
                fields=["opportunity"], name="order_by_opportunity", condition=Q(opportunity__isnull=False)
            ),
            models.Index(
                fields=["owner", "account"],
                name="order_with_open_money",
                condition=Q(
                    archived_at__isnull=True, state=OrderState.ACTIVE, total__gt=F("paid") - F("refunded")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One thing ordered. `net`, `tax` and `amount` are exact: rounded once per line, half a cent up."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    discount = models.DecimalField(max_digits=7, decimal_places=4, default=0)  # percent
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # percent
    net = models.DecimalField(max_digits=16, decimal_places=2)
    tax = models.DecimalField(max_digits=16, decimal_places=2)
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="order_line_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="order_line_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="order_line_percents",
                condition=Q(discount__range=(0, 100), tax_rate__range=(0, 100)),
            ),
            models.CheckConstraint(name="order_line_adds_up", condition=Q(amount=F("net") + F("tax"))),
            models.UniqueConstraint(fields=["order", "position"], name="order_line_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product"], name="order_line_product", condition=Q(product__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class OrderMove(models.Model):
    """A step of an order from state to state, the first one without origin; append-only."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="moves", db_index=False)
    from_state = models.CharField(max_length=10, choices=OrderState, null=True)
    to_state = models.CharField(max_length=10, choices=OrderState)
    total = models.DecimalField(max_digits=16, decimal_places=2)
    note = models.CharField(max_length=500, null=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["order", "-at", "-id"], name="order_move_of")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.from_state} > {self.to_state}"
