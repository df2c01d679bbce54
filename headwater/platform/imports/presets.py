"""Exports of other systems, recognised by their headers. One table a system, in `data/presets`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from headwater.platform.imports.headers import normal, whole
from headwater.platform.imports.types import Column, ColumnPlan, Guess, Target

_FOLDER = Path(__file__).parent / "data" / "presets"
_PICKS = frozenset({"picklist", "multi_pick"})
NEW = "+"  # "+picklist": a field of its own, where the person may make one


@dataclass(frozen=True, slots=True)
class PresetColumn:
    """What a column of that name becomes; `order` is how its dates are written."""

    header: str
    target: str
    values: Mapping[str, str]
    order: str


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of file of one system: it has all `needs`, one of the `hints` if any, none of `lacks`."""

    key: str
    name: str
    record: str
    needs: frozenset[str]
    hints: frozenset[str]
    lacks: frozenset[str]
    columns: tuple[PresetColumn, ...]
    options: Mapping[str, Any]

    def fits(self, headers: Iterable[str]) -> bool:
        found = frozenset(headers)
        has_hint = not self.hints or bool(self.hints & found)
        return self.needs <= found and has_hint and not self.lacks & found


@cache
def presets() -> tuple[Preset, ...]:
    """All of all tables."""
    words: dict[str, dict[str, str]] = tomllib.loads((_FOLDER / "words.toml").read_text())
    found: list[Preset] = []
    for path in sorted(_FOLDER.glob("*.toml")):
        if path.stem != "words":
            table = tomllib.loads(path.read_text())
            found += [_preset(table, file, words) for file in table["files"]]
    return tuple(found)


def _preset(table: Mapping[str, Any], file: Mapping[str, Any], words: Mapping[str, Any]) -> Preset:
    values = {**words, **file.get("values", {})}
    columns = []
    for header, target, *rest in file["columns"]:
        named, order = [*rest, "", ""][:2]
        columns.append(PresetColumn(whole(header), target, values.get(named, {}), order))
    return Preset(
        table["key"],
        table["name"],
        file["record"],
        frozenset(map(whole, file.get("all", ()))),
        frozenset(map(whole, file.get("any", ()))),
        frozenset(map(whole, file.get("not", ()))),
        tuple(columns),
        file.get("options", {}),
    )


def systems() -> dict[str, str]:
    """The systems there are tables for: key and name."""
    return {preset.key: preset.name for preset in presets()}


def recognise(record: str, columns: list[Column], *, key: str = "") -> Preset | None:
    """The preset of a file with these columns, the one that knows most of them first.

    With `key` the system is known, and its table of the record type counts even if the file lacks marks.
    """
    headers = {form for column in columns for form in (whole(column.header), normal(column.header))}
    among = [preset for preset in presets() if preset.record == record and key in ("", preset.key)]
    fitting = [preset for preset in among if preset.fits(headers)] or (among if key else [])
    known = [(sum(column.header in headers for column in preset.columns), preset) for preset in fitting]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def apply(
    preset: Preset, columns: list[Column], targets: list[Target], plans: list[ColumnPlan], *, may_create: bool
) -> None:
    """Have the preset decide the columns that it names; what it does not name stays as it was guessed."""
    by_header = {normal(column.header): plan for column, plan in zip(columns, plans, strict=True)}
    # A system that marks what it means in brackets, `Account (unique ID)`, is taken at its word.
    by_header |= {whole(column.header): plan for column, plan in zip(columns, plans, strict=True)}
    known = {target.key: target for target in targets}
    settled: set[int] = set()
    taken: set[str] = set()
    for column in preset.columns:
        plan = by_header.get(column.header)
        if plan is None or plan.column in settled:
            continue
        is_empty = columns[plan.column].guess == Guess.EMPTY
        if column.target.startswith(NEW):
            plan.target = ""
            if may_create and not is_empty:
                plan.new_label, plan.new_type = (
                    columns[plan.column].header[:80],
                    _type(columns[plan.column], column),
                )
            settled.add(plan.column)
        elif column.target in known and column.target not in taken and not is_empty:
            target = known[column.target]
            plan.target, plan.values, plan.order = column.target, dict(column.values), column.order
            plan.add_missing = target.names_records or target.type in _PICKS
            settled.add(plan.column)
            taken.add(column.target)
    for plan in plans:
        if plan.column not in settled and plan.target in taken:
            plan.target = ""


def _type(column: Column, wanted: PresetColumn) -> str:
    """The type asked for; a picklist only where the values are few."""
    kind = wanted.target.removeprefix(NEW)
    return "text" if kind in _PICKS and not column.values else kind
