"""JSON API of chats: what their dialog does, by the same services."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from headwater.engagement import schemas
from headwater.engagement.services.chat_files import PICTURE
from headwater.engagement.services.chat_imports import import_chat, preview_chat
from headwater.engagement.subjects import subject
from headwater.engagement.types import RecordRef
from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.platform.api import (
    ApiRequest,
    Problem,
    created_response,
    empty_response,
    idempotent,
    json_response,
    record_schema,
)

_ACTIVITY = record_type("activity")
chats = Router(tags=["Activities"])


@chats.post("/preview", operation_id="activity_chat_preview", response=schemas.ChatPreviewOut,
            summary="Read a chat without writing it")  # fmt: skip
def chat_preview(request: ApiRequest, body: schemas.ChatIn) -> HttpResponse:
    access = permit(request, "activities.create")
    ref = RecordRef(body.record_type, body.record_id)
    subject(body.record_type)
    found = preview_chat(access, ref, kind=body.kind, text=body.text, file_ids=body.file_ids)
    senders = [{"name": one.name, "count": one.count, "is_us": one.is_us} for one in found.senders]
    shown = [item | {"text": PICTURE.sub("[图片]", item["text"])} for item in found.messages[:100]]
    return json_response(
        {
            "new": len(found.messages),
            "known": found.known,
            "pictures": found.pictures,
            "first_at": found.first_at,
            "last_at": found.last_at,
            "senders": senders,
            "messages": shown,
        }
    )


@chats.post(
    "",
    operation_id="activity_chat",
    summary="Put a chat on a record: one follow-up with the messages that are new",
    description="204 when all of them stand there already.",
    response={201: record_schema(_ACTIVITY), 204: None, 404: Problem, 409: Problem, 422: Problem},
)
@idempotent
def chat_add(request: ApiRequest, body: schemas.ChatIn) -> HttpResponse:
    access = permit(request, "activities.create")
    ref = RecordRef(body.record_type, body.record_id)
    made = import_chat(access, ref, kind=body.kind, text=body.text, file_ids=body.file_ids, us=body.us)
    if made is None:
        return empty_response()
    row: dict[str, Any] = {"id": made.pk}
    if access.may("activities.view"):
        row = listing.get(access.also("activities.view"), _ACTIVITY, made.pk)
    return created_response(row, location=f"/api/v1/activities/{made.pk}", version=made.version)
