"""The values that one lead keeps when several become one; no database."""

from collections.abc import Mapping
from typing import Any

from headwater.leads.types import CONTACT_METHODS

Values = Mapping[str, Any]

_EMPTY: tuple[Any, ...] = (None, "", [], {})
_OPT_OUTS = ("do_not_call", "do_not_email")
_CONSENT = ("consent_basis", "consent_at", "consent_evidence")
_APART = frozenset({"custom", "contact_as_typed", "last_activity_at", "next_follow_at", "tags"})


def joined(read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]) -> dict[str, Any]:
    """What changes on the survivor, by attribute: the chosen values, and what must not get lost.

    An opt-out of any is one of all; the newest consent stays as a whole; tags are joined unless chosen; a
    second number goes into the other field for numbers while that is empty.
    """
    survivor = read[survivor_id]
    others = [values for lead_id, values in read.items() if lead_id != survivor_id]
    result: dict[str, Any] = {}
    for name in survivor:
        if name in _OPT_OUTS:
            result[name] = any(values[name] for values in read.values())
        elif name not in _APART and name not in _CONSENT:
            chosen = read[choices[name]] if name in choices else survivor
            result[name] = _first(name, [chosen] if name in choices else [chosen, *others])
    result |= _consent(survivor, others)
    result["custom"] = _custom(read, survivor_id, choices)
    result["tags"] = read[choices["tags"]]["tags"] if "tags" in choices else _together(survivor, others)
    _second_number(result, read, choices)
    result["contact_as_typed"] = _typed(result, read)
    result["last_activity_at"] = max(
        (values["last_activity_at"] for values in read.values() if values["last_activity_at"]), default=None
    )
    return {name: value for name, value in result.items() if value != survivor[name]}


def _first(name: str, candidates: list[Values]) -> Any:
    for values in candidates:
        if values[name] not in _EMPTY:
            return values[name]
    return candidates[0][name]


def _consent(survivor: Values, others: list[Values]) -> dict[str, Any]:
    dated = [values for values in (survivor, *others) if values["consent_basis"]]
    newest = max(dated, key=lambda values: str(values["consent_at"] or ""), default=survivor)
    return {name: newest[name] for name in _CONSENT}


def _custom(read: Mapping[int, Values], survivor_id: int, choices: Mapping[str, int]) -> dict[str, Any]:
    custom = dict(read[survivor_id]["custom"])
    for values in read.values():
        for name, value in values["custom"].items():
            if custom.get(name) in _EMPTY and value not in _EMPTY:
                custom[name] = value
    for key, lead_id in choices.items():
        if key.startswith("custom."):
            name = key.removeprefix("custom.")
            custom[name] = read[lead_id]["custom"].get(name)
    return custom


def _together(survivor: Values, others: list[Values]) -> list[Any]:
    return list(dict.fromkeys(tag for values in (survivor, *others) for tag in values["tags"]))


def _second_number(result: dict[str, Any], read: Mapping[int, Values], choices: Mapping[str, int]) -> None:
    kept = {result["mobile"], result["phone"]}
    spare = [values[name] for values in read.values() for name in ("mobile", "phone")]
    for number in spare:
        if number and number not in kept and not result["phone"] and "phone" not in choices:
            result["phone"] = number


def _typed(result: Values, read: Mapping[int, Values]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name in CONTACT_METHODS:
        for values in read.values():
            if result[name] and values[name] == result[name] and name in values["contact_as_typed"]:
                typed.setdefault(name, values["contact_as_typed"][name])
    return typed
