"""The sheet of targets as a file, and a file as targets: one row a seat, one column a period.

A row is found by its key (`person-7`, the first column of a file of ours), else by an e-mail address, else
by a name that only one seat has. Columns are headed by periods (`2026-11`, `2026-Q4`, `2026`); others are let
be. An empty cell changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from headwater.kernel.errors import DomainError, Invalid
from headwater.kernel.text import fold
from headwater.organization.queries import people_by_id
from headwater.platform.imports.reading import delimited, encoding, workbook
from headwater.targets.keys import read_seat
from headwater.targets.periods import Period, read_period
from headwater.targets.queries.sheets import Sheet
from headwater.targets.queries.team import Key, Team
from headwater.targets.services.targets import Entry, read_amount
from headwater.targets.types import Holder, Measure

MOST_ROWS = 5_000
MOST_COLUMNS = 60
_MOST_TOLD = 5  # complaints about one file


def read_table(path: Path, *, is_workbook: bool) -> list[list[str]]:
    """The cells of a file, blank rows left out. Refuses with `Invalid` what cannot be read or is too long."""
    try:
        if is_workbook:
            workbook.guard(path)
            rows: Iterable[Sequence[str]] = (cells for _line, cells in workbook.rows(path))
        else:
            known = encoding.detect(path)
            sample = list(islice(encoding.lines(path, known), 20))
            found = delimited.rows(encoding.lines(path, known), delimited.sniff(sample))
            rows = (row.cells for row in found)
        table = [list(cells[:MOST_COLUMNS]) for cells in islice(rows, MOST_ROWS + 2)]
    except workbook.WorkbookRefused as refusal:
        raise Invalid.one("file", refusal.code, _("This file cannot be read.")) from None
    if len(table) > MOST_ROWS + 1:
        raise Invalid.one("file", "file.too_long", _("At most 5,000 rows."))
    return table


def entries_of(team: Team, measure: Measure, table: Sequence[Sequence[str]]) -> list[Entry]:
    """The targets that a table sets. Refuses with `Invalid` under `file`, naming rows that cannot be read."""
    if len(table) < 2:
        raise Invalid.one("file", "file.no_rows", _("The file has no rows."))
    periods = _periods(table[0])
    if not periods:
        words = _("No column is headed by a period: 2026-11, 2026-Q4 or 2026.")
        raise Invalid.one("file", "import.no_column", words)
    seats = _Seats(team)
    entries: list[Entry] = []
    problems: list[str] = []
    for number, cells in enumerate(table[1:], 2):
        if not any(cells[place].strip() for place in periods if place < len(cells)):
            continue
        try:
            key = seats.find([cell for place, cell in enumerate(cells) if place not in periods])
            for place, period in periods.items():
                amount = read_amount(measure, cells[place] if place < len(cells) else "")
                if amount is not None:
                    entries.append(Entry(key, period, amount))
        except Invalid as refusal:
            detail = next(iter(refusal.fields.values()))["detail"]
            problems.append(_("Row %(row)s: %(problem)s") % {"row": number, "problem": detail})
    if problems:
        told = problems[:_MOST_TOLD]
        if len(problems) > _MOST_TOLD:
            told.append(_("and %(count)s more") % {"count": len(problems) - _MOST_TOLD})
        raise Invalid.one("file", "import.rows", " ".join(told))
    return entries


def _periods(header: Sequence[str]) -> dict[int, Period]:
    """Columns by place that a period heads."""
    found = {}
    for place, cell in enumerate(header):
        try:
            found[place] = read_period(cell.strip())
        except DomainError:
            continue
    return found


class _Seats:
    """Seats by what a file may call them."""

    def __init__(self, team: Team) -> None:
        self.team = team
        names = Counter(fold(seat.name) for seat in team)
        self.names = {fold(seat.name): seat.key for seat in team if names[fold(seat.name)] == 1}
        self.shared = {name for name, count in names.items() if count > 1}
        people = people_by_id(team.people)
        self.emails: dict[str, Key] = {
            fold(person.email): (Holder.PERSON, person.id) for person in people.values()
        }

    def find(self, cells: Sequence[str]) -> Key:
        """The seat that a row is about."""
        words = [cell.strip() for cell in cells if cell.strip()]
        for word in words:
            try:
                key = read_seat(word)
            except DomainError:
                continue
            if key in self.team:
                return key
        for word in words:
            found = self.emails.get(fold(word)) or self.names.get(fold(word))
            if found is not None:
                return found
        shared = next((word for word in words if fold(word) in self.shared), None)
        if shared is not None:
            told = _("“%(name)s” is the name of several; write an e-mail address.") % {"name": shared[:60]}
            raise Invalid.one("file", "import.ambiguous", told)
        named = words[0][:60] if words else ""
        raise Invalid.one(
            "file", "import.unknown", _("nobody within your reach is called “%(name)s”.") % {"name": named}
        )


def table_of(found: Sheet, periods: Sequence[Period]) -> Iterator[list[str | Decimal | None]]:
    """The sheet as rows: key, name, an amount for each period."""
    for seat in found.team:
        held = (found.set_for(seat.key, period) for period in periods)
        yield [seat.code, seat.name, *(one.amount if one else None for one in held)]
