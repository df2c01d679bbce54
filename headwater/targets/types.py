"""Closed vocabularies of the room."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Measure(TextChoices):
    """What a target counts. What each one is exactly: `queries/facts.py`."""

    WON_AMOUNT = "won_amount", _("Won amount")
    WON_COUNT = "won_count", _("Won opportunities")
    RECEIVED = "received", _("Payments received")
    NEW_CUSTOMERS = "new_customers", _("New customers")
    CONVERTED_LEADS = "converted_leads", _("Converted leads")

    @property
    def is_money(self) -> bool:
        return self in (Measure.WON_AMOUNT, Measure.RECEIVED)

    @property
    def unit(self) -> Decimal:
        """The smallest step of a target."""
        return Decimal("0.01") if self.is_money else Decimal(1)


class Grain(TextChoices):
    """How long a period is."""

    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")

    @property
    def months(self) -> int:
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[self]


class Spread(TextChoices):
    """How a year's target becomes twelve months."""

    EVEN = "even", _("The same every month")
    WORKING_TIME = "working_time", _("By working time")
    LAST_YEAR = "last_year", _("Like last year's results")


class Category(TextChoices):
    """How far somebody commits to an opportunity."""

    PIPELINE = "pipeline", pgettext_lazy("forecast category", "Pipeline")
    BEST_CASE = "best_case", pgettext_lazy("forecast category", "Best case")
    COMMIT = "commit", pgettext_lazy("forecast category", "Commit")
    CLOSED = "closed", pgettext_lazy("forecast category", "Closed")
    OMITTED = "omitted", pgettext_lazy("forecast category", "Omitted")

    @property
    def hue(self) -> str:
        return _HUES[self]


_HUES = {
    Category.PIPELINE: "gray",
    Category.BEST_CASE: "amber",
    Category.COMMIT: "blue",
    Category.CLOSED: "green",
    Category.OMITTED: "red",
}

# What a person may set; closed follows from winning.
OPEN_CATEGORIES = (Category.PIPELINE, Category.BEST_CASE, Category.COMMIT, Category.OMITTED)
# From which probability of its stage an opportunity counts as such until somebody says otherwise.
COMMIT_FROM = 80
BEST_CASE_FROM = 50


class Called(TextChoices):
    """The sums that can be adjusted. Both are cumulative: best case contains commit, commit what is won."""

    COMMIT = "commit", _("Commit forecast")
    BEST_CASE = "best_case", _("Best case forecast")


class Level(TextChoices):
    """Who adjusted: somebody their own forecast, or a manager that of others."""

    OWN = "own", pgettext_lazy("adjustment", "Own")
    MANAGER = "manager", pgettext_lazy("adjustment", "Manager")


class Holder(TextChoices):
    """Whose target or forecast it is."""

    PERSON = "person", _("Person")
    DEPARTMENT = "department", _("Department")
    COMPANY = "company", _("Company")


class Dimension(TextChoices):
    """By what results are broken down."""

    PERSON = "person", _("Person")
    DEPARTMENT = "department", _("Department")
    PRODUCT = "product", _("Product")
    PIPELINE = "pipeline", _("Pipeline")
    SOURCE = "source", pgettext_lazy("results", "Source")
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")


MOST_AMOUNT = Decimal("99999999999999.99")
YEARS = (2000, 2100)
