"""What an opportunity is about, line by line."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.products.models import Product
from headwater.sales.models.opportunities import Opportunity


class OpportunityLine(models.Model):
    """A product that the customer may buy, in the opportunity's currency; `0006_lines` checks `amount`."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="lines", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # percent
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    position = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="opportunity_line_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="opportunity_line_price", condition=Q(unit_price__gte=0)),
            models.CheckConstraint(
                name="opportunity_line_discount", condition=Q(discount__gte=0, discount__lte=100)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opportunity", "position", "id"], name="opportunity_line_of"),
            models.Index(fields=["product", "opportunity"], name="opportunity_line_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.opportunity_id}"
