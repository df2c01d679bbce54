"""JSON API of conversion: customers a lead may be, what it became, taking that back, the map of fields."""

from typing import Any

from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.leads import services
from headwater.leads.other_lines import line_offers
from headwater.leads.services import mapping
from headwater.leads.services.previewing_map import preview_map
from headwater.leads.services.unconverting import Undoing
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    idempotent,
    json_response,
    limit_rate,
)

leads = Router(tags=["leads"])
router = Router(tags=["Conversion"])


class NamedOut(Schema):
    id: int
    name: str


class CustomerOfferOut(Schema):
    """A known customer; one out of sight comes without ids and names."""

    account: NamedOut | None
    contact: NamedOut | None
    percent: int = Field(description="How likely it is the same.")
    reasons: list[str]
    owner: str
    since: str
    visible: bool


class LineOfferOut(Schema):
    line: str
    label: str
    rule: str | None = Field(description="The rule of business lines that suggests it.")


class OffersOut(Schema):
    customers: list[CustomerOfferOut]
    lines: list[LineOfferOut] = Field(
        description="Lines the lead has no opportunity in, suggested ones first."
    )


@leads.get("/{lead_id}/conversion-offers", operation_id="lead_conversion_offers", response=OffersOut,
           summary="Known customers this lead may be, and lines that may sell to them too")  # fmt: skip
def offers(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.convert")
    limit_rate("leads.duplicates", str(access.user_id), 120)
    row = listing.get(access.also("leads.view"), record_type("lead"), lead_id)
    return json_response(
        {
            "customers": [offer.as_json() for offer in services.customer_offers(access, row)],
            "lines": [offer.as_json() for offer in line_offers(access, lead_id)],
        }
    )


class PieceOut(Schema):
    record: str
    id: int
    name: str
    version: int
    made: bool = Field(description="Made by the conversion; false: it was there before and stays.")
    archived: bool = Field(description="Somebody has archived it already.")
    changed: bool = Field(description="Its values were changed since.")


class GrowthOut(Schema):
    record: str
    id: int
    name: str
    what: str
    count: int


class ConversionOut(Schema):
    at: str
    until: str = Field(description="Until then it can be undone.")
    can_undo: bool
    records: list[PieceOut]
    grown: list[GrowthOut] = Field(description="What came since and stands against an undo.")
    goes_to: int | None = Field(description="Who gets the lead back; null: it lies in its pool.")


@leads.get("/{lead_id}/conversion", operation_id="lead_conversion",
           response={200: ConversionOut, 404: Problem, 409: Problem},
           summary="What a lead became, and what an undo would do")  # fmt: skip
def conversion(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    listing.get(
        permit(request, "leads.view"), record_type("lead"), lead_id, fields=["name"]
    )  # 404 before 403
    return json_response(_undoing(services.preview_undo(permit(request, "leads.unconvert"), lead_id)))


def _undoing(found: Undoing) -> dict[str, Any]:
    return {
        "at": found.at,
        "until": found.until,
        "can_undo": found.is_possible,
        "records": [
            {
                "record": piece.ref.record_type,
                "id": piece.ref.record_id,
                "name": piece.name,
                "version": piece.version,
                "made": piece.is_made,
                "archived": not piece.is_living,
                "changed": piece.is_changed,
            }
            for piece in found.pieces
        ],
        "grown": [one.as_json() for one in found.grown],
        "goes_to": found.owner_id,
    }


class UnconvertIn(Schema):
    note: str = Field("", max_length=2000)
    versions: dict[str, int] | None = Field(
        None, description='Versions you looked at, as {"account:1": 3}; another one now is refused with 412.'
    )


@leads.post("/{lead_id}/unconvert", operation_id="lead_unconvert",
            response={200: dict[str, Any], 404: Problem, 409: Problem, 412: Problem},
            summary="Undo a conversion while nothing has come of it")  # fmt: skip
@idempotent
def unconvert(request: ApiRequest, lead_id: RecordId, body: UnconvertIn) -> HttpResponse:
    access = permit(request, "leads.unconvert")
    services.undo_conversion(access, lead_id, note=body.note, versions=body.versions)
    return json_response(listing.get(access.also("leads.view"), record_type("lead"), lead_id))


class MapIn(Schema):
    fields: dict[str, dict[str, str]] = Field(
        description='Record (account, contact, opportunity) → its field → the lead\'s field; "" for none.'
        " What is not named keeps to the defaults."
    )


class MapOut(Schema):
    fields: dict[str, dict[str, str]] = Field(description="What applies.")
    settings: dict[str, dict[str, str]] = Field(description="What differs from the defaults.")
    version: int


def _map() -> dict[str, Any]:
    settings, version = mapping.stored()
    return {"fields": mapping.field_map(settings), "settings": settings, "version": version}


@router.get("", operation_id="conversion_map", response=MapOut, summary="Which field fills which")
def show_map(request: ApiRequest) -> HttpResponse:
    permit(request, "leads.configure")
    found = _map()
    return json_response(found, version=found["version"])


@router.put("", operation_id="conversion_map_set", response={200: MapOut, 412: Problem, 422: Problem},
            summary="Set which field fills which")  # fmt: skip
def set_map(request: ApiRequest, body: MapIn) -> HttpResponse:
    access = permit(request, "leads.configure")
    mapping.save_field_map(access, body.fields, version=check_version(request))
    found = _map()
    return json_response(found, version=found["version"])


class MapPreviewIn(MapIn):
    lead: int | None = Field(None, description="The lead to show it with; the latest one without.")


class MapLineOut(Schema):
    field: str
    source: str
    value: str
    complaint: str


class MapPreviewOut(Schema):
    lead: NamedOut | None
    account: list[MapLineOut]
    contact: list[MapLineOut]
    opportunity: list[MapLineOut]


@router.post("/preview", operation_id="conversion_map_preview", response={200: MapPreviewOut, 422: Problem},
             summary="What a lead would hand on under such settings; saves nothing")  # fmt: skip
def preview(request: ApiRequest, body: MapPreviewIn) -> HttpResponse:
    access = permit(request, "leads.configure")
    shown = preview_map(access, mapping.checked_map(body.fields), body.lead)
    lines = {
        record: [
            {"field": one.field, "source": one.source, "value": one.value, "complaint": one.complaint}
            for one in found
        ]
        for record, found in shown.lines.items()
    }
    lead = {"id": shown.lead_id, "name": shown.name} if shown.lead_id else None
    return json_response({"lead": lead, **lines})
