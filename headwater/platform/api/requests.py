"""Reading requests: bodies, ids, preconditions. Whatever comes, the answer is a refusal, not a failure."""

import re
from typing import Annotated, Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path
from ninja.parser import Parser

from headwater.kernel.access import Actor
from headwater.kernel.errors import DomainError, Invalid
from headwater.platform.settings import SettingType, register_setting
from headwater.platform.tokens.models import ApiToken

MAX_ID = 2**63 - 1

# A path parameter that names a record; what cannot be an id answers 404.
RecordId = Annotated[int, Path(ge=1, le=MAX_ID)]

_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


class ApiRequest(HttpRequest):
    """A request that came through the API's door. For annotations; Django makes the object."""

    actor: Actor
    token: ApiToken | None


class BodyMalformed(DomainError):
    code = "request.malformed"
    status = 400
    message = _("The body is not valid JSON.")


class BodyNotJson(DomainError):
    """Facts: `content_type`."""

    code = "request.unsupported_media_type"
    status = 415
    message = _("Send JSON: Content-Type: application/json.")


class BodyTooLarge(DomainError):
    code = "request.too_large"
    status = 413
    message = _("The request is too large.")
    remedy = _("Send it in smaller parts, or use an import.")


def read_json(request: HttpRequest) -> Any:
    """The decoded body. Refuses another content type, malformed JSON, oversize and NUL characters."""
    kind = (request.content_type or "").lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise BodyNotJson(content_type=kind[:80])
    try:
        raw = request.body
    except RequestDataTooBig:
        raise BodyTooLarge from None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BodyMalformed from None
    if b"u0000" in raw and _holds_nul(value):
        raise Invalid.one("body", "value.nul", _("Text must not hold NUL characters."))
    return value


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    return False


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The decoded body, which must be an object."""
    value = read_json(request)
    if not isinstance(value, dict):
        raise Invalid.one("body", "value.type", _("The body must be a JSON object."))
    return value


class OrjsonParser(Parser):
    """Ninja's door for bodies that a schema describes."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request)


def check_version(request: HttpRequest) -> int | None:
    """The version that `If-Match` demands; None without the header or for `*`.

    A tag that was never given out matches no version, so the service answers 412.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    found = _TAG.fullmatch(header)
    return int(found[1]) if found else -1


MAX_UPLOAD = register_setting(
    "api.max_upload_megabytes",
    300,
    type=SettingType.NUMBER,
    label=_("Largest upload (MB)"),
    help=_("Larger requests are refused before they are read; imports and files have limits of their own."),
    group=_("API"),
    minimum=1,
    maximum=10_240,
)


def refuse_at_the_door(request: HttpRequest) -> None:
    """What no endpoint can take: refused before anything reads it.

    PostgreSQL has no NUL in text; an upload would fill the disk before a view could look at its size.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:18]) > MAX_UPLOAD.get() * 1024 * 1024:
        raise BodyTooLarge
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
        raise Invalid.one("query", "value.nul", _("Text must not hold NUL characters."))
