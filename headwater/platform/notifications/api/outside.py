"""Group bots, and deliveries that failed, over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
)
from headwater.platform.notifications import bots, failures, posting
from headwater.platform.notifications.models import Bot

router = Router(tags=["Group bots"])


class BotOut(Schema):
    id: int
    name: str
    kind: str
    url_hint: str = Field(description="The address itself is a key and is never shown.")
    is_signed: bool
    kinds: list[str]
    department_ids: list[int]
    language: str
    is_active: bool
    last_sent_at: datetime | None
    last_error: str
    failures: int = Field(description="In a row.")
    version: int


class Bots(Schema):
    items: list[BotOut]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class BotIn(Strict):
    name: str
    kind: str = Field(description="wecom, dingtalk or feishu")
    url: str = Field(description="The webhook address that the chat program shows.")
    secret: str = Field("", description="For signing; WeCom has none.")
    kinds: list[str] = Field(
        default_factory=list, description="Kinds of notifications to show.", max_length=500
    )
    department_ids: list[int] = Field(
        default_factory=list, description="Only what concerns people there and below; empty: everybody."
    )
    language: str = "zh-hans"
    is_active: bool = True


class BotPatch(Strict):
    name: str | None = None
    kind: str | None = None
    url: str | None = None
    secret: str | None = Field(None, description="Empty takes it away.")
    kinds: list[str] | None = Field(None, max_length=500)
    department_ids: list[int] | None = None
    language: str | None = None
    is_active: bool | None = None


class TestOut(Schema):
    ok: bool
    error: str


class FailedOut(Schema):
    id: int
    channel: str
    target_id: int
    target: str
    text: str
    attempts: int
    error: str
    failed_at: datetime


class FailedList(Schema):
    items: list[FailedOut]


class Retried(Schema):
    retried: int


def _shown(bot: Bot) -> dict[str, Any]:
    fields = ("name", "kind", "url_hint", "kinds", "department_ids", "language", "is_active", "last_sent_at")
    return {
        "id": bot.pk,
        **{field: getattr(bot, field) for field in fields},
        "is_signed": bool(bot.secret),
        "last_error": posting.failure_words(bot.last_error),
        "failures": bot.failures,
        "version": bot.version,
    }


@router.get("/bots", operation_id="group_bot_list", summary="Group bots", response={200: Bots})
def list_bots(request: ApiRequest) -> HttpResponse:
    permit(request, "bots.configure")
    return json_response({"items": [_shown(bot) for bot in bots.bots()]})


@router.post(
    "/bots",
    operation_id="group_bot_create",
    summary="Register a group bot",
    response={201: BotOut, 403: Problem, 422: Problem},
)
@idempotent
def create_bot(request: ApiRequest, given: BotIn) -> HttpResponse:
    bot = bots.create_bot(permit(request, "bots.configure"), **given.model_dump())
    return created_response(
        _shown(bot), location=f"/api/v1/notification-groups/bots/{bot.pk}", version=bot.version
    )


@router.get(
    "/bots/{bot_id}",
    operation_id="group_bot_get",
    summary="One group bot",
    response={200: BotOut, 404: Problem},
)
def one_bot(request: ApiRequest, bot_id: RecordId) -> HttpResponse:
    permit(request, "bots.configure")
    bot = bots.get_bot(bot_id)
    return json_response(_shown(bot), version=bot.version)


@router.patch(
    "/bots/{bot_id}",
    operation_id="group_bot_update",
    summary="Change a group bot",
    response={200: BotOut, 404: Problem, 412: Problem, 422: Problem},
)
def update_bot(request: ApiRequest, bot_id: RecordId, given: BotPatch) -> HttpResponse:
    access = permit(request, "bots.configure")
    values = given.model_dump(exclude_unset=True, exclude_none=True)
    bot = bots.update_bot(access, bot_id, version=check_version(request), **values)
    return json_response(_shown(bot), version=bot.version)


@router.delete(
    "/bots/{bot_id}",
    operation_id="group_bot_archive",
    summary="Take a group bot away",
    description="Its address and secret are forgotten.",
    response={204: None, 404: Problem},
)
def archive_bot(request: ApiRequest, bot_id: RecordId) -> HttpResponse:
    bots.archive_bot(permit(request, "bots.configure"), bot_id)
    return empty_response()


@router.post(
    "/bots/{bot_id}/test",
    operation_id="group_bot_test",
    summary="Post a test message to the group",
    response={200: TestOut, 404: Problem},
)
def send_test(request: ApiRequest, bot_id: RecordId) -> HttpResponse:
    error = posting.send_test(permit(request, "bots.configure"), bot_id)
    return json_response({"ok": not error, "error": posting.failure_words(error)})


@router.get(
    "/failed",
    operation_id="delivery_failed_list",
    summary="Mails and group messages that could not be delivered",
    response={200: FailedList},
)
def list_failed(request: ApiRequest) -> HttpResponse:
    permit(request, "bots.configure")
    return json_response({"items": [one._asdict() for one in failures.failed()]})


@router.post(
    "/failed/retry",
    operation_id="delivery_retry_all",
    summary="Try all failed deliveries again",
    response={200: Retried},
)
def retry_failed(request: ApiRequest) -> HttpResponse:
    return json_response({"retried": failures.retry(permit(request, "bots.configure"))})


@router.post(
    "/failed/{delivery_id}/retry",
    operation_id="delivery_retry",
    summary="Try one failed delivery again",
    response={200: Retried, 404: Problem},
)
def retry_one(request: ApiRequest, delivery_id: RecordId) -> HttpResponse:
    return json_response({"retried": failures.retry(permit(request, "bots.configure"), delivery_id)})
