"""The ledger of money: entries are added, never changed and never deleted (`0002_sql` refuses both)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.orders.models.orders import Order
from headwater.orders.models.plans import Instalment
from headwater.orders.types import EntryKind
from headwater.sales.types import Currency


class Payment(models.Model):
    """An entry. `amount` is signed, in the order's currency: what was received is the sum of entries.

    A void has the amount of what it `corrects` with the other sign, and its day and owner, so that sums by
    month and by person are as if the wrong entry had never been. `owner` is whose order it was when the money
    was recorded. Money of another currency keeps what came in as `original_*`, with the rate of the day.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", db_index=False)
    kind = models.CharField(max_length=8, choices=EntryKind)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, choices=Currency)
    paid_on = models.DateField()
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, related_name="+", db_index=False)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    method = models.CharField(max_length=80, null=True)  # a value of the picklist payment_method
    reference = models.CharField(max_length=100, null=True)
    note = models.CharField(max_length=500, null=True)
    original_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    original_currency = models.CharField(max_length=3, choices=Currency, null=True)
    rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    external_id = models.CharField(max_length=100, null=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payment_sign",
                condition=Q(kind=EntryKind.PAYMENT, amount__gt=0, corrects__isnull=True)
                | Q(kind=EntryKind.REFUND, amount__lt=0, corrects__isnull=True)
                | (Q(kind=EntryKind.VOID, corrects__isnull=False) & ~Q(amount=0)),
            ),
            models.CheckConstraint(
                name="payment_original",
                condition=Q(original_amount__isnull=True, original_currency__isnull=True, rate__isnull=True)
                | (
                    Q(original_amount__isnull=False, original_currency__isnull=False, rate__gt=0)
                    & ~Q(original_currency=F("currency"))
                ),
            ),
            models.UniqueConstraint(
                fields=["corrects"], name="payment_voided_once", condition=Q(corrects__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="payment_external_id_once",
                condition=Q(external_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "-paid_on", "-id"], name="payment_of"),
            models.Index(fields=["-paid_on", "-id"], name="payment_by_day"),
            models.Index(fields=["owner", "paid_on"], name="payment_by_owner"),
            models.Index(
                fields=["instalment"], name="payment_by_instalment", condition=Q(instalment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
