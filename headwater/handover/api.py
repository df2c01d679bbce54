"""Handovers over the API: the twin of the wizard, the progress page and the list."""

from django.http import HttpResponse
from ninja import Router

from headwater.handover import schemas, services
from headwater.handover.queries import get_handover, handovers_within, items_of, lines_of, requests_of
from headwater.handover.types import State, Undone
from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    created_response,
    idempotent,
    json_response,
)

router = Router(tags=["Handovers"])
RUN = "handover.run"
PAGE = 50


def _cursor(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None


@router.get(
    "",
    operation_id="handover_list",
    summary="Past and running handovers, newest first",
    response={200: schemas.HandoverPage, 403: Problem},
)
def list_handovers(request: ApiRequest, cursor: str = "") -> HttpResponse:
    access = permit(request, RUN)
    found = handovers_within(access, before_id=_cursor(cursor), limit=PAGE + 1)
    items = [schemas.handover_json(one) for one in found[:PAGE]]
    following = str(found[PAGE - 1].pk) if len(found) > PAGE else None
    return json_response({"items": items, "next": following})


@router.get(
    "/holdings",
    operation_id="handover_holdings",
    summary="What somebody has that can be handed over",
    response={200: schemas.HoldingsOut, 403: Problem, 404: Problem},
)
def holdings(request: ApiRequest, leaver: int) -> HttpResponse:
    access = permit(request, RUN)
    return json_response({"leaver": leaver, "holdings": services.holdings_of(access, leaver)})


@router.get(
    "/footprints",
    operation_id="handover_footprints",
    summary="Contacts somebody had shown and lists they exported in the last 30 days",
    response={200: schemas.FootprintsOut, 403: Problem, 404: Problem},
)
def footprints(request: ApiRequest, leaver: int) -> HttpResponse:
    steps = services.footprints_of(permit(request, RUN), leaver)
    return json_response({"items": [schemas.footprint_json(step) for step in steps]})


@router.post(
    "/preview",
    operation_id="handover_preview",
    summary="Count what a handover would do",
    description="By kind and receiver, with caps that would be exceeded. Nothing is written.",
    response={200: schemas.HandoverPreviewOut, 403: Problem, 404: Problem, 422: Problem},
)
def preview(request: ApiRequest, body: schemas.HandoverIn) -> HttpResponse:
    return json_response(
        schemas.preview_json(services.preview(permit(request, RUN), schemas.order_from(body)))
    )


@router.post(
    "",
    operation_id="handover_run",
    summary="Hand somebody's work over",
    description="The account is closed as asked, then records move in the background; poll the answer's "
    "address for progress.",
    response={201: schemas.HandoverOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
)
@idempotent
def run(request: ApiRequest, body: schemas.HandoverIn) -> HttpResponse:
    access = permit(request, RUN)
    handover_id = services.start_handover(access, schemas.order_from(body))
    written = schemas.handover_json(get_handover(access, handover_id), lines_of(handover_id))
    return created_response(written, location=f"{request.path.rstrip('/')}/{handover_id}")


@router.get(
    "/{handover_id}",
    operation_id="handover_get",
    summary="One handover with its progress",
    response={200: schemas.HandoverOut, 403: Problem, 404: Problem},
)
def get_one(request: ApiRequest, handover_id: RecordId) -> HttpResponse:
    handover = get_handover(permit(request, RUN), handover_id)
    return json_response(schemas.handover_json(handover, lines_of(handover.pk)))


@router.get(
    "/{handover_id}/items",
    operation_id="handover_items",
    summary="What became of each record",
    response={200: schemas.ItemPage, 403: Problem, 404: Problem, 422: Problem},
)
def items(
    request: ApiRequest, handover_id: RecordId, state: str = "", undone: str = "", cursor: str = ""
) -> HttpResponse:
    """`state`: waiting, done or kept; `undone`: back or left."""
    handover = get_handover(permit(request, RUN), handover_id)
    if state and state not in State.values:
        raise Invalid.one("state", "value.choice", "waiting, done, kept")
    if undone and undone not in Undone.values:
        raise Invalid.one("undone", "value.choice", "back, left")
    found = items_of(
        handover.pk,
        state=State(state) if state else None,
        undone=Undone(undone) if undone else None,
        after_id=_cursor(cursor) or 0,
        limit=PAGE + 1,
    )
    following = str(found[PAGE - 1].id) if len(found) > PAGE else None
    return json_response({"items": [schemas.item_json(one) for one in found[:PAGE]], "next": following})


@router.post(
    "/{handover_id}/undo",
    operation_id="handover_undo",
    summary="Take a handover back",
    description="Within seven days. A record comes back if it still is where the handover put it.",
    response={200: schemas.HandoverOut, 403: Problem, 404: Problem, 409: Problem},
)
def undo(request: ApiRequest, handover_id: RecordId) -> HttpResponse:
    handover = services.undo_handover(permit(request, RUN), handover_id)
    return json_response(schemas.handover_json(handover, lines_of(handover.pk)))


lookup = Router(tags=["Look-up"])
LOOK = "lookup.create"


@lookup.post(
    "",
    operation_id="lookup",
    summary="Is this customer known?",
    description="A whole phone number, an e-mail address or a company name. Tells that something exists, "
    "since when and in which pool or business line; names and addresses only of what the caller may see "
    "anyway. Each look-up is recorded and counts against a daily limit.",
    response={200: schemas.FoundOut, 403: Problem, 422: Problem, 429: Problem},
)
def look_up(request: ApiRequest, body: schemas.LookUpIn) -> HttpResponse:
    return json_response(schemas.found_json(services.look_up(permit(request, LOOK), body.q)))


@lookup.get(
    "/requests",
    operation_id="lookup_requests",
    summary="Requests I made or may answer",
    response={200: schemas.RequestsOut, 403: Problem},
)
def requests(request: ApiRequest) -> HttpResponse:
    found = requests_of(permit(request, LOOK), limit=100)
    return json_response({"items": [schemas.request_json(one) for one in found]})


@lookup.post(
    "/requests",
    operation_id="lookup_request",
    summary="Ask the owner for a lead that a look-up found",
    response={201: schemas.RequestOut, 403: Problem, 404: Problem, 409: Problem},
)
@idempotent
def ask(request: ApiRequest, body: schemas.RequestIn) -> HttpResponse:
    access = permit(request, LOOK)
    made = services.ask_for(access, body.lookup, body.number, note=body.note)
    (written,) = requests_of(access, only=made)
    return created_response(schemas.request_json(written))


@lookup.post(
    "/requests/{request_id}/answer",
    operation_id="lookup_answer",
    summary="Give the lead away, or decline",
    description="By its owner or who may assign the owner's leads. Giving respects the receiver's caps.",
    response={200: schemas.RequestOut, 403: Problem, 404: Problem, 409: Problem},
)
def answer(request: ApiRequest, request_id: RecordId, body: schemas.AnswerIn) -> HttpResponse:
    access = permit(request, LOOK)
    services.answer(access, request_id, accept=body.accept, reply=body.reply)
    (written,) = requests_of(access, only=request_id)
    return json_response(schemas.request_json(written))


ROUTERS = [("/handovers", router), ("/lookup", lookup)]
