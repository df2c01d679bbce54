"""Custom fields: for the catalogue, and for the settings pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.customization.models import CustomField, SavedView
from headwater.customization.queries.snapshot import as_field, current
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType
from headwater.kernel.errors import NotFound


def custom_fields_of(record: str) -> Sequence[Field]:
    """The field provider of the catalogue: active custom fields in order, from memory."""
    return current().fields.get(record, ())


@dataclass(frozen=True, slots=True)
class FieldCard:
    """A field on the settings page, built-in (`row` None) or custom."""

    field: Field
    row: CustomField | None

    @property
    def is_retired(self) -> bool:
        return self.row is not None and self.row.retired_at is not None

    @property
    def type_label(self) -> str:
        return str(FieldType(self.field.type).label)


def field_cards(access: Access, kind: RecordType, *, retired: bool = False) -> list[FieldCard]:
    """The fields of a record type, built-in ones first; `retired` gives the retired ones instead."""
    rows = CustomField.objects.filter(record=kind.key, retired_at__isnull=not retired)
    custom = [
        FieldCard(as_field(row), row) for row in rows.select_related("picklist").order_by("position", "id")
    ]
    return custom if retired else [*(FieldCard(field, None) for field in kind.fields), *custom]


def get_custom_field(access: Access, field_id: int) -> CustomField:
    """One custom field, retired or not; refuses with `NotFound`."""
    row = CustomField.objects.select_related("picklist").filter(pk=field_id).first()
    if row is None:
        raise NotFound(record="field", id=field_id)
    return row


def find_custom_field(record: str, name: str) -> CustomField:
    """The same by record type and name."""
    row = CustomField.objects.select_related("picklist").filter(record=record, name=name).first()
    if row is None:
        raise NotFound(record="field", id=name)
    return row


def views_that_use(record: str, key: str) -> list[str]:
    """Names of the saved views whose filter, order or columns speak of the field."""
    found = []
    for view in SavedView.objects.filter(record=record).order_by("name"):
        sorts = {part.strip().lstrip("-") for part in view.sort.split(",")}
        if key in view.columns or key in sorts or key in keys_in(view.criteria):
            found.append(view.name)
    return found


def keys_in(criteria: Any) -> set[str]:
    """The field keys that raw criteria name."""
    if isinstance(criteria, list):
        return {key for part in criteria for key in keys_in(part)}
    if not isinstance(criteria, dict):
        return set()
    own = {criteria["field"]} if isinstance(criteria.get("field"), str) else set()
    return own | {
        key for word in ("all", "any", "not") if word in criteria for key in keys_in(criteria[word])
    }
