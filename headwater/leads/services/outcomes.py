"""What came of each record of a batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from headwater.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Outcome:
    """Done, or the refusal that says why not."""

    id: int
    refusal: DomainError | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None

    def as_json(self) -> dict[str, Any]:
        if self.refusal is None:
            return {"id": self.id, "ok": True}
        return {
            "id": self.id,
            "ok": False,
            "code": self.refusal.code,
            "detail": self.refusal.detail,
            "remedy": self.refusal.advice,
            "facts": self.refusal.facts,
        }


def the_one(outcomes: Iterable[Outcome]) -> None:
    """Raise the refusal of a batch of one."""
    for outcome in outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal
