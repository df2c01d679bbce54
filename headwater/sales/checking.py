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


@dataclass(frozen=True, slots=True)
class Warned:
    """A rule warns of a row, and nobody is there to ask: it is made, and noted as suspected."""

    detail: str  # in the reader's language, walls kept
    suspects: Any  # for `note_warned`: what it looks like


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


RowJudge = Callable[[Access, str, Rows], tuple[dict[int, Blocked], dict[int, Warned]]]
Note = Callable[[Access, str, Mapping[int, Warned]], None]
_judges: list[tuple[RowJudge, Note]] = []


def register_row_judge(judge: RowJudge, note: Note) -> None:
    """Have rows of an import judged, many at once; `note` hears of those that were made in spite of it."""
    if (judge, note) not in _judges:
        _judges.append((judge, note))


def judged_rows(access: Access, record: str, rows: Rows) -> tuple[dict[int, Blocked], dict[int, Warned]]:
    """Which rows a rule does not let be made, and of which one warns."""
    blocked: dict[int, Blocked] = {}
    warned: dict[int, Warned] = {}
    for judge, _note in _judges if rows else ():
        refused, doubted = judge(access, record, rows)
        blocked |= refused
        warned |= doubted
    return blocked, warned


def note_warned(access: Access, record: str, made: Mapping[int, Warned]) -> None:
    """Put what was made in spite of a warning, by its ids, where somebody looks at it."""
    for _judge, note in _judges if made else ():
        note(access, record, made)


SimilarSearch = Callable[[Access, str, Mapping[str, Any]], list[dict[str, Any]]]
_similar_searches: list[SimilarSearch] = []


def register_similar_search(search: SimilarSearch) -> None:
    """Have customers found that look like a record; `values` are normalised."""
    if search not in _similar_searches:
        _similar_searches.append(search)


def similar_customers(access: Access, record: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Accounts and contacts that look like this `record`, the likeliest first, with reasons; walls kept."""
    return [one for search in _similar_searches for one in search(access, record, values)]
