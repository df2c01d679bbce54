"""What every answer passes: the content security policy, and refusals of screens.

A refusal is a whole page for a person who navigates, problem details for htmx and islands.
"""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from whitenoise.middleware import WhiteNoiseMiddleware

from headwater.kernel.errors import DomainError, NotSignedIn
from headwater.ui.pages import Refusal

Answer = Callable[[HttpRequest], HttpResponse]


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # the library has no types
    """The library's middleware; a file that went while the process runs is missing, not an error."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        try:
            answer: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        except FileNotFoundError:
            return HttpResponseNotFound()
        return answer


class PolicyMiddleware(CSPMiddleware):
    """The library's middleware, with the policy of an ordinary answer written once instead of each time."""

    def process_request(self, request: HttpRequest) -> None:
        """Nothing to prepare: no page has inline script, so none needs a nonce."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(name.startswith("_csp_") for name in response.__dict__):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return str(build_policy())


class RefusalMiddleware:
    """Shows a `DomainError` that a view let through; the API has its own handler and never gets here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return refuse(request, exception)


def wants_problem(request: HttpRequest) -> bool:
    """Whether the caller reads problem details instead of a page."""
    boosted = request.headers.get("HX-Boosted") == "true"
    htmx = request.headers.get("HX-Request") == "true" and not boosted
    return htmx or "json" in request.headers.get("Accept", "")


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal in the form the caller reads."""
    signing_in = isinstance(error, NotSignedIn)
    if wants_problem(request):
        body = {
            "type": "about:blank",
            "title": error.detail,
            "status": error.status,
            "code": error.code,
            "detail": error.detail,
            "remedy": error.advice,
            "facts": error.facts,
        }
        response: HttpResponse = JsonResponse(
            body,
            status=error.status,
            content_type="application/problem+json",
            json_dumps_params={"default": str},
        )
        if signing_in and request.headers.get("HX-Request"):
            response["HX-Redirect"] = _sign_in(request.headers.get("HX-Current-URL", "/"))
        return response
    if signing_in:
        return HttpResponseRedirect(_sign_in(request.get_full_path()))
    page = Refusal(status=error.status, text=error.detail, remedy=error.advice)
    html = get_template("ui/refusal.html").render({"page": page, "fragment": None}, request)
    return HttpResponse(html, status=error.status)


def _sign_in(back: str) -> str:
    return f"{settings.LOGIN_URL}?next={quote(back)}"
