"""Answers, written straight with orjson."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from ninja.renderers import BaseRenderer

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(data: Any) -> bytes:
    """JSON bytes: moments in UTC with Z, decimals as exact numbers, lazy texts in the active language."""
    try:
        return orjson.dumps(data, default=_other, option=_OPTIONS)
    except TypeError:
        # Integers beyond 64 bits and lone surrogates: a refusal may well quote such input.
        return json.dumps(data, default=str).encode()


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode() if value.is_finite() else b"null")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class OrjsonRenderer(BaseRenderer):
    """For endpoints that return data instead of a response."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return dumps(data)


def etag(version: int | str) -> str:
    """The tag of a record's version."""
    return f'"{version}"'


def json_response(
    data: Any, *, status: int = 200, version: int | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """JSON, with the `ETag` of a record's `version` when given."""
    response = HttpResponse(dumps(data), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    if version is not None:
        response["ETag"] = etag(version)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def created_response(data: Any, *, location: str = "", version: int | None = None) -> HttpResponse:
    """201 with the new record and where it is."""
    return json_response(
        data, status=201, version=version, headers={"Location": location} if location else None
    )


def empty_response() -> HttpResponse:
    """204: done, nothing to say."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def page_response(
    items: Sequence[Any],
    *,
    next: str | None,  # noqa: A002
    total: int | None = None,
    cap: int | None = None,
) -> HttpResponse:
    """A page: `total` counts no further than `cap`; None when it was not asked for."""
    capped = total is not None and cap is not None and total >= cap
    return json_response(
        {
            "items": items,
            "next": next,
            "total": cap - 1 if capped and cap is not None else total,
            "total_is_capped": capped,
        }
    )


def not_modified(request: HttpRequest, state: str) -> HttpResponse | None:
    """304 when the caller already has this `state` (any short text): for cheap polling."""
    tag = weak_tag(state)
    if tag in (part.strip() for part in request.headers.get("If-None-Match", "").split(",")):
        response = HttpResponse(status=304)
        response["ETag"] = tag
        return response
    return None


def weak_tag(state: str) -> str:
    """A weak tag of any text."""
    return f'W/"{hashlib.sha256(state.encode()).hexdigest()[:20]}"'
