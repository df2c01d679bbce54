"""The words for what is audited without being a record type of the catalogue: rooms bring their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Labels = Callable[[], Mapping[str, Any]]


def _none() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Words:
    """How a thing is called, its fields by the keys of its changes, and acts that only it knows."""

    label: Any  # a text, lazily translated
    fields: Labels = _none
    acts: Labels = _none


_words: dict[str, Words] = {}
_acts: list[Labels] = []


def register_words(record_type: str, words: Words) -> None:
    """Make the words of a thing known; rooms call this from `registrations.py`."""
    _words[record_type] = words


def words_of(record_type: str) -> Words | None:
    """The words somebody registered, if any."""
    return _words.get(record_type)


def register_acts(labels: Labels) -> None:
    """Words for acts on whatever they are done to, records of the catalogue included."""
    _acts.append(labels)


def act_words(record_type: str, action: str) -> str:
    """An act in words, those of the thing itself first; its code where nobody brought any."""
    words = _words.get(record_type)
    for labels in (words.acts if words else _none, *_acts):
        found = labels().get(action)
        if found:
            return str(found)
    return action


def worded_things() -> dict[str, Any]:
    """Labels by record type."""
    return {record_type: words.label for record_type, words in _words.items()}
