"""Record types and the registry of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from headwater.kernel.access import Access
from headwater.kernel.catalogue.fields import Field
from headwater.kernel.errors import NotFound, Text
from headwater.kernel.sql import TRUE, Fragment

Row = dict[str, Any]


class Create(Protocol):
    def __call__(self, access: Access, values: Mapping[str, Any]) -> int:
        """Make a record from raw values; its id."""
        ...


class Update(Protocol):
    def __call__(
        self, access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None
    ) -> None:
        """Change raw values; `version` given and stale raises `Stale`."""
        ...


class Archive(Protocol):
    def __call__(self, access: Access, ids: Sequence[int]) -> int:
        """Archive records (restorable); how many."""
        ...


@dataclass(frozen=True, slots=True)
class Verbs:
    """The services behind the common acts on a record type; each checks and records by itself."""

    create: Create | None = None
    update: Update | None = None
    archive: Archive | None = None


def _everything(access: Access, alias: str) -> Fragment:
    return TRUE


def _as_is(access: Access, rows: list[Row]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RecordType:
    """What the house knows about one kind of record; a room registers it in `registrations.py`."""

    key: str  # "lead"
    plural: str  # "leads": the prefix of its permissions and of its API path
    label: Text
    label_plural: Text
    table: str
    fields: tuple[Field, ...]
    scope: Callable[[Access, str], Fragment] = _everything
    verbs: Verbs = field(default_factory=Verbs)
    present: Callable[[Access, list[Row]], None] = _as_is  # masks; edits rows in place
    present_needs: tuple[str, ...] = ()  # keys `present` reads, fetched along
    search: Callable[[Access, str, str], Fragment] | None = None  # (access, q, alias)
    url: str = ""  # "/leads/{id}"
    icon: str = "file"
    name_sql: str = "{t}.name"
    default_sort: str = "-created_at"
    is_archivable: bool = True
    is_customizable: bool = False  # administrators may add fields
    has_owner: bool = False

    @property
    def all_fields(self) -> Mapping[str, Field]:
        """Built-in and custom fields by key, in order."""
        sources = [self.fields]
        if self.is_customizable:
            sources += [tuple(provide(self.key)) for provide in _providers]
        # Asked several times a request: merged again only when a provider gives another tuple.
        known = _merged.get(self.key)
        if known is None or list(map(id, known[0])) != list(map(id, sources)):
            known = _merged[self.key] = (sources, {item.key: item for part in sources for item in part})
        return known[1]

    def field(self, key: str) -> Field | None:
        return self.all_fields.get(key)

    def permission(self, act: str) -> str:
        return f"{self.plural}.{act}"

    def link(self, record_id: int) -> str:
        return self.url.replace("{id}", str(record_id))


_merged: dict[str, tuple[list[tuple[Field, ...]], Mapping[str, Field]]] = {}
_types: dict[str, RecordType] = {}
_providers: list[Callable[[str], Sequence[Field]]] = []


def register_record_type(kind: RecordType) -> RecordType:
    """Make a record type known; the same key again replaces it."""
    _types[kind.key] = kind
    return kind


def register_field_provider(provide: Callable[[str], Sequence[Field]]) -> None:
    """Where custom fields of a record type come from; must be cheap, it is asked on every request."""
    if provide not in _providers:
        _providers.append(provide)


def record_type(key: str) -> RecordType:
    """The record type of a key the code itself knows; `LookupError` otherwise."""
    try:
        return _types[key]
    except KeyError:
        raise LookupError(f"unknown record type {key!r}") from None


def find_record_type(key: str) -> RecordType:
    """The record type of a key that came from outside: its key or plural; refuses with `NotFound`."""
    for kind in _types.values():
        if key in (kind.key, kind.plural):
            return kind
    raise NotFound(record=key, id=None)


def record_types() -> list[RecordType]:
    return list(_types.values())
