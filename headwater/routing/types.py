"""Vocabulary of routing. Meanings: docs/guides/routing.md."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Trigger(models.TextChoices):
    """What makes the rules look at a lead."""

    CAPTURED = "captured", pgettext_lazy("routing trigger", "It is captured")
    STAGE_CHANGED = "stage_changed", pgettext_lazy("routing trigger", "Its stage changes")
    WOKEN = "woken", pgettext_lazy("routing trigger", "It is woken or reopened")
    RECYCLED = "recycled", pgettext_lazy("routing trigger", "It is recycled")
    ASKED = "asked", pgettext_lazy("routing trigger", "Somebody asks for it")

    @classmethod
    def automatic(cls) -> tuple["Trigger", ...]:
        """Those a rule may be limited to; who asks by hand asks every rule."""
        return tuple(item for item in cls if item != cls.ASKED)


class TargetKind(models.TextChoices):
    """Where a rule sends leads."""

    PEOPLE = "people", pgettext_lazy("routing target", "People")
    DEPARTMENT = "department", pgettext_lazy("routing target", "A team")
    POOL = "pool", pgettext_lazy("routing target", "A pool")


class StrategyKind(models.TextChoices):
    """How a strategy works."""

    NAMES = "names"  # names one person, also outside the target
    NARROWS = "narrows"  # leaves fewer candidates, or all when none would be left
    PICKS = "picks"  # takes one of the candidates


class Strategy(models.TextChoices):
    """How the person is found; tried in the order of the rule until one gives somebody."""

    DESIGNATED_REP = "designated_rep", _("The rep the customer asked for")
    CUSTOMER_OWNER = "customer_owner", _("Owner of the existing customer")
    FORMER_OWNER = "former_owner", _("Who had the lead before")
    TERRITORY = "territory", _("Territory: region, industry and the like")
    GRADE_MATCH = "grade_match", _("Grade: better leads to stronger reps")
    ROUND_ROBIN = "round_robin", _("By turns, by weight")
    LEAST_LOADED = "least_loaded", _("Who has most room")
    RANDOM = "random", _("By lot, by weight")

    @property
    def kind(self) -> StrategyKind:
        return _KINDS[self]


_KINDS = {
    Strategy.DESIGNATED_REP: StrategyKind.NAMES,
    Strategy.CUSTOMER_OWNER: StrategyKind.NAMES,
    Strategy.FORMER_OWNER: StrategyKind.NAMES,
    Strategy.TERRITORY: StrategyKind.NARROWS,
    Strategy.GRADE_MATCH: StrategyKind.NARROWS,
    Strategy.ROUND_ROBIN: StrategyKind.PICKS,
    Strategy.LEAST_LOADED: StrategyKind.PICKS,
    Strategy.RANDOM: StrategyKind.PICKS,
}


class Outcome(models.TextChoices):
    """What a run came to."""

    DISPATCHED = "dispatched", pgettext_lazy("routing outcome", "Dispatched")
    MOVED = "moved", pgettext_lazy("routing outcome", "Moved to a pool")
    FALLBACK = "fallback", pgettext_lazy("routing outcome", "To the pool's default assignee")
    CLOSED = "closed", pgettext_lazy("routing outcome", "Waits for opening")
    HELD = "held", pgettext_lazy("routing outcome", "Held at the gate")
    NOBODY = "nobody", pgettext_lazy("routing outcome", "Nobody could take it")
    UNMATCHED = "unmatched", pgettext_lazy("routing outcome", "No rule applies")


class Waits(models.TextChoices):
    """What a waiting lead waits for."""

    TURN = "turn", pgettext_lazy("routing wait", "Its turn")
    OPENING = "opening", pgettext_lazy("routing wait", "Opening time")
    GATE = "gate", pgettext_lazy("routing wait", "What the gate asks for")
    PERSON = "person", pgettext_lazy("routing wait", "Somebody with room")


class Unfit(models.TextChoices):
    """Why a candidate is out."""

    GONE = "gone", pgettext_lazy("routing candidate", "has left")
    OFF_DUTY = "off_duty", pgettext_lazy("routing candidate", "is off duty or on leave")
    FULL = "full", pgettext_lazy("routing candidate", "is at the cap")
    POOL_FULL = "pool_full", pgettext_lazy("routing candidate", "is at the pool's cap")
    COOLING = "cooling", pgettext_lazy("routing candidate", "gave this lead up recently")
    PAUSED = "paused", pgettext_lazy("routing candidate", "has weight 0")
    TERRITORY = "territory", pgettext_lazy("routing candidate", "serves another territory")
    GRADE = "grade", pgettext_lazy("routing candidate", "is of a lower level")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a rule now: it goes on with what is left, or is passed over (`stops`)."""

    code: str
    text: str
    stops: bool = False
