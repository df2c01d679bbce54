"""The parts of a rule."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from headwater.kernel import criteria
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import Criteria
from headwater.routing.types import Strategy, StrategyKind, TargetKind, Trigger

WORKING = "working"


@dataclass(frozen=True, slots=True)
class Gate:
    """What a lead must have before it is dispatched."""

    required: tuple[str, ...] = ()  # keys of the catalogue
    consent: bool = False
    unique: bool = False  # not kept as a possible duplicate
    score: int | None = None

    @property
    def is_open(self) -> bool:
        return not (self.required or self.consent or self.unique or self.score is not None)


@dataclass(frozen=True, slots=True)
class Share:
    """A person of the target and their weight; 0 pauses them."""

    user_id: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """One pool, one department, or people."""

    kind: TargetKind
    pool_id: int | None = None
    department_id: int | None = None
    people: tuple[Share, ...] = ()
    without: frozenset[int] = frozenset()  # people of the department who get nothing


@dataclass(frozen=True, slots=True)
class Step:
    """A strategy; `field` and `levels` belong to the match by grade: value -> lowest level."""

    strategy: Strategy
    field: str = ""
    levels: dict[str, int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """When leads are given out: at any time, or while a calendar (None: the default one) is open."""

    working_time: bool = False
    calendar_id: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerMail:
    """What the customer is told by e-mail when the rule gives their lead to somebody, with placeholders."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that a rule says."""

    when: dict[str, Any]
    triggers: frozenset[Trigger]
    gate: Gate
    target: Target
    steps: tuple[Step, ...]
    window: Window
    mail: CustomerMail | None = None

    def criteria(self) -> Criteria:
        """The condition, checked against the catalogue as it is now; `Invalid` when a field has gone."""
        return criteria.parse(self.when, record_type("lead"), system_access("routing"))

    def uses(self, strategy: Strategy) -> bool:
        return any(step.strategy == strategy for step in self.steps)

    @property
    def names_people(self) -> bool:
        return any(step.strategy.kind == StrategyKind.NAMES for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored, versioned and given by the API."""
        target: dict[str, Any] = {"kind": self.target.kind.value}
        if self.target.kind == TargetKind.POOL:
            target["pool"] = self.target.pool_id
        elif self.target.kind == TargetKind.DEPARTMENT:
            target |= {"department": self.target.department_id, "without": sorted(self.target.without)}
        else:
            target["people"] = [{"user": one.user_id, "weight": one.weight} for one in self.target.people]
        mail = self.mail and {"subject": self.mail.subject, "text": self.mail.text}
        return {
            "triggers": [trigger.value for trigger in Trigger if trigger in self.triggers],
            "when": self.when,
            "gate": {
                "required": list(self.gate.required),
                "consent": self.gate.consent,
                "unique": self.gate.unique,
                "score": self.gate.score,
            },
            "target": target,
            "strategies": [
                {"key": step.strategy.value}
                | ({"field": step.field, "levels": dict(step.levels)} if step.field else {})
                for step in self.steps
            ],
            "window": {
                "when": WORKING if self.window.working_time else "always",
                "calendar": self.window.calendar_id,
            },
        } | ({"mail": mail} if mail else {})
