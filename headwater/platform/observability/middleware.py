"""Gives each request its id, one log line and its place in the metrics."""

import logging
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from headwater.platform.context import new_request_id, running
from headwater.platform.observability.metrics import REQUEST_SECONDS, REQUESTS

log = logging.getLogger("headwater.request")

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def observe_requests(get_response: GetResponse) -> GetResponse:
    """Outermost middleware: `X-Request-Id` is taken from the caller when it is sane, and always answered."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        identifier = given if _ACCEPTABLE_ID.fullmatch(given) else new_request_id()
        began = time.perf_counter()
        with running(identifier):
            response = get_response(request)
            seconds = time.perf_counter() - began
            response["X-Request-Id"] = identifier
            if request.path not in _QUIET:
                _note(request, response.status_code, seconds)
        return response

    return middleware


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    matched = request.resolver_match
    view = matched.route if matched else "unmatched"  # a route, never a path: few values, no people's data
    method = request.method or "GET"
    REQUESTS.labels(method, view, str(status)).inc()
    REQUEST_SECONDS.labels(method, view).observe(seconds)
    actor = getattr(request, "actor", None)
    log.info(
        "request",
        extra={
            "method": method,
            "path": request.path,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "actor_id": getattr(actor, "id", None),
        },
    )
