"""JSON API of hooks: what the screens do, with the same services."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from ninja import Query, Schema
from ninja.decorators import decorate_view
from pydantic import Field

from headwater.hooks import mapping, queries, schemas, services
from headwater.hooks.bodies import shown
from headwater.hooks.mapping import Rule
from headwater.hooks.models import Delivery, Hook
from headwater.hooks.types import State
from headwater.hooks.web.frame import address_of
from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    empty_response,
    json_response,
    record_router,
)
from headwater.platform.api.requests import MAX_ID

router = record_router("hook")


class HookDeliveryParams(Schema):
    """Which deliveries."""

    state: State | None = Field(None, description="Only those in this state.")
    before: int | None = Field(None, ge=1, le=MAX_ID, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=queries.MOST)


@router.get("/{hook_id}/mapping", operation_id="hook_mapping", response=schemas.HookShape,
            summary="Where a hook takes deliveries, and what becomes which field")  # fmt: skip
def get_mapping(request: ApiRequest, hook_id: RecordId) -> HttpResponse:
    return _shape(queries.hook_by_id(permit(request, "hooks.view"), hook_id))


@router.put("/{hook_id}/mapping", operation_id="hook_set_mapping",
            response={200: schemas.HookShape, 404: Problem, 412: Problem, 422: Problem},
            summary="Set what becomes which field")  # fmt: skip
def set_mapping(request: ApiRequest, hook_id: RecordId, body: schemas.RulesIn) -> HttpResponse:
    access = permit(request, "hooks.edit")
    rules = [Rule(one.field, one.kind, tuple(one.paths), one.text, one.values) for one in body.rules]
    services.set_mapping(access, hook_id, rules, version=check_version(request))
    return _shape(queries.hook_by_id(access, hook_id))


@router.post("/{hook_id}/try", operation_id="hook_try",
             response={200: schemas.TriedOut, 404: Problem, 422: Problem},
             summary="What would become of a delivery; nothing is written")  # fmt: skip
def try_body(request: ApiRequest, hook_id: RecordId, body: schemas.TryIn) -> HttpResponse:
    access = permit(request, "hooks.edit")
    hook = queries.hook_by_id(access, hook_id)
    tried = services.try_body(access, hook, body.body, mapping.read(hook.mapping), is_masked=False)
    told = {
        "outcome": tried.outcome,
        "values": {one.field: one.value for one in tried.found},
        "complaints": {one.field: one.complaint for one in tried.found if one.complaint},
        "code": tried.code,
        "detail": tried.words,
        "lead": tried.lead_id,
    }
    return json_response(told)


@router.post("/{hook_id}/secret", operation_id="hook_secret",
             response={200: schemas.SecretOut, 404: Problem},
             summary="The secret in clear; that you looked is recorded")  # fmt: skip
@decorate_view(never_cache)
def reveal_secret(request: ApiRequest, hook_id: RecordId) -> HttpResponse:
    access = permit(request, "hooks.edit")
    return json_response({"secret": services.reveal_secret(access, hook_id)})


@router.put("/{hook_id}/secret", operation_id="hook_set_secret",
            response={204: None, 404: Problem, 422: Problem},
            summary="Another secret; the old one is good for a while")  # fmt: skip
def set_secret(request: ApiRequest, hook_id: RecordId, body: schemas.SecretIn) -> HttpResponse:
    access = permit(request, "hooks.edit")
    services.set_secret(access, hook_id, secret=body.secret, overlap_hours=body.overlap_hours)
    return empty_response()


@router.get("/{hook_id}/deliveries", operation_id="hook_deliveries",
            response={200: schemas.DeliveryPage, 404: Problem, 422: Problem},
            summary="What was delivered, newest first, without its content")  # fmt: skip
def list_deliveries(
    request: ApiRequest, hook_id: RecordId, params: Query[HookDeliveryParams]
) -> HttpResponse:
    access = permit(request, "hooks.view")
    queries.hook_by_id(access, hook_id)
    state = params.state.value if params.state else ""
    found = queries.deliveries(access, hook_id, state=state, before=params.before, limit=params.limit)
    following = found[-1]["id"] if len(found) == params.limit else None
    items = [
        {
            "id": one["id"],
            "at": one["at"],
            "state": one["state"],
            "code": one["code"],
            "detail": one["detail"],
            "lead": one["lead_id"],
            "touch": one["touch_id"],
            "is_new": one["is_new"],
        }
        for one in found
    ]
    return json_response({"items": items, "next": following})


@router.post("/{hook_id}/deliveries/retry", operation_id="hook_retry_all",
             response={200: schemas.Counted, 404: Problem},
             summary="Try all dead letters again, in the background")  # fmt: skip
def retry_all(request: ApiRequest, hook_id: RecordId) -> HttpResponse:
    return json_response({"count": services.retry_all(permit(request, "hooks.edit"), hook_id)})


@router.get("/{hook_id}/deliveries/{delivery_id}", operation_id="hook_delivery",
            response={200: schemas.DeliveryWhole, 404: Problem},
            summary="One delivery with what came")  # fmt: skip
def get_delivery(request: ApiRequest, hook_id: RecordId, delivery_id: RecordId) -> HttpResponse:
    found = queries.delivery_of(permit(request, "hooks.view"), hook_id, delivery_id)
    return json_response(_delivery(found) | {"body": shown(found.body)})


@router.post("/{hook_id}/deliveries/{delivery_id}/retry", operation_id="hook_retry",
             response={200: schemas.DeliveryState, 404: Problem, 409: Problem},
             summary="Try a dead letter again now")  # fmt: skip
def retry(request: ApiRequest, hook_id: RecordId, delivery_id: RecordId) -> HttpResponse:
    access = permit(request, "hooks.edit")
    state = services.retry(access, hook_id, delivery_id)
    found = queries.delivery_of(access, hook_id, delivery_id)
    return json_response({"state": state.value, "code": found.code, "detail": found.detail})


@router.post("/{hook_id}/deliveries/{delivery_id}/discard", operation_id="hook_discard",
             response={204: None, 404: Problem, 409: Problem, 422: Problem},
             summary="Put a dead letter aside, with a reason")  # fmt: skip
def discard(
    request: ApiRequest, hook_id: RecordId, delivery_id: RecordId, body: schemas.DiscardIn
) -> HttpResponse:
    services.discard(permit(request, "hooks.edit"), hook_id, delivery_id, body.reason)
    return empty_response()


@router.get("/{hook_id}/statistics", operation_id="hook_statistics",
            response={200: schemas.HookFigures, 404: Problem},
            summary="Deliveries, new leads, failures and refusals by day")  # fmt: skip
def statistics(request: ApiRequest, hook_id: RecordId) -> HttpResponse:
    access = permit(request, "hooks.view")
    queries.hook_by_id(access, hook_id)
    return json_response({"days": [asdict(one) for one in queries.figures(access, hook_id)]})


@router.post("/{hook_id}/restore", operation_id="hook_restore", response={204: None, 404: Problem},
             summary="Open an archived hook again")  # fmt: skip
def restore(request: ApiRequest, hook_id: RecordId) -> HttpResponse:
    access = permit(request, "hooks.delete")
    queries.hook_by_id(access, hook_id)
    services.restore_hooks(access, [hook_id])
    return empty_response()


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "at": one.at,
        "state": one.state,
        "code": one.code,
        "detail": one.detail,
        "lead": one.lead_id,
        "touch": one.touch_id,
        "is_new": one.is_new,
    }


def _shape(hook: Hook) -> HttpResponse:
    rules = mapping.stored(mapping.read(hook.mapping))
    return json_response(
        {"url": address_of(hook), "rules": rules, "version": hook.version}, version=hook.version
    )


ROUTERS = {"/hooks": router}
