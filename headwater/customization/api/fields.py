"""Fields of record types: what there is, and the administrator's own."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.customization import services
from headwater.customization.models import CustomField
from headwater.customization.queries import get_custom_field
from headwater.customization.schemas import (
    CustomFieldOut,
    FieldIn,
    FieldPage,
    FieldPatch,
    ItemOrderIn,
    MaybeRecordParam,
    RecordParam,
    custom_field_out,
    field_out,
)
from headwater.kernel.access import FieldRule, permit
from headwater.kernel.catalogue import find_record_type
from headwater.kernel.errors import Invalid
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
)

router = Router(tags=["Fields"])


@router.get(
    "", operation_id="field_list", response={200: FieldPage, 404: Problem}, summary="Fields of a record type"
)
def list_fields(request: ApiRequest, params: Query[RecordParam]) -> HttpResponse:
    """Built-in and custom fields that the caller may see, with operators for filters and choices."""
    access = permit(request, "fields.view")
    kind = find_record_type(params.record)
    ids = dict(
        CustomField.objects.filter(record=kind.key, retired_at=None).values_list("name", "id")
        if kind.is_customizable
        else ()
    )
    rules = {key: access.field_rule(kind.key, key) for key in kind.all_fields}
    return json_response(
        {
            "items": [
                field_out(field, rules[key], ids.get(field.name) if field.is_custom else None)
                for key, field in kind.all_fields.items()
                if rules[key] != FieldRule.HIDDEN
            ]
        }
    )


@router.post(
    "",
    operation_id="field_create",
    response={201: CustomFieldOut, 409: Problem, 422: Problem},
    summary="Add a custom field",
)
@idempotent
def create_field(request: ApiRequest, body: FieldIn, params: Query[MaybeRecordParam]) -> HttpResponse:
    """It takes part in forms, lists, filters, imports, exports and the API at once."""
    access = permit(request, "fields.configure")
    values = _given(body)
    record = values.pop("record", None) or params.record
    if not record:
        raise Invalid.one("record", "value.required", _("This is required."))
    row = services.create_field(access, record=record, **values)
    return created_response(
        custom_field_out(row), location=f"{request.path.rstrip('/')}/{row.pk}", version=row.version
    )


@router.post(
    "/order", operation_id="field_order", response={204: None, 404: Problem}, summary="Order custom fields"
)
def order_fields(request: ApiRequest, body: ItemOrderIn) -> HttpResponse:
    """Those not named follow in their old order."""
    services.order_fields(permit(request, "fields.configure"), body.record, body.ids)
    return empty_response()


@router.get(
    "/{field_id}",
    operation_id="field_get",
    response={200: CustomFieldOut, 404: Problem},
    summary="A custom field",
)
def get_field(request: ApiRequest, field_id: RecordId) -> HttpResponse:
    """Retired ones too."""
    return _answer(get_custom_field(permit(request, "fields.view"), field_id))


@router.patch(
    "/{field_id}",
    operation_id="field_update",
    response={200: CustomFieldOut, 404: Problem, 412: Problem, 422: Problem},
    summary="Change a custom field",
)
def update_field(request: ApiRequest, field_id: RecordId, body: FieldPatch) -> HttpResponse:
    """Its name, record and type stay."""
    access = permit(request, "fields.configure")
    return _answer(services.update_field(access, field_id, version=check_version(request), **_given(body)))


@router.post(
    "/{field_id}/retire",
    operation_id="field_retire",
    response={200: CustomFieldOut, 404: Problem},
    summary="Retire a custom field",
)
def retire_field(request: ApiRequest, field_id: RecordId) -> HttpResponse:
    """Records keep their values; it can be restored."""
    return _answer(services.retire_field(permit(request, "fields.configure"), field_id))


@router.post(
    "/{field_id}/restore",
    operation_id="field_restore",
    response={200: CustomFieldOut, 404: Problem, 422: Problem},
    summary="Restore a retired field",
)
def restore_field(request: ApiRequest, field_id: RecordId) -> HttpResponse:
    """With the values it had."""
    return _answer(services.restore_field(permit(request, "fields.configure"), field_id))


def _given(body: FieldIn | FieldPatch) -> dict[str, Any]:
    values = body.model_dump(exclude_unset=True)
    if "name" in values and values["name"] is None:
        del values["name"]
    return values


def _answer(row: CustomField) -> HttpResponse:
    return json_response(custom_field_out(row), version=row.version)
