"""Lists that rooms above take in: where they stand in the order of moving in, and their third step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.leads.importing.web.pages import OptionsPage
from headwater.platform.imports.models import ImportJob

Page = Callable[[Access, ImportJob], OptionsPage]


@dataclass(frozen=True, slots=True)
class Higher:
    """A record type of a room above: `note` says on the page of moving in what it needs to be here."""

    record: str
    note: Text
    options: tuple[str, ...]  # what its form sends
    page: Page
    reasons: Mapping[str, Text] = field(default_factory=dict)  # codes of its rows in a few words


_higher: dict[str, Higher] = {}


def register_higher(
    record: str, *, note: Text, options: tuple[str, ...], page: Page, reasons: Mapping[str, Text]
) -> None:
    """Have the wizard take in a record type; after all others, in the order of registration."""
    _higher[record] = Higher(record, note, options, page, reasons)


def higher(record: str) -> Higher | None:
    """The room above that takes this in, if one does."""
    return _higher.get(record)


def all_higher() -> list[Higher]:
    return list(_higher.values())
