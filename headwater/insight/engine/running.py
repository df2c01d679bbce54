"""Reports are run here: `run` for the figures, `drill` for the records behind one of them."""

from collections.abc import Sequence

from headwater.insight.engine.definitions import Definition
from headwater.insight.engine.results import Key, Result
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType
from headwater.kernel.sql import Fragment


def run(access: Access, definition: Definition) -> Result:
    """The figures of a report, cut to what this reader may see.

    Raises `ReportUnreadable` for what is gone or hidden (a measure alone is left out with a notice),
    `ReportTooSlow` and `ReportsBusy`.
    """
    raise NotImplementedError


def drill(
    access: Access, definition: Definition, measure_key: str, keys: Sequence[Key]
) -> tuple[RecordType, Fragment]:
    """The records behind a cell: their type, and the condition over `t` for `listing.fetch(where=...)`.

    `keys` are a row's (as in the result or in its JSON), fewer for a subtotal, none for the total.
    """
    raise NotImplementedError
