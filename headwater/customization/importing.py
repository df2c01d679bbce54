"""What the rows of a file will need of a record type, made at the start: custom fields and choices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.queries.fields import find_custom_field
from headwater.customization.queries.snapshot import look_again
from headwater.customization.services import add_choices, create_field
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.platform.imports.services.mapping import NEW_TYPES
from headwater.platform.imports.types import Column, ColumnPlan, Work

__all__ = ["check_new_fields", "look_again", "may_add", "picklist_of", "prepare", "register_extensible"]

_PICKS = (FieldType.PICKLIST, FieldType.MULTI_PICK)
# Built-in fields whose choices an import may add to, by record type: {field: key of the picklist}.
_extensible: dict[str, Mapping[str, str]] = {}
Ensure = Callable[[Access, list[str]], object]


def register_extensible(record: str, picklists: Mapping[str, str]) -> None:
    """Let imports of a record type add choices to these lists; rooms call it from `registrations.py`."""
    _extensible[record] = picklists


def prepare(
    access: Access, work: Work, record: str, ensure: Mapping[str, Ensure]
) -> tuple[list[ColumnPlan], dict[str, Any]]:
    """Make them inside the engine's transaction; the plans then name real fields only.

    `ensure` makes the records that a column of that target names (sources, campaigns).
    """
    made: list[str] = []
    plans: list[ColumnPlan] = []
    for plan in work.plans:
        column = work.columns[plan.column]
        if plan.makes_field:
            key = _make_field(access, record, plan, column)
            made.append(key)
            plan = replace(plan, target=key, new_label="", new_type="")
        elif plan.target and plan.add_missing:
            _add_missing(access, record, plan, column, ensure)
        plans.append(plan)
    return plans, {"fields": made}


def _values(plan: ColumnPlan, column: Column) -> list[str]:
    words = {text.fold(value): here for value, here in plan.values.items()}
    found = [words.get(text.fold(value), value) for value in column.values if value not in plan.empty]
    return list(dict.fromkeys(value for value in found if value))


def _make_field(access: Access, record: str, plan: ColumnPlan, column: Column) -> str:
    options: dict[str, Any] = {}
    if plan.new_type in _PICKS:
        values = _values(plan, column)
        options["choices"] = _single(values) if plan.new_type == FieldType.MULTI_PICK else values
    field = create_field(
        access.also("fields.configure"),
        record=record,
        label=_free_label(record, plan.new_label),
        type=plan.new_type,
        headers=[column.header[:80]],
        **options,
    )
    return str(field.key)


def _free_label(record: str, label: str) -> str:
    """The label, numbered when a field is called so already."""
    taken = {text.fold(str(field.label)) for field in record_type(record).all_fields.values()}
    counter, free = 2, label
    while text.fold(free) in taken:
        free = f"{label} ({counter})"
        counter += 1
    return free


def _add_missing(
    access: Access, record: str, plan: ColumnPlan, column: Column, ensure: Mapping[str, Ensure]
) -> None:
    values = _values(plan, column)
    if plan.target in ensure:
        ensure[plan.target](access, values)
        return
    field = record_type(record).field(plan.target)
    key = picklist_of(record, field) if field is not None else ""
    if field is not None and key and access.may("picklists.configure"):
        words = _single(values) if field.type == FieldType.MULTI_PICK else values
        unknown = [word for word in words if field.options.find(word) is None]
        add_choices(access.also("picklists.configure"), key, unknown)


def may_add(access: Access, field: Field, record: str = "lead") -> bool:
    """Whether what a column names and nobody knows yet can be added by this person."""
    if field.key in ("source", "campaign"):
        return access.may(f"{field.key}s.create")
    return access.may("picklists.configure") and bool(picklist_of(record, field))


def _single(values: Iterable[str]) -> list[str]:
    """The words of cells that hold several choices, one by one."""
    parts = [part.strip() for value in values for part in _split(value)]
    return list(dict.fromkeys(part for part in parts if part))


def _split(value: str) -> list[str]:
    for mark in "；,，、|":
        value = value.replace(mark, ";")
    return value.split(";")


def picklist_of(record: str, field: Field) -> str:
    """The key of the list that a field chooses from, where choices may be added; else empty."""
    if not field.is_custom:
        return _extensible.get(record, {}).get(field.key, "")
    if field.type not in _PICKS:
        return ""
    row = find_custom_field(record, field.name)
    return row.picklist.key if row.picklist is not None and row.retired_at is None else ""


def check_new_fields(access: Access, work: Work, complain: Callable[[str, str, str], None]) -> None:
    """Complain (`key, code, words`) about new fields that cannot be made."""
    new = [plan for plan in work.plans if plan.makes_field]
    if not new:
        return
    if not access.may("fields.configure"):
        complain("mapping", "access.forbidden", _("Your role does not allow creating fields."))
    for plan in new:
        column = work.columns[plan.column]
        if plan.new_type not in NEW_TYPES:
            complain(f"mapping.{column.header}"[:120], "import.new_field", _("Choose a type for the field."))
        elif plan.new_type in ("picklist", "multi_pick") and not column.values and column.filled:
            complain(
                f"mapping.{column.header}"[:120],
                "import.too_many_choices",
                _("This column has too many different values for a picklist; choose text."),
            )
