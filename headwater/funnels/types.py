"""The words of funnels."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(StrEnum):
    """From the lead down to the money."""

    LEAD = "lead"
    RESPONDED = "responded"
    MQL = "mql"
    SQL = "sql"
    CONVERTED = "converted"
    OPPORTUNITY = "opportunity"
    WON = "won"
    ORDER = "order"
    PAID = "paid"

    @property
    def label(self) -> Promise:
        return _STEPS[self][0]

    @property
    def since(self) -> Promise:
        """From what to what its median time runs."""
        return _STEPS[self][1]


_STEPS: dict[Step, tuple[Promise, Promise]] = {
    Step.LEAD: (pgettext_lazy("funnel step", "Leads"), _("Creation")),
    Step.RESPONDED: (pgettext_lazy("funnel step", "Responded to"), _("Creation to first response")),
    Step.MQL: (pgettext_lazy("funnel step", "MQL"), _("Creation to MQL")),
    Step.SQL: (pgettext_lazy("funnel step", "SQL"), pgettext_lazy("funnel time", "MQL to SQL")),
    Step.CONVERTED: (
        pgettext_lazy("funnel step", "Converted"),
        pgettext_lazy("funnel time", "SQL to conversion"),
    ),
    Step.OPPORTUNITY: (
        pgettext_lazy("funnel step", "With opportunity"),
        pgettext_lazy("funnel time", "Conversion to opportunity"),
    ),
    Step.WON: (pgettext_lazy("funnel step", "Won"), _("Opportunity to won")),
    Step.ORDER: (
        pgettext_lazy("funnel step", "With order"),
        pgettext_lazy("funnel time", "Won to order"),
    ),
    Step.PAID: (
        pgettext_lazy("funnel step", "Paid"),
        pgettext_lazy("funnel time", "Order to first payment"),
    ),
}


class Cut(StrEnum):
    """By what the leads are gathered."""

    MONTH = "month"
    QUARTER = "quarter"
    SOURCE = "source"
    CHANNEL = "channel"
    CAMPAIGN = "campaign"
    PERSON = "person"
    DEPARTMENT = "department"

    @property
    def label(self) -> Promise:
        return _CUTS[self]

    @property
    def is_time(self) -> bool:
        return self in (Cut.MONTH, Cut.QUARTER)


_CUTS: dict[Cut, Promise] = {
    Cut.SOURCE: pgettext_lazy("funnel cut", "Source"),
    Cut.CHANNEL: pgettext_lazy("funnel cut", "Channel"),
    Cut.CAMPAIGN: pgettext_lazy("funnel cut", "Campaign"),
    Cut.PERSON: pgettext_lazy("funnel cut", "Person"),
    Cut.DEPARTMENT: pgettext_lazy("funnel cut", "Department"),
    Cut.MONTH: pgettext_lazy("funnel cut", "Month of creation"),
    Cut.QUARTER: pgettext_lazy("funnel cut", "Quarter of creation"),
}
CUTS: dict[str, Cut] = {cut.value: cut for cut in _CUTS}
