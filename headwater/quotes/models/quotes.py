"""The quote, its versions, their lines. A version that was sent never changes; a change makes another one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.kernel.models import OrjsonField, Record
from headwater.products.models import PriceBook, Product
from headwater.quotes.types import MOST_VERSIONS, OUT, PaperLanguage, QuoteState
from headwater.sales.models import Contact, Opportunity
from headwater.sales.types import Currency

_NOTHING = 0


class QuoteCounter(models.Model):
    """The last number given out in a year; its row is locked while a quote is made."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Quote(Record):
    """An offer for an opportunity. What versions say is repeated here for lists: that of the accepted one,
    else of the newest.
    """

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="quotes", db_index=False)
    latest = models.PositiveIntegerField(default=1)  # the number of the newest version
    state = models.CharField(max_length=12, choices=QuoteState, default=QuoteState.DRAFT)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.CNY)
    valid_until = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # accepted, declined, expired or withdrawn

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="quote_has_name", condition=~Q(name="") & ~Q(number="")),
            models.CheckConstraint(name="quote_currency", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(name="quote_latest", condition=Q(latest__range=(1, MOST_VERSIONS))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="quote_by_creation"),
            models.Index(fields=["opportunity", "-created_at"], name="quote_by_opportunity"),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteVersion(models.Model):
    """What was, or will be, offered. Sums are those of its lines; `tax_rate` and discounts are percent.

    `frozen` holds, once it is sent, what its paper says of both sides: letterhead, customer, contact, seller.
    """

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=QuoteState, default=QuoteState.DRAFT)
    language = models.CharField(max_length=8, choices=PaperLanguage, default=PaperLanguage.CHINESE)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.CNY)
    price_book = models.ForeignKey(PriceBook, models.PROTECT, null=True, related_name="+", db_index=False)
    is_tax_included = models.BooleanField(default=True)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    discount_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    valid_until = models.DateField(null=True)
    intro = models.TextField(blank=True, default="")
    terms = models.TextField(blank=True, default="")

    subtotal = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)
    discount = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)  # of the whole
    net = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)
    tax = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=_NOTHING)
    reduction = models.DecimalField(max_digits=7, decimal_places=2, default=_NOTHING)  # % below list prices

    frozen = OrjsonField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by_id = models.BigIntegerField(null=True)
    link_salt = models.CharField(max_length=32, blank=True, default="")  # with our key it makes the link
    link_hash = models.CharField(max_length=64, null=True)
    opened_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)  # one of us; none: the customer, or time
    settled_name = models.CharField(max_length=80, blank=True, default="")  # who of the customer's
    settled_note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quote", "number"], name="quote_version_once"),
            models.UniqueConstraint(
                fields=["quote"], name="quote_accepted_once", condition=Q(state=QuoteState.ACCEPTED)
            ),
            models.UniqueConstraint(
                fields=["quote"], name="quote_out_once", condition=Q(state=QuoteState.SENT)
            ),
            models.UniqueConstraint(fields=["link_hash"], name="quote_link_once"),
            models.CheckConstraint(name="quote_version_currency", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(
                name="quote_version_one_discount",
                condition=Q(discount_percent__isnull=True) | Q(discount_amount__isnull=True),
            ),
            models.CheckConstraint(
                name="quote_version_discount_in_bounds",
                condition=(Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, 100)))
                & (Q(discount_amount__isnull=True) | Q(discount_amount__gte=0)),
            ),
            models.CheckConstraint(
                name="quote_version_sums",
                condition=Q(net__gte=0, tax__gte=0, total=F("net") + F("tax")),
            ),
            models.CheckConstraint(
                name="quote_version_sent",
                condition=~Q(state__in=OUT) | Q(sent_at__isnull=False, link_hash__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["valid_until"], name="quote_expiring", condition=Q(state=QuoteState.SENT)),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id} v{self.number}"


class QuoteLine(models.Model):
    """One line. `mark` stays the same from version to version, so that versions can be compared.

    `amount` is what the line shows: quantity × unit price less its own discount. `net`, `tax` and `total` are
    what is left of it after its part of the discount on the whole.
    """

    version = models.ForeignKey(QuoteVersion, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    mark = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=20, blank=True, default="")
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    list_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)  # as the price book had it
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    discount_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=_NOTHING)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    net = models.DecimalField(max_digits=16, decimal_places=2)
    tax = models.DecimalField(max_digits=16, decimal_places=2)
    total = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="quote_line_place_once"),
            models.UniqueConstraint(fields=["version", "mark"], name="quote_line_mark_once"),
            models.CheckConstraint(name="quote_line_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="quote_line_numbers",
                condition=Q(
                    quantity__gt=0, unit_price__gte=0, tax_rate__range=(0, 100), amount__gte=0, net__gte=0
                ),
            ),
            models.CheckConstraint(
                name="quote_line_one_discount",
                condition=Q(discount_percent__isnull=True) | Q(discount_amount__isnull=True),
            ),
            models.CheckConstraint(
                name="quote_line_discount_in_bounds",
                condition=(Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, 100)))
                & (Q(discount_amount__isnull=True) | Q(discount_amount__gte=0)),
            ),
            models.CheckConstraint(name="quote_line_sums", condition=Q(total=F("net") + F("tax"))),
        ]

    def __str__(self) -> str:
        return self.name
