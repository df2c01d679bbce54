"""What an amount of another currency was worth, day by day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.currencies.types import DEFAULT, Currency
from headwater.kernel.models import Record


class Company(models.Model):
    """The one row that says in which currency the company counts."""

    currency = models.CharField(max_length=3, choices=Currency, default=DEFAULT)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="company_currency_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="company_currency_known", condition=Q(currency__regex="^[A-Z]{3}$")),
        ]

    def __str__(self) -> str:
        return self.currency


class Rate(Record):
    """From `on_date` on, one unit of `currency` is worth `rate` units of `base`, until a later rate.

    `base` is what the company counted in when the rate was written. A rate is corrected in place; the audit
    keeps what it was.
    """

    currency = models.CharField(max_length=3, choices=Currency)
    base = models.CharField(max_length=3, choices=Currency)
    on_date = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rate_above_zero", condition=Q(rate__gt=0)),
            models.CheckConstraint(name="rate_between_two", condition=~Q(currency=F("base"))),
            # Also the way of every look-up: the latest of a currency that is not after a day.
            models.UniqueConstraint(
                fields=["base", "currency", "on_date"],
                name="rate_once_a_day",
                condition=Q(archived_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-on_date", "-id"], name="rate_by_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.on_date}: {self.rate} {self.base}"
