"""One's own notifications over the API."""

from dataclasses import asdict

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from headwater.kernel.errors import NotSignedIn
from headwater.platform.api import ApiRequest, json_response, not_modified
from headwater.platform.api.responses import weak_tag
from headwater.platform.notifications.inbox import latest, mark_read, state_tag, unread_count

router = Router(tags=["Notifications"])
_MAX_IDS = 1000


class NotificationOut(Schema):
    id: int
    kind: str
    label: str
    text: str = Field(description="In the caller's language.")
    icon: str
    url: str
    record_type: str
    record_id: int | None
    at: str
    is_read: bool


class NotificationPage(Schema):
    items: list[NotificationOut]
    next: str | None = Field(description="Give it back as `cursor`.")
    unread: int


class Unread(Schema):
    unread: int


class Read(Schema):
    """Which ones; leave `ids` out for all."""

    ids: list[int] | None = Field(None, max_length=_MAX_IDS)


def _own_id(request: ApiRequest) -> int:
    if request.actor.id is None:
        raise NotSignedIn
    return request.actor.id


@router.get(
    "",
    operation_id="notification_list",
    summary="My notifications",
    description="The newest first. For polling send the `ETag` back as `If-None-Match`: 304 without news.",
    response={200: NotificationPage},
)
def list_notifications(
    request: ApiRequest, cursor: str = "", limit: int = 20, unread: bool = False
) -> HttpResponse:
    user_id = _own_id(request)
    state = f"{state_tag(user_id)}:{cursor[:20]}:{limit}:{unread}:{request.actor.language}"
    unchanged = not_modified(request, state)
    if unchanged is not None:
        return unchanged
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None
    inbox = latest(user_id, before_id=before, limit=limit, unread_only=unread)
    items = [{key: value for key, value in asdict(item).items() if key != "params"} for item in inbox.items]
    response = json_response(
        {
            "items": items,
            "next": None if inbox.next is None else str(inbox.next),
            "unread": unread_count(user_id),
        }
    )
    response["ETag"] = weak_tag(state)
    return response


@router.post(
    "/read",
    operation_id="notification_read",
    summary="Mark my notifications as read",
    response={200: Unread},
)
def read_notifications(request: ApiRequest, payload: Read) -> HttpResponse:
    user_id = _own_id(request)
    ids = None if payload.ids is None else [one for one in payload.ids if 0 < one < 2**63]
    mark_read(user_id, ids)
    return json_response({"unread": unread_count(user_id)})


ROUTERS = [("/notifications", router)]
