"""One's own notifications over the API."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from headwater.kernel.errors import NotSignedIn
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    empty_response,
    json_response,
    not_modified,
)
from headwater.platform.api.responses import weak_tag
from headwater.platform.notifications.escalations import acknowledge_mine, open_escalations
from headwater.platform.notifications.inbox import latest, mark_read, state_tag, unread_count
from headwater.platform.notifications.preferences import (
    Preference,
    parse_preference,
    preference_of,
    set_preference,
)

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
    escalation_id: int | None = Field(description="Set while it waits for somebody to take care of it.")


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


class PreferenceOut(Schema):
    mail: str = Field(description="at_once, daily or weekly")
    digest_hour: int
    digest_weekday: int = Field(description="Monday is 1.")
    quiet_from: str | None = Field(description="HH:MM in the person's own time zone.")
    quiet_until: str | None


class PreferenceIn(Schema):
    model_config = ConfigDict(extra="forbid")
    mail: str | None = None
    digest_hour: int | None = None
    digest_weekday: int | None = None
    quiet_from: str | None = Field(None, description="Null or empty: no quiet hours.")
    quiet_until: str | None = None


class EscalationOut(Schema):
    id: int
    kind: str
    record_type: str
    record_id: int | None
    url: str
    told: list[int] = Field(description="Whom it was put to, the first one first.")
    due_at: datetime
    created_at: datetime


class Escalations(Schema):
    items: list[EscalationOut]


def _shown(chosen: Preference) -> dict[str, Any]:
    quiet = {key: getattr(chosen, key) for key in ("quiet_from", "quiet_until")}
    return {
        "mail": chosen.mail.value,
        "digest_hour": chosen.digest_hour,
        "digest_weekday": chosen.digest_weekday,
        **{key: None if value is None else f"{value:%H:%M}" for key, value in quiet.items()},
    }


@router.get(
    "/preferences",
    operation_id="notification_preferences",
    summary="When I want mail, and my quiet hours",
    response={200: PreferenceOut},
)
def my_preferences(request: ApiRequest) -> HttpResponse:
    return json_response(_shown(preference_of(_own_id(request))))


@router.patch(
    "/preferences",
    operation_id="notification_preferences_set",
    summary="Choose when I want mail, and my quiet hours",
    response={200: PreferenceOut, 422: Problem},
)
def set_my_preferences(request: ApiRequest, given: PreferenceIn) -> HttpResponse:
    user_id = _own_id(request)
    values = given.model_dump(exclude_unset=True)
    kept = {key: value for key, value in values.items() if value is not None or key.startswith("quiet")}
    chosen = parse_preference(kept, preference_of(user_id))
    set_preference(user_id, chosen)
    return json_response(_shown(chosen))


@router.get(
    "/escalations",
    operation_id="escalation_list",
    summary="What waits for me or somebody below me to act",
    response={200: Escalations},
)
def my_escalations(request: ApiRequest) -> HttpResponse:
    keys = ("id", "kind", "record_type", "record_id", "url", "told", "due_at", "created_at")
    found = open_escalations(_own_id(request))
    return json_response({"items": [{key: getattr(one, key) for key in keys} for one in found]})


@router.post(
    "/escalations/{escalation_id}/acknowledge",
    operation_id="escalation_acknowledge",
    summary="I take care of it",
    response={204: None, 404: Problem},
)
def acknowledge_escalation(request: ApiRequest, escalation_id: RecordId) -> HttpResponse:
    acknowledge_mine(_own_id(request), escalation_id)
    return empty_response()
