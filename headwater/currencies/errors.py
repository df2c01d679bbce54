"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class CurrencyInUse(Conflict):
    """Facts: `before`, `after`, `amounts` (kept ones), `rates` (to the present currency)."""

    code = "currency.in_use"
    message = _(
        "The company counts in %(before)s: %(amounts)s amounts and %(rates)s rates were written since."
        " Amounts keep their currency; totals would be in %(after)s."
    )
    remedy = _("Say that you mean it (`confirm`) to count in the other currency from now on.")
