"""JSON API of captures: a new lead, and somebody who inquires again."""

from typing import Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.leads import services
from headwater.leads.record_type import LEAD
from headwater.leads.services import OnDuplicate
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    created_response,
    idempotent,
    json_response,
    read_object,
    record_schema,
)
from headwater.platform.api.schemas import body, input_schema

DOOR = "api"


class CaptureParams(Schema):
    on_duplicate: OnDuplicate = Field(
        OnDuplicate.REFUSE,
        description="With reinquire a known contact is no refusal: its lead gets a touch and wakes up.",
    )
    key: str | None = Field(
        None,
        max_length=200,
        description="The capture's name where it comes from: sent again, it is the same touch.",
    )


class CapturedOut(Schema):
    """A capture that met a known lead."""

    id: int | None = Field(description="The lead; null when it lies out of sight.")
    is_new: bool
    touch_id: int | None
    is_woken: bool = Field(description="It lay in a pool or was invalid, and is active again.")
    is_repeated: bool = Field(description="This key had been recorded before; nothing happened.")


class TouchIn(Schema):
    """How somebody inquired again."""

    source: int | None = None
    channel: int | None = None
    campaign: int | None = None
    keyword: str = ""
    landing_page: str = ""
    utm: dict[str, Any] | None = None
    note: str = Field("", max_length=10_000, description="What they said.")
    key: str | None = Field(None, max_length=200, description="Sent again, it is the same touch.")


class TouchOut(Schema):
    lead_id: int
    touch_id: int
    is_woken: bool
    is_repeated: bool


@idempotent
def create(request: ApiRequest, params: Query[CaptureParams]) -> HttpResponse:
    access = permit(request, "leads.create")
    values = read_object(request)
    warnings: list[dict[str, Any]] = []
    if params.on_duplicate == OnDuplicate.REFUSE:
        known = {key: value for key, value in values.items() if key not in ("owner", "pool")}
        warnings = services.similar_to(access, known, confirmed=True)
        lead_id = services.create_lead(access, values, door=DOOR)
    else:
        captured = services.capture_lead(access, values, door=DOOR, key=params.key)
        if not captured.is_new:
            return json_response(
                {
                    "id": captured.lead_id,
                    "is_new": False,
                    "touch_id": captured.touch_id,
                    "is_woken": captured.is_woken,
                    "is_repeated": captured.is_repeated,
                }
            )
        assert captured.lead_id is not None
        lead_id = captured.lead_id
    row = _read_back(access, lead_id)
    if warnings:
        row = row | {"warnings": warnings}
    return created_response(row, location=f"{request.path.rstrip('/')}/{lead_id}", version=row.get("version"))


@idempotent
def touch(request: ApiRequest, lead_id: RecordId, given: TouchIn) -> HttpResponse:
    access = permit(request, "leads.create")
    values = given.dict(exclude_none=True, exclude={"key"})
    found = services.inquire_again(access, lead_id, values, door=DOOR, key=given.key)
    return json_response(
        {
            "lead_id": found.lead_id,
            "touch_id": found.touch_id,
            "is_woken": found.is_woken,
            "is_repeated": found.is_repeated,
        }
    )


def _read_back(access: Access, lead_id: int) -> dict[str, Any]:
    # What was made may lie outside what its maker may see; then its id has to do.
    if access.may("leads.view"):
        try:
            return listing.get(access.also("leads.view"), record_type("lead"), lead_id)
        except NotFound:
            pass
    return {"id": lead_id}


def offer(router: Router) -> None:
    """Add the endpoints to the router of leads: two routers cannot share an address."""
    router.post(
        "",
        operation_id="lead_create",
        summary="Create a lead",
        description="Send an `Idempotency-Key` to be able to repeat the request safely. A known contact is"
        " refused with 409, unless `on_duplicate=reinquire`: then 200 tells of the lead that inquired again."
        " What looks like a known record comes back under `warnings`, or is refused with 409"
        " (`duplicate.blocked`) where a rule says so.",
        response={201: record_schema(LEAD), 200: CapturedOut, 409: Problem, 422: Problem},
        openapi_extra=body(input_schema(LEAD, partial=False)),
    )(create)
    router.post(
        "/{lead_id}/touches",
        operation_id="lead_touch",
        summary="Record that somebody inquired again",
        description="A lead in a pool or invalid becomes active at once; the owner of any other is told.",
        response={200: TouchOut, 404: Problem, 422: Problem},
    )(touch)
