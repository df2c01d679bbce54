"""When what is ordered is to be paid."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.orders.models.orders import Order


class Instalment(models.Model):
    """A part of an order's total and the day it is due. `percent` where it was said so; `amount` counts."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="instalments", db_index=False)
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    note = models.CharField(max_length=200, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="instalment_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="instalment_percent",
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "due_on", "id"], name="instalment_of"),
            models.Index(fields=["due_on"], name="instalment_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"
