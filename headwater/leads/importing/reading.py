"""Rows of a file to drafts of leads, every complaint at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.importing import may_add
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.leads.importing.names import Names
from headwater.leads.importing.targets import BY_NAME, NAME_PARTS, OWNER, POOL, is_importable
from headwater.leads.models import Lead
from headwater.leads.types import CONTACT_METHODS, IDENTITIES
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Converter, Key
from headwater.platform.imports.types import SourceRow, Work

ATTRIBUTES = {field.name: field.attname for field in Lead._meta.concrete_fields}


class Draft(cells.Draft):
    """What a row says of a lead."""

    __slots__ = ()

    @property
    def owner_id(self) -> int | None:
        return self.extra.get(OWNER)

    @property
    def pool_id(self) -> int | None:
        return self.extra.get(POOL)


ORDER = ("external_id", *CONTACT_METHODS)
assert set(ORDER) == set(IDENTITIES)


def key_of(field: str, value: str) -> Key:
    """Mobile and phone hold the same kind of number: one person has it, whichever field it stands in."""
    return ("number" if field in ("mobile", "phone") else field, value)


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
                self.readers.append(
                    CellReader(
                        plan, plan.target, label, convert, attribute=plan.target, place="extra", cached=True
                    )
                )
                continue
            if plan.target in NAME_PARTS:
                self.readers.append(cells.name_part_reader(plan, known["name"]))
                continue
            field = known.get(plan.target)
            if plan.makes_field and pending:
                field = cells.provisional_field(plan, work)
            if field is None or (not plan.makes_field and not is_importable(field, access)):
                continue
            adds = pending and plan.add_missing and may_add(access, field)
            self.readers.append(
                cells.field_reader(
                    plan,
                    field,
                    converter(field, names, pending=adds),
                    attribute=field.key.removeprefix("custom.") if field.is_custom else ATTRIBUTES[field.key],
                    keeps_typed=field.key in CONTACT_METHODS,
                )
            )
        mapped = {reader.key for reader in self.readers}
        self.has_parts = bool(mapped & set(NAME_PARTS))
        if mapped & {"mobile", "phone"}:
            mapped |= {"mobile", "phone"}  # a cell may hold both
        self.kinds = [(field, key_of(field, "")[0]) for field in ORDER if field in mapped]

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = cells.read_columns(self.readers, rows, Draft)
        for draft in drafts:
            if draft.more:
                cells.place_numbers(draft)
        if self.has_parts:
            for draft in drafts:
                cells.join_names(draft)
        for draft in drafts:
            said = draft.columns
            draft.keys = [(kind, said[field]) for field, kind in self.kinds if field in said]
        return drafts


def converter(field: Field, names: Names, *, pending: bool) -> Converter:
    """How cells become values of a field; raises `BadValue`."""
    if field.key in BY_NAME:
        return names.finder(BY_NAME[field.key], pending=pending)
    if field.type == FieldType.USER:
        return names.finder("user", pending=False)
    if field.key in ("mobile", "phone"):
        return cells.numbers(field)
    return cells.converter(field, pending=pending)


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
