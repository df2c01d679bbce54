"""Products, price books and their prices. Verbs live in `services`."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from headwater.kernel.models import OrjsonField, Record

_CURRENCY = "^[A-Z]{3}$"


class Product(Record):
    """Something the company sells. Archiving takes it from offer; what names it keeps it."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # folded: how names of files find it
    unit = models.CharField(max_length=20, null=True)
    category = models.CharField(max_length=80, null=True)  # a value of the picklist product_category
    currency = models.CharField(max_length=3, default="CNY")
    list_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # percent
    description = models.TextField(null=True)
    external_id = models.CharField(max_length=100, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="product_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="product_has_code", condition=~Q(code="")),
            models.CheckConstraint(name="product_currency", condition=Q(currency__regex=_CURRENCY)),
            models.CheckConstraint(
                name="product_price_not_negative",
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0),
            ),
            models.CheckConstraint(
                name="product_tax_rate",
                condition=Q(tax_rate__isnull=True) | Q(tax_rate__gte=0, tax_rate__lte=100),
            ),
            models.UniqueConstraint(
                Lower("code"), name="product_code_once", condition=Q(archived_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="product_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="product_by_creation"),
            models.Index(fields=["name_key"], name="product_name_key"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceBook(Record):
    """Prices in one currency, for a time, for all accounts or those that meet `criteria`."""

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CNY")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the last day
    criteria = OrjsonField(default=dict)  # over accounts; empty: for everybody
    description = models.CharField(max_length=400, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="price_book_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="price_book_currency", condition=Q(currency__regex=_CURRENCY)),
            models.CheckConstraint(
                name="price_book_ends_after_start",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                Lower("name"), name="price_book_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="price_book_by_creation"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceEntry(models.Model):
    """A product's unit price in a book from a quantity on, from a day on."""

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="entries", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    from_quantity = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the last day

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="price_entry_quantity", condition=Q(from_quantity__gt=0)),
            models.CheckConstraint(name="price_entry_price", condition=Q(unit_price__gte=0)),
            models.CheckConstraint(
                name="price_entry_ends_after_start",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["book", "product", "from_quantity", "valid_from"],
                name="price_entry_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.from_quantity} in {self.book_id}"
