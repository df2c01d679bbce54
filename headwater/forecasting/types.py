"""Words and small shapes of the room."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a forecast comes about."""

    LEARNT = "learnt", pgettext_lazy("way of forecasting", "Learnt from history")
    CASCADE = "cascade", pgettext_lazy("way of forecasting", "Stage cascade")
    PEOPLE = "people", pgettext_lazy("way of forecasting", "What people say")
    NAIVE = "naive", pgettext_lazy("way of forecasting", "Weighted pipeline")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage as the model sees it; archived ones are no longer living and stand in no order."""

    id: int
    name: str
    kind: str
    position: int
    probability: int
    is_living: bool = True
    days_until_stuck: int | None = None

    @property
    def is_open(self) -> bool:
        return self.kind == "open"

    @property
    def is_won(self) -> bool:
        return self.kind == "won"


@dataclass(frozen=True, slots=True)
class Observed:
    """How often opportunities got beyond a stage, and how often they were lost there."""

    passed: int
    lost: int

    @property
    def decided(self) -> int:
        return self.passed + self.lost


# What is said about a pipeline's past errors needs at least this much of a past.
LEAST_CLOSED = 30  # opportunities won or lost before a month counts
LEAST_MONTHS = 6  # months that count before conclusions are drawn
FEW = 5  # decided opportunities, below which a cascade keeps to the chances that somebody set

MONTHS_AHEAD = 7  # this month and the six after it: this quarter and the next
MOST_REPLAYED = 36  # month-ends
INTERVAL = 0.8

LEARNS_AFTER = 3  # months of history before the first replay


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def months_on(day: date, count: int) -> date:
    """The first day of the month `count` months later."""
    place = day.year * 12 + day.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)
