"""Records in memory while a chunk is worked through, and their values written back as one set."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Generic, TypeVar

import orjson
from django.db import connection, models

from headwater.kernel import clock
from headwater.kernel.copying import cell
from headwater.kernel.sql import execute
from headwater.platform.imports.cells import Key

LINES_TOGETHER = 500


class Slot:
    """One record: one of the table, or (without id) one that a row of this chunk makes."""

    __slots__ = ("changes", "custom", "dirty", "id", "mine", "name", "number", "status", "values", "visible")

    def __init__(self, record_id: int | None, number: int) -> None:
        self.id = record_id
        self.number = number  # the row that makes it
        self.values: dict[str, Any] = {}
        self.custom: dict[str, Any] = {}
        self.dirty: set[str] = set()
        self.changes: dict[str, list[Any]] = {}
        self.status = ""
        self.name = ""
        self.visible = True
        self.mine = True


AnySlot = TypeVar("AnySlot", bound=Slot)


class Index(Generic[AnySlot]):
    """Who has which identity, kept true while rows are worked through one after the other."""

    def __init__(self) -> None:
        self.slots: dict[Key, AnySlot] = {}

    def add(self, slot: AnySlot, identities: Iterable[Key]) -> None:
        """Have it found by these; the first who has one keeps it."""
        for key in identities:
            self.slots.setdefault(key, slot)

    def find(self, identities: Iterable[Key]) -> AnySlot | None:
        """The record with the first of these that any has."""
        for key in identities:
            if key in self.slots:
                return self.slots[key]
        return None

    def replace(self, slot: AnySlot, before: Key | None, after: Key) -> None:
        if before is not None and self.slots.get(before) is slot:
            del self.slots[before]
        self.slots[after] = slot


@contextmanager
def fresh_plans() -> Iterator[None]:
    """Plan look-ups afresh and by index: the table grows from nothing while an import runs.

    Only around them: foreign keys are checked by kept plans, 277,000 times for 40,000 leads.
    """
    execute("SET LOCAL enable_seqscan = off")
    execute("SET LOCAL plan_cache_mode = force_custom_plan")
    yield
    execute("SET LOCAL enable_seqscan = on")
    execute("SET LOCAL plan_cache_mode = auto")


def from_json(raw: Any) -> Any:
    return orjson.loads(raw) if isinstance(raw, str | bytes) else raw


@cache
def _types(model: type[models.Model]) -> dict[str, str]:
    return {field.attname: str(field.db_type(connection)) for field in model._meta.concrete_fields}


def is_json(model: type[models.Model], attribute: str) -> bool:
    return _types(model)[attribute] == "jsonb"


def column_cells(given: Sequence[Any], default: str, *, as_json: bool = False) -> list[str]:
    """One column in COPY's text form. Plain text, the usual case, is looked at as a whole."""
    if as_json:
        return [default if held is None else cell(orjson.dumps(held).decode()) for held in given]
    try:
        whole = "".join([held for held in given if held is not None])
    except TypeError:
        return [default if held is None else cell(held) for held in given]
    if whole.isprintable() and "\\" not in whole:
        return [default if held is None else held for held in given]
    return [default if held is None else cell(held) for held in given]


def write_values(model: type[models.Model], slots: Sequence[Slot], *, stamp: str = "updated_at") -> None:
    """One UPDATE that sets every column any of the records changed, and when."""
    attributes = sorted({name for slot in slots for name in slot.dirty})
    sets, columns, params = [], [], []
    for attribute in attributes:
        kind = _types(model)[attribute]
        has_parts = kind == "jsonb" or kind.endswith("[]")  # an array of arrays must be of one width
        travels = "text" if has_parts or kind.startswith("varchar") else kind.split("(")[0]
        cast = f"::{kind}" if has_parts else ""
        sets.append(f"{attribute} = x.{attribute}{cast}")
        columns.append(f"%s::{travels}[]")
        params.append([_travelling(slot, attribute, kind) for slot in slots])
    names = ", ".join(["id", *attributes])
    execute(
        f"UPDATE {model._meta.db_table} l SET {', '.join(sets)}, version = l.version + 1, {stamp} = %s"
        f" FROM unnest(%s::bigint[], {', '.join(columns)}) AS x ({names}) WHERE l.id = x.id",
        (clock.now(), [slot.id for slot in slots], *params),
    )


def _travelling(slot: Slot, attribute: str, kind: str) -> Any:
    if attribute == "custom":
        return orjson.dumps(slot.custom).decode()
    held = slot.values.get(attribute)
    if kind.endswith("[]") and held is not None:
        return array_text(held)
    return orjson.dumps(held).decode() if kind == "jsonb" else held


def array_text(held: Sequence[Any]) -> str:
    """An array in PostgreSQL's text form."""
    return (
        "{" + ",".join('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in held) + "}"
    )
