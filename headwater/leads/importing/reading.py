"""Rows of a file to drafts of leads, every complaint at once. Fast: this runs for a million rows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.catalogue.values import BadValue, parse, to_json
from headwater.leads.importing.names import Names
from headwater.leads.importing.preparing import may_add
from headwater.leads.importing.targets import BY_NAME, OWNER, POOL, is_importable
from headwater.leads.models import Lead
from headwater.leads.types import CONTACT_METHODS, IDENTITIES
from headwater.platform.imports.types import ColumnPlan, SourceRow, Work

MOST_CACHED = 20_000
_PLAIN_TEXT = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_BLANKS = frozenset({"", "null", "none", "-", "--", "n/a", "#n/a"})
_SAYS_MUCH = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL})

_BETWEEN_NUMBERS = re.compile(r"[/、,，;；|\n]|\s+(?=1[3-9]\d|0\d{2,3})")
ATTRIBUTES = {field.name: field.attname for field in Lead._meta.concrete_fields}

Converter = Callable[[str], Any]
Key = tuple[str, str]


_NOTHING: Mapping[str, Any] = MappingProxyType({})  # most drafts have no custom values; one for all


class Draft:
    """What a row says. `columns` by attribute of the model; only what is filled."""

    __slots__ = ("columns", "custom", "keys", "more", "number", "owner_id", "pool_id", "problems", "typed")

    def __init__(self, number: int) -> None:
        self.number = number
        self.columns: dict[str, Any] = {}
        self.custom: Mapping[str, Any] = _NOTHING
        self.typed: Mapping[str, str] = _NOTHING
        self.keys: Sequence[Key] = ()  # its identities, in the order in which they tell who it is
        self.more: Sequence[str] = ()  # further numbers of a cell that held several
        self.owner_id: int | None = None
        self.pool_id: int | None = None
        self.problems: Sequence[tuple[str, str, str]] = ()  # field, code, words


ORDER = ("external_id", *CONTACT_METHODS)
assert set(ORDER) == set(IDENTITIES)


def key_of(field: str, value: str) -> Key:
    """Mobile and phone hold the same kind of number: one person has it, whichever field it stands in."""
    return ("number" if field in ("mobile", "phone") else field, value)


class Numbers(str):
    """The first of several telephone numbers in one cell, and the others."""

    __slots__ = ("others",)
    others: list[str]


class CellReader:
    """One mapped column."""

    def __init__(
        self,
        plan: ColumnPlan,
        key: str,
        label: str,
        convert: Converter,
        *,
        cached: bool,
        plain: Callable[[Sequence[str]], set[str] | None] | None = None,
    ) -> None:
        self.index = plan.column
        self.key = key
        self.label = label
        self.convert = convert
        self.is_contact = key in CONTACT_METHODS
        self.place = "custom" if key.startswith("custom.") else key if key in (OWNER, POOL) else "columns"
        self.attribute = ATTRIBUTES[key] if self.place == "columns" else key.removeprefix("custom.")
        self.blank = frozenset(plan.empty)
        self.cache: dict[str, Any] | None = {} if cached else None
        self.plain = plain

    def read(self, cells: Sequence[str], drafts: Sequence[Draft]) -> None:
        """Bring the column's values into the drafts: one tight loop a column."""
        found = self._values(cells)
        attribute = self.attribute
        if self.place == "columns" and not self.is_contact:
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
            elif self.is_contact:
                draft.columns[attribute] = value
                if value != raw:
                    self._keep_typed(draft, raw, value)
            elif self.place == "custom":
                draft.custom = {**draft.custom, attribute: value}
            elif self.place == OWNER:
                draft.owner_id = value
            else:
                draft.pool_id = value

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


class RowReader:
    """All mapped columns; built once for a pass."""

    def __init__(self, access: Access, work: Work, *, pending: bool) -> None:
        """With `pending`, fields and choices that the start will make count as made (the check)."""
        names = Names(access)
        known = record_type("lead").all_fields
        self.readers: list[CellReader] = []
        for plan in work.plans:
            if plan.target in (OWNER, POOL):
                kind = "user" if plan.target == OWNER else "pool"
                label = str(_("Owner") if plan.target == OWNER else _("Pool"))
                convert = names.finder(kind, pending=False)
                self.readers.append(CellReader(plan, plan.target, label, convert, cached=True))
                continue
            field = known.get(plan.target)
            if plan.makes_field and pending:
                field = provisional_field(plan, work)
            if field is None or (not plan.makes_field and not is_importable(field, access)):
                continue
            adds = pending and plan.add_missing and may_add(access, field)
            convert = converter(field, names, pending=adds)
            cached = field.type not in _SAYS_MUCH
            plain = _plain_text(field) if is_plain_text(field) else None
            self.readers.append(
                CellReader(plan, field.key, str(field.label), convert, cached=cached, plain=plain)
            )
        mapped = {reader.key for reader in self.readers}
        if mapped & {"mobile", "phone"}:
            mapped |= {"mobile", "phone"}  # a cell may hold both
        self.kinds = [(field, key_of(field, "")[0]) for field in ORDER if field in mapped]

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = [Draft(row.number) for row in rows]
        columns = list(zip(*(row.cells for row in rows), strict=True)) if rows else []
        for reader in self.readers if rows else ():
            reader.read(columns[reader.index], drafts)
        for draft in drafts:
            if draft.more:
                _place_numbers(draft)
        for draft in drafts:
            said = draft.columns
            draft.keys = [(kind, said[field]) for field, kind in self.kinds if field in said]
        return drafts


def _place_numbers(draft: Draft) -> None:
    """A second number goes where there is room; all of them stay in what was typed."""
    for number in draft.more:
        for field in ("mobile", "phone"):
            if number in (draft.columns.get("mobile"), draft.columns.get("phone")):
                break
            if field not in draft.columns:
                draft.columns[field] = number
                break


def provisional_field(plan: ColumnPlan, work: Work) -> Field:
    """The field that the start will make, for the check."""
    kind = FieldType(plan.new_type)
    if kind in (FieldType.PICKLIST, FieldType.MULTI_PICK) and work.columns[plan.column].values:
        kind = FieldType.TEXT  # its choices will be the column's own values
    return Field(f"custom.new{plan.column}", plan.new_label, kind)


def converter(field: Field, names: Names, *, pending: bool) -> Converter:
    """How cells become values of a field; raises `BadValue`."""
    if field.key in BY_NAME:
        return names.finder(BY_NAME[field.key], pending=pending)
    if field.type == FieldType.USER:
        return names.finder("user", pending=False)
    if is_plain_text(field):
        return _text(field)
    if pending and field.type in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return lambda raw: raw
    if field.type in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        choices = field.options  # as they are now: later ones are not asked for row by row
        field = replace(field, choices=lambda: choices)
    if field.key in ("mobile", "phone"):
        return _numbers(field)
    if field.is_custom:
        return lambda raw: to_json(parse(field, raw))
    return lambda raw: parse(field, raw)


def _numbers(field: Field) -> Converter:
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


def _plain_text(field: Field) -> Callable[[Sequence[str]], set[str] | None]:
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


def fallback_name(
    options: Mapping[str, Any], draft: Draft, row: SourceRow, given: Sequence[str] = ("company",)
) -> str:
    """The name of a lead whose row has none: its company, or the column chosen for it with a prefix."""
    for key in given:
        if draft.columns.get(key):
            return str(draft.columns[key])[:120]
    column = options.get("name_column")
    if isinstance(column, int) and row.cells[column]:
        return f"{options.get('name_prefix', '')}{row.cells[column]}"[:120]
    return ""
