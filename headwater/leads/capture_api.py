"""JSON API of capture: the one address that any other system sends leads to."""

from typing import Any

from django.db import models
from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel.access import permit
from headwater.leads import services
from headwater.leads.record_type import LEAD
from headwater.leads.services.recapturing import MOST_KEY
from headwater.platform.api import ApiRequest, Problem, idempotent, json_response, read_object
from headwater.platform.api.schemas import body, input_schema

router = Router(tags=["Capture"])

DOOR = "api"


class CaptureOutcome(models.TextChoices):
    """What became of a capture."""

    CREATED = "created"
    WOKEN = "woken"
    REINQUIRED = "reinquired"
    REPEATED = "repeated"


class CaptureOut(Schema):
    """What became of it."""

    outcome: CaptureOutcome = Field(
        description="created: a new lead. woken: a known lead that lay idle is active again. reinquired: a"
        " known lead has one touch more. repeated: this key had been recorded before; nothing happened."
    )
    lead: int | None = Field(description="The lead; null when a known one lies out of sight.")
    touch: int | None = Field(description="The touch; null when the lead lies out of sight.")


def _shape() -> dict[str, Any]:
    shape = input_schema(LEAD, partial=False)
    text = {"type": "string"}
    for name, kind in (("source", "key or name"), ("channel", "name"), ("campaign", "name")):
        shape["properties"][name] = {
            "anyOf": [{"type": "integer"}, text],
            "description": f"Its id, or its {kind}.",
        }
    shape["properties"] |= {
        "keyword": {**text, "maxLength": 200, "description": "What they searched for."},
        "landing_page": {**text, "maxLength": 500, "description": "Where they arrived."},
        "utm": {"type": "object", "description": "source, medium, campaign, term, content ..."},
        **{
            f"utm_{name}": {**text, "description": f"The same as utm.{name}."}
            for name in ("source", "medium", "campaign", "term", "content")
        },
        "visitor": {**text, "description": "Who they are among our website's visitors: headwater.visitor()."},
        "key": {
            **text,
            "maxLength": MOST_KEY,
            "description": "The submission's name where it comes from: sent again, it is the same touch.",
        },
    }
    return shape


@router.post(
    "",
    operation_id="capture",
    summary="Send a lead in",
    description="From any system. A known contact is no refusal but another inquiry: its lead gets a touch,"
    " one in a pool or invalid becomes active, its owner is told. A new lead of an existing customer goes to"
    " that customer's owner. Needs leads.capture alone. Send an `Idempotency-Key` to repeat safely.",
    response={201: CaptureOut, 200: CaptureOut, 422: Problem},
    openapi_extra=body(_shape()),
)
@idempotent
def capture(request: ApiRequest) -> HttpResponse:
    access = permit(request, "leads.capture")
    values = services.read_origin(read_object(request))
    key = values.pop("key", None)
    captured = services.capture_lead(access, values, door=DOOR, key=None if key is None else str(key))
    told = {"outcome": _outcome(captured), "lead": captured.lead_id, "touch": captured.touch_id}
    return json_response(told, status=201 if captured.is_new else 200)


def _outcome(captured: services.Captured) -> CaptureOutcome:
    if captured.is_new:
        return CaptureOutcome.CREATED
    if captured.is_repeated:
        return CaptureOutcome.REPEATED
    return CaptureOutcome.WOKEN if captured.is_woken else CaptureOutcome.REINQUIRED
