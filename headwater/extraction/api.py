"""JSON API: a card's picture or a free text as fields of a lead. Nothing is stored; `POST /leads` saves."""

from dataclasses import astuple
from typing import Any

from django.http import HttpResponse
from ninja import File, Router, UploadedFile

from headwater.extraction import schemas, services
from headwater.extraction.ocr.keeper import MAX_BYTES
from headwater.kernel.access import permit
from headwater.platform.api import ApiRequest, Problem, json_response

router = Router(tags=["Card scan and paste"])


@router.post(
    "/card",
    operation_id="extraction_card",
    summary="Read a business card",
    description="A JPEG, PNG or WebP picture as multipart form data, at most 15 MB and 64 megapixels; read"
    " on this machine and not kept. Save what a person has looked over with `POST /leads`.",
    response={200: schemas.CardOut, 409: Problem, 413: Problem, 422: Problem, 429: Problem},
)
def card(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    access = permit(request, "leads.create")
    read = services.read_picture(access, file.read(MAX_BYTES + 1))
    return json_response(
        _shown(read, read)
        | {
            "lines": [line.text for line in read.lines],
            "codes": list(read.codes),
            "width": read.width,
            "height": read.height,
        }
    )


@router.post(
    "/text",
    operation_id="extraction_text",
    summary="Read a free text or chat message",
    description="One or several people with what they want. Nothing is stored; save with `POST /leads`.",
    response={200: schemas.TextsOut, 422: Problem, 429: Problem},
)
def text(request: ApiRequest, body: schemas.TextIn) -> HttpResponse:
    access = permit(request, "leads.create")
    return json_response({"leads": [_shown(read, None) for read in services.read_words(access, body.text)]})


def _shown(read: services.TextRead, card: services.CardRead | None) -> dict[str, Any]:
    fields = {}
    for name, found in read.extraction.fields.items():
        place = card.place_of(name) if card else None
        fields[name] = {
            "value": found.value,
            "confidence": round(found.confidence, 3),
            "lines": list(found.lines),
            "place": [round(side, 2) for side in astuple(place)] if place else None,
        }
    return {
        "fields": fields,
        "others": [
            {"field": one.field, "value": one.value, "confidence": round(one.confidence, 3)}
            for one in read.extraction.others
        ],
        "values": dict(read.values),
        "known": [match.as_json() for match in read.known],
    }


ROUTERS = {"/extraction": router}
