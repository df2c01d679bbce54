"""What the rows will need, made at the start: custom fields, choices, sources, campaigns."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from headwater.acquisition.services import ensure_campaigns, ensure_sources
from headwater.customization.queries.fields import find_custom_field
from headwater.customization.services import add_choices, create_field
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.leads.importing.targets import PICKLISTS
from headwater.platform.imports.types import Column, ColumnPlan, Work


def prepare(access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
    """Make them inside the engine's transaction; the plans then name real fields only."""
    made: list[str] = []
    plans: list[ColumnPlan] = []
    for plan in work.plans:
        column = work.columns[plan.column]
        if plan.makes_field:
            key = _make_field(access, plan, column)
            made.append(key)
            plan = replace(plan, target=key, new_label="", new_type="")
        elif plan.target and plan.add_missing:
            _add_missing(access, plan, column)
        plans.append(plan)
    return plans, {"fields": made}


def _values(plan: ColumnPlan, column: Column) -> list[str]:
    return [value for value in column.values if value not in plan.empty]


def _make_field(access: Access, plan: ColumnPlan, column: Column) -> str:
    options: dict[str, Any] = {}
    if plan.new_type in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        values = _values(plan, column)
        options["choices"] = _single(values) if plan.new_type == FieldType.MULTI_PICK else values
    field = create_field(
        access.also("fields.configure"),
        record="lead",
        label=_free_label(plan.new_label),
        type=plan.new_type,
        headers=[column.header[:80]],
        **options,
    )
    return str(field.key)


def _free_label(label: str) -> str:
    """The label, numbered when a field is called so already."""
    taken = {text.fold(str(field.label)) for field in record_type("lead").all_fields.values()}
    counter, free = 2, label
    while text.fold(free) in taken:
        free = f"{label} ({counter})"
        counter += 1
    return free


def _add_missing(access: Access, plan: ColumnPlan, column: Column) -> None:
    values = _values(plan, column)
    if plan.target == "source":
        ensure_sources(access, values)
    elif plan.target == "campaign":
        ensure_campaigns(access, values)
    else:
        field = record_type("lead").field(plan.target)
        key = picklist_of(field) if field is not None else ""
        if field is not None and key and access.may("picklists.configure"):
            words = _single(values) if field.type == FieldType.MULTI_PICK else values
            unknown = [word for word in words if field.options.find(word) is None]
            add_choices(access.also("picklists.configure"), key, unknown)


def may_add(access: Access, field: Field) -> bool:
    """Whether what a column names and nobody knows yet can be added by this person."""
    if field.key in ("source", "campaign"):
        return access.may(f"{field.key}s.create")
    return access.may("picklists.configure") and bool(picklist_of(field))


def _single(values: Iterable[str]) -> list[str]:
    """The words of cells that hold several choices, one by one."""
    parts = [part.strip() for value in values for part in _split(value)]
    return list(dict.fromkeys(part for part in parts if part))


def _split(value: str) -> list[str]:
    for mark in "；,，、|":
        value = value.replace(mark, ";")
    return value.split(";")


def picklist_of(field: Field) -> str:
    """The key of the list that a field chooses from, where choices may be added; else empty."""
    if not field.is_custom:
        return PICKLISTS.get(field.key, "")
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return ""
    row = find_custom_field("lead", field.name)
    return row.picklist.key if row.picklist is not None and row.retired_at is None else ""
