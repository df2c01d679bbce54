"""Refusals as RFC 9457 problem details: a stable code, facts, and a sentence in the caller's language."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from headwater.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from headwater.platform.api.requests import BodyMalformed, BodyTooLarge
from headwater.platform.api.responses import dumps
from headwater.platform.context import request_id

log = logging.getLogger("headwater.api")

_MAX_SHOWN = 50
_UNIQUE, _EXCLUSION = "23505", "23P01"


class Unexpected(DomainError):
    code = "server.error"
    status = 500
    message = gettext_lazy("Something went wrong on our side.")
    remedy = gettext_lazy("Try again; if it stays, tell an administrator the request id.")


class MethodNotAllowed(DomainError):
    """Facts: `allowed`."""

    code = "request.method_not_allowed"
    status = 405
    message = gettext_lazy("This address does not take this method.")


class OutOfRange(Invalid):
    code = "input.out_of_range"
    message = gettext_lazy("A value is out of range.")


class Clash(Conflict):
    """Facts: `constraint`."""

    code = "record.clash"
    message = gettext_lazy("This clashes with another record.")


class Refused(DomainError):
    """Something below refused in its own words. Facts: `reason`."""

    code = "request.refused"
    status = 400
    message = gettext_lazy("The request was refused: %(reason)s")


def problem_response(error: DomainError, *, status: int | None = None) -> HttpResponse:
    """The refusal as `application/problem+json`."""
    status = status or error.status
    body = {
        "type": f"{settings.PUBLIC_URL}/api/v1/docs#{error.code}",
        "title": error.code,
        "status": status,
        "code": error.code,
        "detail": error.detail,
        "remedy": error.advice,
        "facts": error.facts,
        "request_id": request_id(),
    }
    response = HttpResponse(dumps(body), status=status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany) and "retry_after" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after"])
    return response


def register_problems(api: NinjaAPI) -> None:
    """Have every exception of an endpoint end as a problem."""

    def domain(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_response(error)

    def validation(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_response(_from_validation(error.errors))

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        if error.status_code == 403:
            return problem_response(Forbidden(reason=str(error)))
        if isinstance(error.__cause__, DomainError):  # ninja wraps what its parser refused
            return problem_response(error.__cause__)
        if error.status_code == 400 and error.__cause__ is not None:
            return problem_response(BodyMalformed())
        return problem_response(Refused(reason=str(error)[:200]), status=error.status_code)

    def broken_rule(request: HttpRequest, error: Any) -> HttpResponse:
        # The last line of defence; a rule above it should have said so in better words.
        log.warning("constraint", exc_info=error, extra={"path": request.path, "method": request.method})
        return problem_response(_from_constraint(error))

    def unexpected(request: HttpRequest, error: Any) -> HttpResponse:
        log.error("unexpected", exc_info=error, extra={"path": request.path, "method": request.method})
        return problem_response(Unexpected())

    api.add_exception_handler(DomainError, domain)
    api.add_exception_handler(ValidationError, validation)
    api.add_exception_handler(HttpError, refused)
    api.add_exception_handler(
        Http404, lambda request, error: problem_response(NotFound(record=None, id=None))
    )
    api.add_exception_handler(PermissionDenied, lambda request, error: problem_response(Forbidden()))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: problem_response(BodyTooLarge()))
    api.add_exception_handler(TooManyFilesSent, lambda request, error: problem_response(BodyTooLarge()))
    api.add_exception_handler(
        MultiPartParserError, lambda request, error: problem_response(Refused(reason=str(error)[:200]))
    )
    api.add_exception_handler(
        BadRequest, lambda request, error: problem_response(Refused(reason=str(error)[:200]))
    )
    # What no rule caught and the database cannot hold is the caller's value, not our fault.
    api.add_exception_handler(DataError, lambda request, error: problem_response(OutOfRange(fields={})))
    api.add_exception_handler(IntegrityError, broken_rule)
    api.add_exception_handler(Exception, unexpected)


def _from_constraint(error: IntegrityError) -> DomainError:
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(diagnosis, "sqlstate", "") or ""
    if state in (_UNIQUE, _EXCLUSION):
        return Clash(constraint=getattr(diagnosis, "constraint_name", None))
    column = getattr(diagnosis, "column_name", None)
    if column:
        return Invalid.one(column.removesuffix("_id"), "value.required", _("This is required."))
    return OutOfRange(fields={}, constraint=getattr(diagnosis, "constraint_name", None))


def _from_validation(errors: list[dict[str, Any]]) -> DomainError:
    fields: dict[str, dict[str, str]] = {}
    for error in errors[:_MAX_SHOWN]:
        location = [str(part)[:80] for part in error.get("loc", ())]
        if location[:1] == ["path"]:
            return NotFound(record=location[-1], id=None)
        name = ".".join(location[2:] if location[:1] == ["body"] else location[1:]) or "body"
        kind = str(error.get("type", "invalid"))
        fields[name] = {"code": f"value.{kind}", "detail": _words(kind, str(error.get("msg", "")))}
    return Invalid(fields=fields)


def _words(kind: str, message: str) -> str:
    known = {
        "missing": _("This is required."),
        "int_parsing": _("This must be a whole number."),
        "int_type": _("This must be a whole number."),
        "string_type": _("This must be text."),
        "bool_parsing": _("This must be yes or no."),
        "extra_forbidden": _("There is no such field."),
    }
    return known.get(kind, message)
