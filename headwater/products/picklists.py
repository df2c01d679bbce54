"""The picklist the room brings along."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.queries import picklist_choices

CATEGORIES = "product_category"
product_categories = picklist_choices(CATEGORIES)


def register() -> None:
    """Make it known to the customization room."""
    register_picklist(
        CATEGORIES,
        _("Product category"),
        [
            ("software", pgettext_lazy("product category", "Software")),
            ("hardware", pgettext_lazy("product category", "Hardware")),
            ("service", pgettext_lazy("product category", "Service")),
            ("training", pgettext_lazy("product category", "Training")),
            ("other", pgettext_lazy("product category", "Other")),
        ],
    )
