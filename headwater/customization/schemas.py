"""Shapes of the room's API."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from headwater.customization.models import CustomField
from headwater.customization.queries import ItemCard, ListView, PicklistCard
from headwater.customization.services.definition import definition_of
from headwater.kernel.access import FieldRule
from headwater.kernel.catalogue import Field as RecordField
from headwater.kernel.catalogue import FieldType
from headwater.kernel.criteria import operators_for

MAX_CHOICES_SHOWN = 300
Id = Annotated[int, Field(ge=1, lt=2**63)]


class Strict(Schema):
    """Input: what is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class ChoiceOut(Schema):
    value: str
    label: str
    color: str
    parent: str | None
    is_retired: bool


class OperatorOut(Schema):
    key: str
    label: str
    wants: str = Field(description="Shape of the value: nothing, one, many, pair, text or period.")


class FieldOut(Schema):
    """A field of a record type, built-in or custom."""

    key: str = Field(description="As criteria, sort and columns name it: `name`, `custom.budget`.")
    label: str
    type: str
    group: str
    help: str
    relation: str
    is_required: bool
    is_editable: bool
    is_sortable: bool
    is_custom: bool
    rule: str = Field(description="What the caller may do: visible, read_only or masked.")
    operators: list[OperatorOut]
    choices: list[ChoiceOut] | None = Field(description="None for lists too long to show; see picklists.")
    id: int | None = Field(description="Of custom fields: to change or retire it.")


class FieldPage(Schema):
    items: list[FieldOut]


class CustomFieldOut(Schema):
    """The definition of a custom field."""

    id: int
    record: str
    name: str
    key: str
    label: str
    labels: dict[str, str]
    type: str
    help: str
    group: str
    position: int
    is_required: bool
    default: Any = None
    minimum: float | None
    maximum: float | None
    decimals: int | None
    max_length: int
    pattern: str
    relation: str
    picklist: str | None
    number_format: str
    is_personal: bool
    in_list: bool
    headers: list[str]
    is_filterable: bool
    index_state: str
    is_retired: bool
    version: int


class ChoiceIn(Strict):
    value: str | None = Field(None, max_length=200)
    label: str | None = Field(None, max_length=200)
    color: str | None = None
    parent: str | None = None


class FieldSettings(Strict):
    """How a custom field behaves."""

    labels: dict[str, str] | None = None
    help: str | None = None
    group: str | None = None
    is_required: bool | None = None
    default: Any = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    decimals: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    number_format: str | None = None
    is_personal: bool | None = None
    in_list: bool | None = None
    headers: list[str] | None = Field(None, max_length=20)
    is_filterable: bool | None = Field(None, description="Keep an index for fast filters and sorting.")
    choices: list[str | ChoiceIn] | None = Field(None, max_length=2000)


class FieldIn(FieldSettings):
    """A new custom field."""

    record: str | None = Field(
        None, description="lead, account, contact, opportunity ...; or in the address."
    )
    label: str
    type: str = Field(description="text, number, money, date, picklist ...")
    name: str | None = Field(None, description="Made from the label when left out.")
    relation: str | None = None
    picklist: str | None = Field(None, description="Key of a shared picklist, instead of `choices`.")


class FieldPatch(FieldSettings):
    """What changes; `choices` adds to the field's own list."""

    label: str | None = None


class ItemOrderIn(Strict):
    record: str
    ids: list[Id] = Field(max_length=1000)


class PicklistOut(Schema):
    key: str
    label: str
    help: str
    is_builtin: bool
    is_fixed: bool
    used_by: list[str]
    choices: list[ChoiceOut]


class PicklistPage(Schema):
    items: list[PicklistOut]


class PicklistIn(Strict):
    label: str
    key: str | None = None
    help: str | None = None
    choices: list[str | ChoiceIn] = Field(default_factory=list, max_length=2000)


class PicklistPatch(Strict):
    label: str | None = None
    help: str | None = None


class ChoicesIn(Strict):
    choices: list[str | ChoiceIn] = Field(max_length=2000)


class ChoicePatch(Strict):
    value: str
    label: str | None = None
    labels: dict[str, str] | None = None
    color: str | None = None
    is_retired: bool | None = None


class ValuesIn(Strict):
    values: list[str] = Field(max_length=2000)


class ChoicesOut(Schema):
    items: list[ChoiceOut]


class ViewOut(Schema):
    """A list view."""

    key: str
    id: int | None
    name: str
    record: str
    criteria: dict[str, Any]
    sort: str
    columns: list[str]
    density: str
    sharing: str
    department_ids: list[int]
    role_ids: list[int]
    is_builtin: bool
    is_mine: bool
    owner: dict[str, Any] | None
    version: int


class ViewPage(Schema):
    items: list[ViewOut]


class ViewSettings(Strict):
    criteria: dict[str, Any] | None = None
    sort: str | None = None
    columns: list[str] | None = Field(None, max_length=100)
    density: str | None = None
    sharing: str | None = Field(None, description="private, selected or everyone.")
    department_ids: list[Id] | None = Field(None, max_length=200)
    role_ids: list[Id] | None = Field(None, max_length=200)


class ViewIn(ViewSettings):
    record: str | None = Field(None, description="Or in the address.")
    name: str


class ViewPatch(ViewSettings):
    name: str | None = None


class RecordParam(Schema):
    record: str = Field(max_length=40, description="lead, account, contact, opportunity, campaign ...")


class MaybeRecordParam(Schema):
    record: str | None = Field(None, max_length=40)


# --- the answers


def field_out(field: RecordField, rule: FieldRule, field_id: int | None) -> dict[str, Any]:
    """A field as the caller meets it."""
    choices = field.options
    return {
        "key": field.key,
        "label": str(field.label),
        "type": field.type.value,
        "group": str(field.group),
        "help": str(field.help),
        "relation": field.relation,
        "is_required": field.required,
        "is_editable": field.editable and rule == FieldRule.VISIBLE,
        "is_sortable": field.sortable,
        "is_custom": field.is_custom,
        "rule": rule.value,
        "operators": [
            {"key": item.key, "label": str(item.label), "wants": item.wants.value}
            for item in (operators_for(field) if field.filterable else ())
        ],
        "choices": None if len(choices) > MAX_CHOICES_SHOWN else [choice_out(choice) for choice in choices],
        "id": field_id,
    }


def choice_out(choice: Any) -> dict[str, Any]:
    """A choice of the catalogue."""
    return {
        "value": choice.value,
        "label": str(choice.label),
        "color": choice.color,
        "parent": choice.parent,
        "is_retired": choice.retired,
    }


def item_out(item: ItemCard) -> dict[str, Any]:
    """A choice of the settings."""
    return {
        "value": item.value,
        "label": item.label,
        "color": item.color,
        "parent": item.parent,
        "is_retired": item.is_retired,
    }


def custom_field_out(row: CustomField) -> dict[str, Any]:
    """A custom field's definition."""
    return definition_of(row) | {
        "id": row.pk,
        "record": row.record,
        "key": row.key,
        "type": FieldType(row.type).value,
        "position": row.position,
        "index_state": str(row.index_state),
        "is_retired": row.retired_at is not None,
        "version": row.version,
    }


def picklist_out(card: PicklistCard) -> dict[str, Any]:
    """A picklist with its choices."""
    return {
        "key": card.key,
        "label": str(card.label),
        "help": str(card.help),
        "is_builtin": card.is_builtin,
        "is_fixed": card.is_fixed,
        "used_by": card.used_by,
        "choices": [item_out(item) for item in card.items],
    }


def view_out(view: ListView, record: str) -> dict[str, Any]:
    """A view, built-in or saved."""
    return {
        "key": view.key,
        "id": view.id,
        "name": str(view.label),
        "record": record,
        "criteria": dict(view.criteria),
        "sort": view.sort,
        "columns": list(view.columns),
        "density": view.density,
        "sharing": str(view.sharing),
        "department_ids": list(view.department_ids),
        "role_ids": list(view.role_ids),
        "is_builtin": view.is_builtin,
        "is_mine": view.is_mine,
        "owner": None if view.owner_id is None else {"id": view.owner_id, "name": view.owner_name},
        "version": view.version,
    }
