"""What an address asks for: pipeline, period, whose."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.forecasting.types import MONTHS_AHEAD, month_of, months_on
from headwater.kernel.errors import Invalid
from headwater.targets.keys import read_seat
from headwater.targets.periods import Period, company_today, period_of, read_period
from headwater.targets.queries.team import Key
from headwater.targets.types import Grain


@dataclass(frozen=True, slots=True)
class Asked:
    """A forecast that somebody asks for."""

    pipeline_id: int | None
    period: Period
    who: Key | None


def periods() -> list[Period]:
    """Those that can be forecast: this month and the two after it, this quarter and the next."""
    today = company_today()
    month, quarter = period_of(today, Grain.MONTH), period_of(today, Grain.QUARTER)
    return [month, month.shifted(1), month.shifted(2), quarter, quarter.shifted(1)]


def asked(pipeline_id: int | None, period: str, who: str) -> Asked:
    """What is asked for; this quarter unless said. Refuses with `Invalid` a period over or too far off."""
    wanted = read_period(period) if period else period_of(company_today(), Grain.QUARTER)
    this_month = month_of(company_today())
    too_long = wanted.grain == Grain.YEAR
    if too_long or wanted.end <= this_month or wanted.end > months_on(this_month, MONTHS_AHEAD):
        raise Invalid.one(
            "period",
            "forecast.period",
            _("Choose a month or a quarter that is not over and ends within seven months."),
        )
    return Asked(pipeline_id, wanted, read_seat(who) if who else None)
