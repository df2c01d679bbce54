"""The chance of success on top of an opportunity's page."""

from django.utils.translation import gettext as _

from headwater.forecasting.queries.chances import chance_of
from headwater.forecasting.words import driver_words
from headwater.kernel.access import Access
from headwater.sales.summary import Glance, Reason
from headwater.ui.pages import Cell


def chance_glance(access: Access, record: str, record_id: int) -> Glance | None:
    """The learnt chance with what speaks for and against it; nothing for closed ones."""
    if not access.may("forecasts.view"):
        return None
    found = chance_of(access, record_id)
    if found is None:
        return None
    said = {"set": found.set_percent, "month": found.this_month}
    note = (
        _("Little history yet; set by hand: %(set)s%%")
        if found.is_thin
        else _("%(month)s%% within this month; set by hand: %(set)s%%")
    )
    return Glance(
        _("Chance of success"),
        Cell("text", text=f"{found.percent}%"),
        note=note % said,
        href="/forecast",
        icon="trending-up",
        meter=found.percent,
        reasons=tuple(Reason(driver_words(one), one.is_good) for one in found.drivers),
    )
