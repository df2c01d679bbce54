"""Opportunities of other business lines, which a room above starts: offered at a conversion, made with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from headwater.kernel.access import Access


@dataclass(frozen=True, slots=True)
class LineOffer:
    """A line that may sell to this customer too; `rule` names the rule that thinks so, empty for none."""

    line: str
    label: str
    rule: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "label": self.label, "rule": self.rule or None}


class OtherLines(Protocol):
    """What knows the other lines; the lead has been checked to be the actor's."""

    def offers(self, access: Access, lead_id: int) -> list[LineOffer]:
        """The lines that this lead has no opportunity in, those first that a rule suggests."""

    def start(
        self,
        access: Access,
        lead_id: int,
        line: str,
        *,
        owner_id: int | None,
        pipeline_id: int | None,
        values: Mapping[str, Any],
    ) -> tuple[int, bool]:
        """The opportunity of that line for the lead's customer, and whether it was made now."""


_rooms: list[OtherLines] = []


def register_other_lines(room: OtherLines) -> None:
    """Have conversions offer and start opportunities of other lines; call it from `registrations.py`."""
    if room not in _rooms:
        _rooms.append(room)


def line_offers(access: Access, lead_id: int) -> list[LineOffer]:
    """Lines to start an opportunity in when this lead is converted."""
    return [offer for room in _rooms for offer in room.offers(access, lead_id)]


def start_in_line(
    access: Access,
    lead_id: int,
    line: str,
    *,
    owner_id: int | None,
    pipeline_id: int | None,
    values: Mapping[str, Any],
) -> tuple[int, bool] | None:
    """Start it; None where no room knows of lines."""
    for room in _rooms:
        return room.start(access, lead_id, line, owner_id=owner_id, pipeline_id=pipeline_id, values=values)
    return None
