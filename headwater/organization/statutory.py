"""The public holidays of China with their make-up days, as the State Council announces them year by year."""

from dataclasses import dataclass
from datetime import date

import chinese_calendar
from django.utils import translation

# How the announcements name them; the library shortens two.
_NAMES = {"元旦": "元旦", "清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


@dataclass(frozen=True, slots=True)
class StatutoryDay:
    """A day on which the announcement differs from the plain week, or that belongs to a holiday."""

    is_working: bool
    holiday: str  # the English name in the library: "Spring Festival"

    @property
    def name(self) -> str:
        """The holiday's name in the active language."""
        if not (translation.get_language() or "").startswith("zh"):
            return self.holiday
        chinese: str = chinese_calendar.Holiday(self.holiday).chinese
        return _NAMES.get(chinese, chinese)


def announced_years() -> range:
    """The years whose holidays are known."""
    known = chinese_calendar.holidays
    return range(min(known).year, max(known).year + 1)


def statutory_day(day: date) -> StatutoryDay | None:
    """A holiday or make-up day; None for an ordinary day and for years not announced yet."""
    if (holiday := chinese_calendar.holidays.get(day)) is not None:
        return StatutoryDay(is_working=False, holiday=str(holiday))
    if (makes_up_for := chinese_calendar.workdays.get(day)) is not None:
        return StatutoryDay(is_working=True, holiday=str(makes_up_for))
    return None
