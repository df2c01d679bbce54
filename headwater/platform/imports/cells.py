"""Cells to values of fields, column by column. Fast: this runs for a million rows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from headwater.kernel import text
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.catalogue.values import BadValue, parse, to_json
from headwater.platform.imports.types import ColumnPlan, SourceRow, Work

MOST_CACHED = 20_000
PICKS = frozenset({FieldType.PICKLIST, FieldType.MULTI_PICK})
_PLAIN_TEXT = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_BLANKS = frozenset({"", "null", "none", "-", "--", "n/a", "#n/a"})
_SAYS_MUCH = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL})

_BETWEEN_NUMBERS = re.compile(r"[/、,，;；|\n]|\s+(?=1[3-9]\d|0\d{2,3})")
_YEAR_LAST = re.compile(
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[,\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$"
)

Converter = Callable[[str], Any]
Key = tuple[str, str]

NOTHING: Mapping[str, Any] = MappingProxyType({})  # most drafts have no custom values; one for all


class Draft:
    """What a row says. `columns` by attribute of the model; only what is filled."""

    __slots__ = ("columns", "custom", "extra", "keys", "more", "number", "problems", "typed")

    def __init__(self, number: int) -> None:
        self.number = number
        self.columns: dict[str, Any] = {}
        self.custom: Mapping[str, Any] = NOTHING
        self.extra: Mapping[str, Any] = NOTHING  # what is no column of the record: owner, pool, stage ...
        self.typed: Mapping[str, str] = NOTHING
        self.keys: Sequence[Key] = ()  # its identities, in the order in which they tell who it is
        self.more: Sequence[str] = ()  # further numbers of a cell that held several
        self.problems: Sequence[tuple[str, str, str]] = ()  # field, code, words


AnyDraft = TypeVar("AnyDraft", bound=Draft)


class Numbers(str):
    """The first of several telephone numbers in one cell, and the others."""

    __slots__ = ("others",)
    others: list[str]


class CellReader:
    """One mapped column. `place` is where its values go: "columns", "custom" or "extra"."""

    def __init__(
        self,
        plan: ColumnPlan,
        key: str,
        label: str,
        convert: Converter,
        *,
        attribute: str,
        place: str = "columns",
        keeps_typed: bool = False,
        cached: bool,
        plain: Callable[[Sequence[str]], set[str] | None] | None = None,
    ) -> None:
        rewrite = rewriter(plan)
        self.index = plan.column
        self.key = key
        self.label = label
        self.convert = convert if rewrite is None else _after(rewrite, convert)
        self.keeps_typed = keeps_typed
        self.place = place
        self.attribute = attribute
        self.blank = frozenset(plan.empty)
        self.cache: dict[str, Any] | None = {} if cached or rewrite is not None else None
        self.plain = plain if rewrite is None else None

    def read(self, cells: Sequence[str], drafts: Sequence[Draft]) -> None:
        """Bring the column's values into the drafts: one tight loop a column."""
        found = self._values(cells)
        attribute = self.attribute
        if self.place == "columns" and not self.keeps_typed:
            for draft, value in zip(drafts, found, strict=True):
                if value is None:
                    continue
                if value.__class__ is BadValue:
                    self._complain(draft, value)
                else:
                    draft.columns[attribute] = value
            return
        for draft, raw, value in zip(drafts, cells, found, strict=True):
            if value is None:
                continue
            if value.__class__ is BadValue:
                self._complain(draft, value)
            elif self.keeps_typed:
                draft.columns[attribute] = value
                if value != raw:
                    self._keep_typed(draft, raw, value)
            elif self.place == "custom":
                draft.custom = {**draft.custom, attribute: value}
            else:
                draft.extra = {**draft.extra, attribute: value}

    def _values(self, cells: Sequence[str]) -> Sequence[Any]:
        """What each cell says: its value, nothing, or why it has none (`BadValue`)."""
        if self.plain is not None:
            unclear = self.plain(cells)
            if unclear is not None:
                unclear |= self.blank | {""}
                return [None if cell in unclear else cell for cell in cells]
        if self.cache is None:
            return [self._value(cell) for cell in cells]
        known = self.cache
        for cell in set(cells) - known.keys():
            known[cell] = self._value(cell)
        found = [known[cell] for cell in cells]
        if len(known) > MOST_CACHED:
            known.clear()
        return found

    def _value(self, raw: str) -> Any:
        if not raw or raw in self.blank:
            return None
        try:
            return self.convert(raw)
        except BadValue as bad:
            return bad

    def _complain(self, draft: Draft, bad: BadValue) -> None:
        draft.problems = [*draft.problems, (self.key, bad.code, f"{self.label}：{bad.detail}")]

    def _keep_typed(self, draft: Draft, raw: str, value: str) -> None:
        draft.typed = {**draft.typed, self.attribute: raw[:80]}
        if value.__class__ is Numbers:
            assert isinstance(value, Numbers)
            draft.columns[self.attribute] = str(value)
            draft.more = value.others


def read_columns(
    readers: Sequence[CellReader], rows: Sequence[SourceRow], draft_of: Callable[[int], AnyDraft]
) -> list[AnyDraft]:
    """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
    drafts = [draft_of(row.number) for row in rows]
    columns = list(zip(*(row.cells for row in rows), strict=True)) if rows else []
    for reader in readers if rows else ():
        reader.read(columns[reader.index], drafts)
    return drafts


def field_reader(
    plan: ColumnPlan, field: Field, convert: Converter, *, attribute: str, keeps_typed: bool = False
) -> CellReader:
    """The reader of a column that holds a field of the catalogue."""
    return CellReader(
        plan,
        field.key,
        str(field.label),
        convert,
        attribute=attribute,
        place="custom" if field.is_custom else "columns",
        keeps_typed=keeps_typed,
        cached=field.type not in _SAYS_MUCH,
        plain=plain_text(field) if is_plain_text(field) else None,
    )


def name_part_reader(plan: ColumnPlan, name: Field) -> CellReader:
    """The reader of a column that holds a part of the record's name; see `join_names`."""
    return CellReader(
        plan,
        plan.target,
        str(name.label),
        converter(name, pending=False),
        attribute=plan.target,
        place="extra",
        cached=False,
    )


def _after(rewrite: Callable[[str], str], convert: Converter) -> Converter:
    return lambda raw: convert(rewrite(raw))


def rewriter(plan: ColumnPlan) -> Callable[[str], str] | None:
    """How cells are rewritten before they are read: other words, the parts of a date in another order."""
    if plan.values:
        words = {text.fold(value): here for value, here in plan.values.items()}
        return lambda raw: words.get(text.fold(raw), raw)
    if plan.order in ("mdy", "dmy"):
        return lambda raw: year_first(raw, plan.order)
    return None


def year_first(raw: str, order: str) -> str:
    """10/31/2026 3:04 PM as 2026-10-31 15:04; what does not look like a date stays."""
    found = _YEAR_LAST.match(text.half_width(raw).strip())
    if found is None:
        return raw
    month, day = (found[1], found[2]) if order == "mdy" else (found[2], found[1])
    date = f"{found[3]}-{int(month):02}-{int(day):02}"
    if found[4] is None:
        return date
    hour = int(found[4])
    if found[7]:
        hour = hour % 12 + (12 if found[7].lower() == "pm" else 0)
    return f"{date} {hour:02}:{found[5]}:{found[6] or '00'}"


def provisional_field(plan: ColumnPlan, work: Work) -> Field:
    """The field that the start will make, for the check."""
    kind = FieldType(plan.new_type)
    if kind in PICKS and work.columns[plan.column].values:
        kind = FieldType.TEXT  # its choices will be the column's own values
    return Field(f"custom.new{plan.column}", plan.new_label, kind)


def converter(field: Field, *, pending: bool) -> Converter:
    """How cells become values of a field that is no relation; raises `BadValue`.

    With `pending`, words that are no choices yet are taken: the start adds them.
    """
    if is_plain_text(field):
        return _text(field)
    if pending and field.type in PICKS:
        return lambda raw: raw
    if field.type in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        choices = field.options  # as they are now: later ones are not asked for row by row
        field = replace(field, choices=lambda: choices)
    if field.is_custom:
        return lambda raw: to_json(parse(field, raw))
    return lambda raw: parse(field, raw)


def numbers(field: Field) -> Converter:
    """One telephone number, or several in one cell: 13800138000/010-82345678."""

    def convert(raw: str) -> Any:
        if len(raw) == 11 and raw[0] == "1" and raw[1] in "3456789" and raw.isascii() and raw.isdigit():
            return f"+86{raw}"  # as `parse` would, without its way through every other form
        try:
            return parse(field, raw)
        except BadValue:
            parts = [part for part in _BETWEEN_NUMBERS.split(raw) if part.strip()]
            if not 1 < len(parts) <= 5:
                raise
            first, *others = [str(parse(field, part)) for part in parts]
            value = Numbers(first)
            value.others = others
            return value

    return convert


def is_plain_text(field: Field) -> bool:
    return field.type in _PLAIN_TEXT and not field.pattern


def plain_text(field: Field) -> Callable[[Sequence[str]], set[str] | None]:
    """The cells of a column that mean nothing, when all others are values as they stand; else None."""
    limit = _limit(field)

    def plain(cells: Sequence[str]) -> set[str] | None:
        whole = "".join(cells)
        if not whole.isprintable() or not unicodedata.is_normalized("NFC", whole):
            return None
        if max(map(len, cells), default=0) > limit:
            return None
        return {cell for cell in set(cells) if len(cell) <= 4 and cell.lower() in _BLANKS}

    return plain


def _limit(field: Field) -> int:
    return 20_000 if field.type == FieldType.LONG_TEXT else field.max_length


def _text(field: Field) -> Converter:
    """Most cells are plain text already; the rest takes the long way of `parse`."""
    limit = _limit(field)

    def convert(raw: str) -> Any:
        if len(raw) <= limit and raw.isprintable() and unicodedata.is_normalized("NFC", raw):
            return None if len(raw) <= 4 and raw.lower() in _BLANKS else raw
        return parse(field, raw)

    return convert


def place_numbers(draft: Draft) -> None:
    """A second number goes where there is room; all of them stay in what was typed."""
    for number in draft.more:
        for field in ("mobile", "phone"):
            if number in (draft.columns.get("mobile"), draft.columns.get("phone")):
                break
            if field not in draft.columns:
                draft.columns[field] = number
                break


GIVEN_NAME, FAMILY_NAME = "name.given", "name.family"


def join_names(draft: Draft) -> None:
    """A name whose parts stand in two columns, unless a third one holds it whole."""
    given, family = draft.extra.get(GIVEN_NAME, ""), draft.extra.get(FAMILY_NAME, "")
    if (given or family) and not draft.columns.get("name"):
        is_chinese = any("\u2e80" <= char <= "\u9fff" for char in family + given)
        draft.columns["name"] = family + given if is_chinese else f"{given} {family}".strip()
