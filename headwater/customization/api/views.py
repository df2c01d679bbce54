"""Saved views."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.customization import services
from headwater.customization.models import SavedView
from headwater.customization.queries import find_view, views_of
from headwater.customization.schemas import (
    MaybeRecordParam,
    RecordParam,
    ViewIn,
    ViewOut,
    ViewPage,
    ViewPatch,
    view_out,
)
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import find_record_type, record_type
from headwater.kernel.errors import Invalid, NotFound
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

router = Router(tags=["Views"])


@router.get("", operation_id="view_list", response={200: ViewPage, 404: Problem}, summary="Views of a list")
def list_views(request: ApiRequest, params: Query[RecordParam]) -> HttpResponse:
    """Built-in ones, one's own and those shared with the caller."""
    access = permit(request, "views.view")
    kind = find_record_type(params.record)
    seen = views_of(access.also(kind.permission("view")), kind)
    return json_response({"items": [view_out(view, kind.key) for view in seen]})


@router.post("", operation_id="view_create", response={201: ViewOut, 422: Problem}, summary="Save a view")
@idempotent
def create_view(request: ApiRequest, body: ViewIn, params: Query[MaybeRecordParam]) -> HttpResponse:
    """Private unless shared; sharing needs `views.share`."""
    access = permit(request, "views.create")
    values = body.model_dump(exclude_unset=True)
    record = values.pop("record", None) or params.record
    if not record:
        raise Invalid.one("record", "value.required", _("This is required."))
    access = access.also(find_record_type(record).permission("view"))
    row = services.save_view(access, record=record, **values)
    return created_response(
        _shown(access, row), location=f"{request.path.rstrip('/')}/{row.pk}", version=row.version
    )


@router.get(
    "/{view_id}", operation_id="view_get", response={200: ViewOut, 404: Problem}, summary="A saved view"
)
def get_view(request: ApiRequest, view_id: RecordId) -> HttpResponse:
    """Somebody else's private view does not exist."""
    access, row = _found(permit(request, "views.view"), view_id)
    return json_response(_shown(access, row), version=row.version)


@router.patch(
    "/{view_id}",
    operation_id="view_update",
    response={200: ViewOut, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
    summary="Change a view",
)
def update_view(request: ApiRequest, view_id: RecordId, body: ViewPatch) -> HttpResponse:
    """One's own, or a shared one with `views.share`."""
    access, _row = _found(permit(request, "views.edit"), view_id)
    changes = body.model_dump(exclude_unset=True)
    row = services.update_view(access, view_id, version=check_version(request), **changes)
    return json_response(_shown(access, row), version=row.version)


@router.delete(
    "/{view_id}",
    operation_id="view_delete",
    response={204: None, 404: Problem, 409: Problem},
    summary="Delete a view",
)
def delete_view(request: ApiRequest, view_id: RecordId) -> HttpResponse:
    """The records it showed are untouched."""
    access, _row = _found(permit(request, "views.delete"), view_id)
    services.delete_view(access, view_id)
    return empty_response()


def _found(access: Access, view_id: int) -> tuple[Access, SavedView]:
    row = SavedView.objects.filter(pk=view_id).first()
    if row is None:
        raise NotFound(record="view", id=view_id)
    kind = record_type(row.record)
    if not access.may(kind.permission("view")):
        raise NotFound(record="view", id=view_id)
    access = access.also(kind.permission("view"))
    find_view(access, kind, f"v{view_id}")
    return access, row


def _shown(access: Access, row: SavedView) -> dict[str, Any]:
    return view_out(find_view(access, record_type(row.record), f"v{row.pk}"), row.record)
