"""The public address: cheap checks first, nothing believed before its signature."""

import logging

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from headwater.hooks import mapping, services
from headwater.hooks.bodies import MOST_BYTES
from headwater.hooks.errors import Expired, Sleeping, TooLarge, Unreadable, Unsigned
from headwater.hooks.models import Hook
from headwater.hooks.queries import open_hook
from headwater.hooks.signing import Incoming
from headwater.hooks.types import State
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.platform.api import json_response, limit_rate
from headwater.platform.api.problems import problem_response

log = logging.getLogger("headwater.hooks")

DRY_RUN = "X-Headwater-Dry-Run"
_UNKNOWN_PER_MINUTE = 60  # addresses that do not exist, from one place
_UNSIGNED_PER_MINUTE = 60  # wrong signatures, from one place


# There is no session to ride on; the signature says whose it is.
@csrf_exempt
@never_cache
@require_POST
def deliver(request: HttpRequest, key: str) -> HttpResponse:
    """Take a delivery. Whatever is kept is answered alike, so that a repetition tells nobody anything."""
    caller = request.META.get("REMOTE_ADDR", "")
    try:
        hook = open_hook(key)
        if hook is None or not hook.is_active:
            limit_rate("hooks.unknown", caller, _UNKNOWN_PER_MINUTE)
            raise Sleeping
        if hook.per_minute:
            limit_rate("hooks", f"{hook.pk}:{caller}", hook.per_minute)
        try:
            return _take(request, hook)
        except (Unsigned, Expired):
            limit_rate("hooks.unsigned", f"{hook.pk}:{caller}", _UNSIGNED_PER_MINUTE)
            raise
    except DomainError as refusal:
        return problem_response(refusal)


def _take(request: HttpRequest, hook: Hook) -> HttpResponse:
    try:
        incoming = _incoming(request)
        read = services.read_delivery(hook, incoming)
    except DomainError as refusal:
        services.count_refused(hook.pk, refusal.code)
        raise
    if request.headers.get(DRY_RUN):
        return _tell(hook, read.body)
    kept = services.keep(hook, read)
    if kept.is_new and kept.state == State.KEPT:
        services.capture_kept(kept.delivery_id)
    # What platforms look for in an answer: code 0.
    return json_response({"code": 0, "message": "success", "delivery": str(kept.delivery_id)})


def _incoming(request: HttpRequest) -> Incoming:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    try:
        raw = request.read(MOST_BYTES + 1)
    except (UnreadablePostError, RawPostDataException):
        raise Unreadable from None
    if len(raw) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    return Incoming(
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): item for name, item in request.headers.items()},
        body=raw,
        content_type=request.META.get("CONTENT_TYPE", ""),
    )


def _tell(hook: Hook, body: object) -> HttpResponse:
    """What would become of it; nothing is kept. Of whom we know nothing is said."""
    tried = services.try_body(
        system_access("hooks.try"), hook, body, mapping.read(hook.mapping), is_masked=True
    )
    is_good = tried.outcome != "refused"
    told = {
        "code": 0,
        "message": _("Nothing was written: this was a trial."),
        "would": "lead" if is_good else "dead letter",
        "why": tried.words,
        "fields": [{"field": one.field, "complaint": one.complaint} for one in tried.found],
    }
    return json_response(told)
