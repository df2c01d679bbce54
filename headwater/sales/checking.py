"""The place where a room above says what it thinks of a record that somebody enters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from headwater.kernel.access import Access


class NewCheck(Protocol):
    def __call__(
        self, access: Access, record: str, values: Mapping[str, Any], *, confirmed: bool
    ) -> list[dict[str, Any]]:
        """Warnings about a new record; raises a refusal, and unless `confirmed` one for warnings too."""


_checks: list[NewCheck] = []


def register_new_check(check: NewCheck) -> None:
    """Have new leads, contacts and accounts looked at; `values` are normalised."""
    if check not in _checks:
        _checks.append(check)


def check_new(
    access: Access, record: str, values: Mapping[str, Any], *, confirmed: bool
) -> list[dict[str, Any]]:
    """What is to be said about a record before it is saved."""
    return [one for check in _checks for one in check(access, record, values, confirmed=confirmed)]


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule does not let a row be made; `record` and `record_id` say what it looks like."""

    code: str
    detail: str  # in the reader's language, walls kept
    record: str
    record_id: int


Rows = Mapping[int, Mapping[str, Any]]
BlockCheck = Callable[[Access, str, Rows], dict[int, Blocked]]
_block_checks: list[BlockCheck] = []


def register_block_check(check: BlockCheck) -> None:
    """Have rows of an import and what visitors send looked at, many at once; `values` are normalised."""
    if check not in _block_checks:
        _block_checks.append(check)


def blocked_rows(access: Access, record: str, rows: Rows) -> dict[int, Blocked]:
    """Which of these rows a rule does not let be made, by their numbers; nobody is asked about the rest."""
    found: dict[int, Blocked] = {}
    for check in _block_checks if rows else ():
        found |= check(access, record, rows)
    return found
