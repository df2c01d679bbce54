"""The API with one record type and a few endpoints of the tests."""

from decimal import Decimal

from django.db import transaction
from django.http import HttpResponse
from ninja import Schema

from headwater.kernel import sql
from headwater.kernel.access import permit
from headwater.kernel.errors import TooMany
from headwater.platform.api import (
    ApiRequest,
    RecordId,
    api_urls,
    json_response,
    make_api,
    not_modified,
    record_router,
)
from headwater.platform.files.api import router as files
from headwater.platform.jobs.api import router as background
from headwater.platform.notifications.api.inbox import router as notifications
from tests.platform.stones import register_stones

register_stones()
api = make_api()
stones = record_router("stone")


class Throw(Schema):
    how_far: int
    note: str = ""


@stones.post("/{stone_id}/throw", operation_id="stone_throw", summary="Throw a stone")
def throw(request: ApiRequest, stone_id: RecordId, payload: Throw) -> HttpResponse:
    permit(request, "stones.edit")
    return json_response({"id": stone_id, "how_far": payload.how_far, "weight": Decimal("1.50")})


BROKEN = {
    "null": "INSERT INTO test_stone (name) VALUES (NULL)",
    "twice": "INSERT INTO test_stone (id, name) OVERRIDING SYSTEM VALUE VALUES (-1, 'a'), (-1, 'b')",
    "check": "INSERT INTO test_stone (name, weight) VALUES ('a', -1)",
    "data": "SELECT '5'::int / 0",
}


@stones.get("/odd/{what}", operation_id="stone_odd", summary="Fail in some way")
def odd(request: ApiRequest, what: str) -> HttpResponse:
    if what == "crash":
        raise ZeroDivisionError("secret")
    if what in BROKEN:
        with transaction.atomic():
            sql.execute(BROKEN[what])
    if what == "limit":
        raise TooMany(limit=1, retry_after=7)
    if what == "same":
        return not_modified(request, "state") or json_response({})
    return json_response({"actor": request.actor.id, "what": what})


api.add_router("/stones", stones)
api.add_router("/files", files)
api.add_router("/notifications", notifications)
api.add_router("/background", background)
urlpatterns = api_urls(api)
