"""The values that one record keeps when several become one; no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]

_EMPTY: tuple[Any, ...] = (None, "", [], {})
_CONSENT = ("consent_basis", "consent_at", "consent_evidence")


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the attributes of a record type. `one` takes the chosen value, or the first known."""

    one: tuple[str, ...]
    either: tuple[str, ...] = ()  # true when any is: an opt-out of one is one of all
    latest: tuple[str, ...] = ("last_activity_at",)
    lists: tuple[str, ...] = ()  # joined unless one is chosen
    texts: tuple[str, ...] = ()  # written one below the other unless one is chosen
    has_consent: bool = False  # the newest stays as a whole
    numbers: tuple[str, ...] = ()  # a second number goes into the last of these while that is empty

    @property
    def attributes(self) -> tuple[str, ...]:
        consent = _CONSENT if self.has_consent else ()
        return (*self.one, *self.either, *self.latest, *self.lists, *self.texts, *consent, "custom")


def joined(
    plan: Plan, read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]
) -> dict[str, Any]:
    """What changes on the survivor, by attribute: the chosen values, and what must not get lost."""
    survivor = read[survivor_id]
    others = [values for record_id, values in read.items() if record_id != survivor_id]
    every = [survivor, *others]
    result: dict[str, Any] = {}
    for name in plan.one:
        result[name] = _first(name, [read[choices[name]]] if name in choices else every)
    for name in plan.either:
        result[name] = any(values[name] for values in every)
    for name in plan.latest:
        result[name] = max((values[name] for values in every if values[name]), default=None)
    for name in plan.lists:
        result[name] = read[choices[name]][name] if name in choices else _together(name, every)
    for name in plan.texts:
        result[name] = read[choices[name]][name] if name in choices else _written(name, every)
    if plan.has_consent:
        result |= _consent(survivor, others)
    result["custom"] = _custom(read, survivor_id, choices)
    if plan.numbers:
        _second_number(plan.numbers, result, every, choices)
    return {name: value for name, value in result.items() if value != survivor[name]}


def _first(name: str, candidates: Sequence[Values]) -> Any:
    for values in candidates:
        if values[name] not in _EMPTY:
            return values[name]
    return candidates[0][name]


def _together(name: str, every: Sequence[Values]) -> list[Any]:
    return list(dict.fromkeys(item for values in every for item in values[name]))


def _written(name: str, every: Sequence[Values]) -> Any:
    texts = list(dict.fromkeys(values[name] for values in every if values[name]))
    return "\n\n".join(texts) if texts else every[0][name]


def _consent(survivor: Values, others: Sequence[Values]) -> dict[str, Any]:
    dated = [values for values in (survivor, *others) if values["consent_basis"]]
    newest = max(dated, key=lambda values: str(values["consent_at"] or ""), default=survivor)
    return {name: newest[name] for name in _CONSENT}


def _custom(read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]) -> dict[str, Any]:
    custom = dict(read[survivor_id]["custom"])
    for values in read.values():
        for name, value in values["custom"].items():
            if custom.get(name) in _EMPTY and value not in _EMPTY:
                custom[name] = value
    for key, record_id in choices.items():
        if key.startswith("custom."):
            name = key.removeprefix("custom.")
            custom[name] = read[record_id]["custom"].get(name)
    return custom


def _second_number(
    fields: Sequence[str], result: dict[str, Any], every: Sequence[Values], choices: Mapping[str, int]
) -> None:
    spare = fields[-1]
    kept = {result[name] for name in fields}
    for values in every:
        for name in fields:
            if values[name] and values[name] not in kept and not result[spare] and spare not in choices:
                result[spare] = values[name]
