"""Every page and endpoint asks who may."""

from types import FunctionType

from django.http import HttpRequest, HttpResponse

from headwater.kernel.access import permit
from tests.architecture.doors import asks, doors

# Open on purpose, each with its reason.
OPEN = {
    "healthz": "a supervisor asks",
    "readyz": "a load balancer asks",
    "metrics": "guarded by its own token or address",
    "api/v1/": "leads to the documentation",
    "api/v1/docs": "documentation of the shapes, no data",
    "api/v1/docs.css": "documentation of the shapes, no data",
    "api/v1/openapi.json": "documentation of the shapes, no data",
    "^api/v1/.*$": "says that there is nothing",
    "welcome": "the first visitor of an empty installation",
    "f/<str:token>": "a public form; guarded by stamp, proof of work and rate limit",
    "f/<str:token>/embed": "the same form inside a page that it names",
    "f/<str:token>/started": "counts that somebody began to fill in a public form",
    "f/<str:token>/choices/<str:key>.json": "choices of a question of a public form",
    "hooks/<str:key>": "guarded by the signature of each delivery",
    "f/<str:token>/thanks": "thanks, the same for everybody",
    "q/<str:token>": "a customer's quote; guarded by the secret in its address and a rate limit",
    "q/<str:token>/quote.pdf": "the document of the same quote",
    "t/<str:key>.js": "the script that visitors' browsers load",
    "no-mail/<str:token>": "guarded by the signature in a mail to a customer",
    "join/<str:token>": "guarded by the invitation's secret",
    "calendar/<str:secret>.ics": "guarded by the calendar's secret",
    "sign-up": "leads to the sign-in: nobody signs up",
    "preferences": "theme and language of this browser",
    "palette.json": "shows of each record type what its permission allows",
    "GET api/v1/me": "everybody signed in may read who they are",
    "GET api/v1/me/sessions": "one's own",
    "DELETE api/v1/me/sessions/<session_id>": "one's own",
    "GET api/v1/me/notification-switches": "one's own",
    "GET api/v1/notifications": "one's own",
    "POST api/v1/notifications/read": "one's own",
    "GET api/v1/notifications/preferences": "one's own",
    "PATCH api/v1/notifications/preferences": "one's own",
    "GET api/v1/notifications/escalations": "one's own",
    "POST api/v1/notifications/escalations/<escalation_id>/acknowledge": "refused to who was not told",
    "PUT api/v1/me/notification-switches": "one's own",
}


def test_every_door_asks_for_a_permission() -> None:
    found = list(doors())
    assert len(found) > 50
    silent = [
        f"{address}: {view.__module__}.{view.__qualname__}"
        for address, view in found
        if address not in OPEN and not _of_sign_in(view) and not asks(view)
    ]
    assert not silent


def test_nothing_is_called_open_that_is_not_there() -> None:
    addresses = {address for address, _view in doors()}
    assert {address for address in OPEN if address.startswith("api")} <= addresses


def _of_sign_in(view: FunctionType) -> bool:
    """allauth's own pages in our clothes: signing in is what they are for, and it guards the rest."""
    view_class = getattr(view, "view_class", None)
    return view_class is not None and any(one.__module__.startswith("allauth.") for one in view_class.__mro__)


def silent_door(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("everything")


def asking_door(request: HttpRequest) -> HttpResponse:
    permit(request, "leads.view")
    return HttpResponse("yours")


def test_canary() -> None:
    assert not asks(silent_door)
    assert asks(asking_door)
