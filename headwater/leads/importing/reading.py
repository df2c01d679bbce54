"""Rows of a file to drafts of leads, every complaint at once. Fast: this runs for a million rows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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


class Draft:
    """What a row says. `columns` by attribute of the model; only what is filled."""

    __slots__ = ("columns", "custom", "keys", "more", "number", "owner_id", "pool_id", "problems", "typed")

    def __init__(self, number: int) -> None:
        self.number = number
        self.columns: dict[str, Any] = {}
        self.custom: dict[str, Any] = {}
        self.typed: dict[str, str] = {}
        self.keys: list[Key] = []  # its identities, in the order in which they tell who it is
        self.more: list[str] = []  # further numbers of a cell that held several
        self.owner_id: int | None = None
        self.pool_id: int | None = None
        self.problems: list[tuple[str, str, str]] = []  # field, code, words


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

    def __init__(self, plan: ColumnPlan, key: str, label: str, convert: Converter, *, cached: bool) -> None:
        self.index = plan.column
        self.key = key
        self.label = label
        self.convert = convert
        self.is_contact = key in CONTACT_METHODS
        self.place = "custom" if key.startswith("custom.") else key if key in (OWNER, POOL) else "columns"
        self.attribute = ATTRIBUTES[key] if self.place == "columns" else key.removeprefix("custom.")
        self.blank = frozenset(plan.empty)
        self.cache: dict[str, Any] | None = dict.fromkeys(plan.empty) if cached else None

    def read(self, rows: Sequence[SourceRow], drafts: Sequence[Draft]) -> None:
        """Bring the column's values into the drafts, row by row: one tight loop a column."""
        index, cache, convert, attribute = self.index, self.cache, self.convert, self.attribute
        in_columns, in_custom = self.place == "columns", self.place == "custom"
        is_contact, blank = self.is_contact, self.blank
        for row, draft in zip(rows, drafts, strict=True):
            raw = row.cells[index]
            if not raw or raw in blank:
                continue
            if cache is not None and raw in cache:
                value = cache[raw]
            else:
                try:
                    value = convert(raw)
                except BadValue as bad:
                    value = bad
                if cache is not None and len(cache) < MOST_CACHED:
                    cache[raw] = value
            if value is None:
                continue
            if value.__class__ is BadValue:
                draft.problems.append((self.key, value.code, f"{self.label}：{value.detail}"))
            elif in_columns:
                draft.columns[attribute] = value
                if is_contact and value != raw:
                    draft.typed[attribute] = raw[:80]
                    if value.__class__ is Numbers:
                        draft.columns[attribute] = str(value)
                        draft.more = value.others
            elif in_custom:
                draft.custom[attribute] = value
            elif self.place == OWNER:
                draft.owner_id = value
            else:
                draft.pool_id = value


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
            self.readers.append(CellReader(plan, field.key, str(field.label), convert, cached=cached))
        mapped = {reader.key for reader in self.readers}
        if mapped & {"mobile", "phone"}:
            mapped |= {"mobile", "phone"}  # a cell may hold both
        self.identities = [field for field in ORDER if field in mapped]

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = [Draft(row.number) for row in rows]
        for reader in self.readers:
            reader.read(rows, drafts)
        for draft in drafts:
            if draft.more:
                _place_numbers(draft)
        for field in self.identities:
            for draft in drafts:
                if field in draft.columns:
                    draft.keys.append(key_of(field, draft.columns[field]))
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
    if field.type in _PLAIN_TEXT and not field.pattern:
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


def _text(field: Field) -> Converter:
    """Most cells are plain text already; the rest takes the long way of `parse`."""
    limit = 20_000 if field.type == FieldType.LONG_TEXT else field.max_length

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
