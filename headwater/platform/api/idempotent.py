"""The `Idempotency-Key` header on endpoints that make something."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.http.request import RawPostDataException

from headwater.platform.idempotency import StoredResponse, once

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponse]

_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def idempotent(view: View[P]) -> View[P]:
    """Put below the router's decorator. The view then runs at most once per caller and key.

    With a key the view runs inside one transaction together with the stored answer.
    """

    @wraps(view)
    def run(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)

        def answer() -> StoredResponse:
            response = view(request, *args, **kwargs)
            headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
            return StoredResponse(response.status_code, response.content, headers)

        stored = once(request.actor.id or 0, key, _fingerprint(request), answer)
        response = HttpResponse(stored.body, status=stored.status)
        for name, value in stored.headers.items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        if stored.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    return run


def _fingerprint(request: Any) -> bytes:
    digest = hashlib.sha256()
    digest.update(f"{request.method} {request.get_full_path()}\n".encode())
    try:
        digest.update(request.body)
    except RawPostDataException:  # an upload that was read as a stream: its length must do
        digest.update(str(request.META.get("CONTENT_LENGTH")).encode())
    return digest.digest()
