"""Rows of a file to drafts of records of the room."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from headwater.customization.importing import may_add
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.catalogue.values import as_moment
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Converter, Draft
from headwater.platform.imports.types import ColumnPlan, SourceRow, Work
from headwater.sales.importing.names import Names
from headwater.sales.importing.products import split_names
from headwater.sales.importing.shapes import BY_NUMBER, OWNER, PARENT, PIPELINE, PRODUCT, STAGE, Shape
from headwater.sales.importing.targets import (
    BY_NAME,
    MOMENTS,
    NAME_PARTS,
    NUMBER_LABELS,
    PARENT_LABELS,
    is_importable,
)
from headwater.sales.queries.pipelines import pipelines

_FOLDED = frozenset({"wechat", "qq"})


class RowReader:
    """All mapped columns; built once for a pass."""

    def __init__(self, access: Access, work: Work, shape: Shape, *, pending: bool) -> None:
        """With `pending`, fields and choices that the start will make count as made (the check)."""
        self.access, self.shape, self.options = access, shape, work.options
        self.names = Names(access)
        self.known = shape.kind.record_type.all_fields
        readers = [self._reader(plan, work, pending=pending) for plan in work.plans]
        self.readers = [reader for reader in readers if reader is not None]
        self.has_parts = any(reader.key in NAME_PARTS for reader in self.readers)

    def read(self, rows: Sequence[SourceRow]) -> list[Draft]:
        """The drafts of rows, complaints included. Asks the database for nothing, so any thread may do it."""
        drafts = cells.read_columns(self.readers, rows, Draft)
        for draft in drafts:
            if draft.more:
                cells.place_numbers(draft)
            if self.has_parts:
                cells.join_names(draft)
            said = draft.columns
            draft.keys = [(field, said[field]) for field in self.shape.identities if field in said]
        return drafts

    def _reader(self, plan: ColumnPlan, work: Work, *, pending: bool) -> CellReader | None:
        extra = self._extra(plan.target)
        if extra is not None:
            label, convert = extra
            return CellReader(
                plan, plan.target, label, convert, attribute=plan.target, place="extra", cached=True
            )
        if plan.target in NAME_PARTS:
            return cells.name_part_reader(plan, self.known["name"])
        field = self.known.get(plan.target)
        if plan.makes_field and pending:
            field = cells.provisional_field(plan, work)
        if field is None or (not plan.makes_field and not is_importable(field, self.access, self.shape)):
            return None
        adds = pending and plan.add_missing and may_add(self.access, field, self.shape.key)
        attribute = field.name if field.is_custom else self.shape.attributes[field.key]
        convert = self._converter(field, pending=adds)
        return cells.field_reader(plan, field, convert, attribute=attribute)

    def _extra(self, target: str) -> tuple[str, Converter] | None:
        """What is no column of the record: its label and how its cells are read."""
        if target == OWNER:
            return str(self.known[OWNER].label), self._owner()
        if target in self.shape.links:
            return str(self.known[target].label), _first
        if target.removesuffix(BY_NUMBER) in self.shape.links:
            return str(NUMBER_LABELS[target.removesuffix(BY_NUMBER)]), _first
        if self.shape.key == "account" and target.removesuffix(BY_NUMBER) == PARENT:
            return str(PARENT_LABELS[target]), _first
        if target == PRODUCT and self.shape.key == "opportunity":
            return str(record_type("product").label), split_names
        if target in self.shape.moments:
            return str(MOMENTS[target]), as_moment
        if target == PIPELINE and self.shape.key == "opportunity":
            return str(self.known[PIPELINE].label), _pipeline_finder()
        if target == STAGE and self.shape.key == "opportunity":
            return str(self.known[STAGE].label), lambda raw: raw
        return None

    def _owner(self) -> Converter:
        return self.names.owner_finder(pending=self.options.get("owner_unknown") == "default")

    def _converter(self, field: Field, *, pending: bool) -> Converter:
        if field.key in BY_NAME:
            return self.names.finder(field.key, pending=pending)
        if field.type == FieldType.USER:
            return self.names.finder("user", pending=False)
        if field.key in ("mobile", "phone") and self.shape.key == "contact":
            return cells.numbers(field)
        if field.key in _FOLDED:
            return _folding(cells.converter(replace(field), pending=False))
        return cells.converter(field, pending=pending)


def _folding(convert: Converter) -> Converter:
    def fold(raw: str) -> Any:
        found = convert(raw)
        return text.fold(found) if isinstance(found, str) else found

    return fold


def _first(raw: str) -> str | None:
    """The first of several: some systems list all records that one is tied to."""
    return text.tidy(raw.split(";", maxsplit=1)[0])[:200] or None


def _pipeline_finder() -> Callable[[str], int]:
    from headwater.engagement.importing.people import unknown_name

    known: Mapping[str, int] = {text.fold(one.name): one.id for one in pipelines()}

    def find(raw: str) -> int:
        found = known.get(text.fold(raw))
        if found is None:
            raise unknown_name(raw)
        return found

    return find
