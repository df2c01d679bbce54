"""Who imports what: a room registers an importer for its record type."""

from collections.abc import Sequence
from typing import Any, Protocol

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound, Text
from headwater.platform.imports.types import (
    Column,
    ColumnPlan,
    Done,
    RowResult,
    SourceRow,
    Target,
    Undone,
    Work,
)


class Session(Protocol):
    """One pass over the rows; opened anew after an interruption, so it holds nothing that must last."""

    def prepare(self, rows: Sequence[SourceRow]) -> Any:
        """What the rows say. Asks the database nothing: another thread does it while a chunk is written."""
        ...

    def check(self, prepared: Any) -> list[RowResult]:
        """What would become of the rows; writes no records."""
        ...

    def write(self, prepared: Any) -> list[RowResult]:
        """Write the rows inside the engine's transaction, set-based; a result for every row.

        A database error that another writer may have caused is let through: the engine tries again,
        then in smaller pieces, until the row that cannot be taken stands alone. So `prepared` is kept as
        it is.
        """
        ...


class Importer(Protocol):
    """What a room knows about importing its records. Refusals are `Invalid` with the option or target."""

    record: str
    permission: str

    @property
    def label(self) -> Text: ...

    @property
    def label_plural(self) -> Text: ...

    def targets(self, access: Access) -> list[Target]:
        """The fields that this person may import into."""
        ...

    def example(self) -> list[list[str]]:
        """A template: the header and a row or two."""
        ...

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        """Options that fit the file; may also adjust `plans`."""
        ...

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        """The options checked and filled with defaults; refuses a mapping that cannot work."""
        ...

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        """Make what the rows will need (custom fields, choices); the final plans and what to keep."""
        ...

    def session(self, access: Access, work: Work, *, writes: bool) -> Session:
        """A pass over the rows with this person's rights, to write them or to check."""
        ...

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        """Take back what the rows did, where nobody has built on it since; in the engine's transaction."""
        ...


_importers: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Make records of a type importable; rooms call this from `registrations.py`."""
    _importers[importer.record] = importer


def find_importer(record: str) -> Importer:
    """The importer of a record type named from outside; `NotFound` when there is none."""
    found = _importers.get(record)
    if found is None:
        raise NotFound(record=record, id=None)
    return found


def importers() -> list[Importer]:
    return list(_importers.values())
