"""Custom fields: made, changed, put in order, retired and brought back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.customization.errors import NotCustomizable, TooManyFields
from headwater.customization.events import FieldsChanged
from headwater.customization.models import CustomField
from headwater.customization.naming import free_name, identifier
from headwater.customization.queries.fields import get_custom_field
from headwater.customization.queries.snapshot import mark_changed
from headwater.customization.services.definition import CHANGEABLE, check_definition, definition_of
from headwater.customization.services.indexes import ask_for_index
from headwater.customization.services.numbers import make_sequence
from headwater.customization.services.picklists import add_choices, create_picklist
from headwater.customization.types import IndexState
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import FieldType, find_record_type
from headwater.kernel.errors import Invalid, Stale
from headwater.platform import audit
from headwater.platform.events import emit

MAX_FIELDS = 200


@transaction.atomic
def create_field(
    access: Access,
    *,
    record: str,
    label: str,
    type: str,  # noqa: A002 - the word that the API uses
    name: str = "",
    **options: Any,
) -> CustomField:
    """Add a field to a record type; it takes part everywhere at once.

    `name` is made from the label when left out and never changes. Options: is_required, default, minimum,
    maximum, decimals, max_length, pattern, relation, picklist (key of a shared list) or choices (texts or
    {value, label, color, parent}), number_format, help, group, labels, headers, in_list, is_personal,
    is_filterable.
    """
    kind = find_record_type(record)
    if not kind.is_customizable:
        raise NotCustomizable(record=kind.label)
    existing = list(CustomField.objects.filter(record=kind.key))
    active = [row for row in existing if row.retired_at is None]
    if len(active) >= MAX_FIELDS:
        raise TooManyFields(limit=MAX_FIELDS, used=len(active))
    choices = options.pop("choices", None)
    values = check_definition({"label": label, "type": type, "name": name} | options, choices)
    taken = {row.name for row in existing}
    if name and name in taken:
        raise Invalid.one("name", "field.name_taken", _("A field has this name, or had it once."))
    values["name"] = name or free_name(identifier(values["label"], "field"), taken)
    _label_is_free(active, values["label"], kind.fields)
    if choices is not None:
        key = f"{kind.key}.{values['name']}"
        values["picklist"] = create_picklist(
            access, label=values["label"], key=key, choices=choices, is_own=True
        )
    wants_index = values.pop("is_filterable", False)
    moment = clock.now()
    last = CustomField.objects.filter(record=kind.key).aggregate(last=Max("position"))["last"]
    values.setdefault("position", (last or 0) + 10)
    row = CustomField.objects.create(
        record=kind.key, created_at=moment, updated_at=moment, created_by_id=access.user_id, **values
    )
    if row.type == FieldType.AUTO_NUMBER:
        make_sequence(row)
    if wants_index:
        ask_for_index(row, wanted=True)
    _record(access, row, "create", {key: [None, value] for key, value in definition_of(row).items() if value})
    return row


@transaction.atomic
def update_field(access: Access, field_id: int, *, version: int | None = None, **changes: Any) -> CustomField:
    """Change what a field is called and how it behaves; name, record and type stay.

    `choices` adds to the list that belongs to the field. Refuses with `Stale` or `Invalid`.
    """
    row = _locked(access, field_id)
    if version is not None and version != row.version:
        raise Stale(version=row.version)
    for key in ("name", "type", "record"):
        if key in changes and changes.pop(key) != getattr(row, key):
            raise Invalid.one(
                key, "field.fixed", _("This cannot change any more; make a new field and retire this one.")
            )
    choices = changes.pop("choices", None)
    before = definition_of(row)
    given = {key: before[key] for key in CHANGEABLE} | changes
    values = check_definition(
        given | {"type": row.type, "name": row.name}, choices, is_new=False, has_list=row.picklist is not None
    )
    others = [
        other
        for other in CustomField.objects.filter(record=row.record, retired_at=None)
        if other.pk != row.pk
    ]
    _label_is_free(others, values["label"], ())
    wants_index = values.pop("is_filterable", row.is_filterable)
    for key in set(values) & set(CHANGEABLE):
        setattr(row, key, values[key])
    if choices is not None and row.picklist is not None:
        add_choices(access, row.picklist.key, choices)
    _save(row)
    if wants_index != row.is_filterable:
        ask_for_index(row, wanted=wants_index)
    after = definition_of(row)
    _record(
        access, row, "update", {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    )
    return row


@transaction.atomic
def retire_field(access: Access, field_id: int) -> CustomField:
    """Take a field out of forms, lists and filters; what records hold in it is kept."""
    row = _locked(access, field_id)
    if row.retired_at is not None:
        return row
    row.retired_at = clock.now()
    _save(row)
    if row.is_filterable or row.index_state != IndexState.NONE:
        ask_for_index(row, wanted=False)
    _record(access, row, "retire", {"retired": [False, True]})
    return row


@transaction.atomic
def restore_field(access: Access, field_id: int) -> CustomField:
    """Bring a retired field back with the values it had."""
    row = _locked(access, field_id)
    if row.retired_at is None:
        return row
    others = CustomField.objects.filter(record=row.record, retired_at=None)
    _label_is_free(list(others), row.label, ())
    row.retired_at = None
    _save(row)
    _record(access, row, "restore", {"retired": [True, False]})
    return row


@transaction.atomic
def order_fields(
    access: Access, record: str, ids: Sequence[int], groups: Mapping[int, str] | None = None
) -> None:
    """Bring the custom fields of a record type into this order, others behind; `groups` moves some."""
    kind = find_record_type(record)
    rows = list(CustomField.objects.select_for_update().filter(record=kind.key).order_by("position", "id"))
    place = {field_id: index for index, field_id in enumerate(ids)}
    rows.sort(key=lambda row: place.get(row.pk, len(place)))
    for index, row in enumerate(rows):
        row.position = index * 10
        row.group = text.tidy((groups or {}).get(row.pk, row.group))[:80]
    CustomField.objects.bulk_update(rows, ["position", "group"])
    audit.record(access, "field", None, "order", {kind.key: [None, [row.name for row in rows]]})
    _tell(access, kind.key, [row.name for row in rows])


def _locked(access: Access, field_id: int) -> CustomField:
    get_custom_field(access, field_id)
    return CustomField.objects.select_for_update(of=("self",)).select_related("picklist").get(pk=field_id)


def _save(row: CustomField) -> None:
    row.version += 1
    row.updated_at = clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise _label_taken() from None


def _label_taken() -> Invalid:
    return Invalid.one("label", "field.label_taken", _("Another field is called so already."))


def _label_is_free(others: Sequence[CustomField], label: str, builtin: Sequence[Any]) -> None:
    wanted = text.fold(label)
    if any(text.fold(other.label) == wanted for other in others):
        raise _label_taken()
    if any(text.fold(str(field.label)) == wanted for field in builtin):
        raise _label_taken()


def _record(access: Access, row: CustomField, action: str, changes: Mapping[str, Any]) -> None:
    audit.record(access, "field", row.pk, action, dict(changes))
    _tell(access, row.record, [row.name])


def _tell(access: Access, record: str, names: Sequence[str]) -> None:
    mark_changed()
    emit(FieldsChanged(record=record, fields=list(names)), access)
