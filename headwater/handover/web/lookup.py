"""Look a customer up across walls, ask for a lead, answer those who ask."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.handover import services
from headwater.handover.queries import Request, requests_of
from headwater.handover.settings import LOOKUPS_PER_DAY
from headwater.handover.types import Found
from headwater.kernel.access import permit
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.ui.pages import FieldControl, FieldGroup, FormPage
from headwater.ui.responses import done, respond

LOOK = "lookup.create"


@dataclass(frozen=True, slots=True)
class LookUpPage:
    """The question, what was found, and the requests around it."""

    q: str
    problem: str
    advice: str
    found: Found | None
    used: int
    limit: int
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    request: Request


def look_up_offer(q: str) -> dict[str, object]:
    """For a search without result: where to ask whether a colleague has it; asking stays an own act."""
    item = {
        "label": _("Perhaps a colleague has it: look it up"),
        "detail": q,
        "url": f"/lookup?{urlencode({'q': q})}",
        "icon": "user-search",
    }
    return {"label": _("Look-up"), "items": [item]}


@require_http_methods(["GET", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Asking is a POST: each look-up is recorded and counted. A `q` of the address is typed in already."""
    access = permit(request, LOOK)
    q, problem, advice, found, status = request.GET.get("q", "")[:200], "", "", None, 200
    if request.method == "POST":
        q = request.POST.get("q", "")[:200]
        try:
            found = services.look_up(access, q)
        except DomainError as refusal:
            told = next(iter(refusal.fields.values()))["detail"] if isinstance(refusal, Invalid) else ""
            problem, advice, status = told or refusal.detail, "" if told else refusal.advice, refusal.status
    page = LookUpPage(
        q,
        problem,
        advice,
        found,
        services.lookups_today(access.user_id or 0),
        LOOKUPS_PER_DAY.get(),
        tuple(requests_of(access)),
    )
    return respond(request, "handover/lookup.html", page, status=status)


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A word to the owner, then the request."""
    access = permit(request, LOOK)
    data = request.POST if request.method == "POST" else request.GET
    looked, hit = _number(data.get("lookup", "")), _number(data.get("number", ""))
    if request.method == "POST":
        services.ask_for(access, looked, hit, note=request.POST.get("note", ""))
        return done(request, _("The owner and their manager are told."), go="/lookup")
    note = FieldControl(
        "note",
        _("Why should it be yours?"),
        kind="long_text",
        max_length=2000,
        help=_("The customer called me, it belongs to my region ..."),
    )
    page = FormPage(
        title=_("Ask for this lead"),
        action="/lookup/ask",
        groups=(FieldGroup((note,)),),
        intro=_("Its owner and their manager can give it to you or decline."),
        submit=_("Ask"),
        hidden={"lookup": looked, "number": hit},
        width="small",
        cancel_href="/lookup",
    )
    return respond(request, "ui/records/form.html", page)


@require_GET
def request_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request, to be answered or read."""
    found = requests_of(permit(request, LOOK), only=request_id)
    if not found:
        raise NotFound(record="take_over", id=request_id)
    return respond(request, "handover/request.html", RequestPage(found[0]))


@require_POST
def accept(request: HttpRequest, request_id: int) -> HttpResponse:
    """Give it away."""
    return _answer(request, request_id, accept=True)


@require_POST
def decline(request: HttpRequest, request_id: int) -> HttpResponse:
    """Keep it."""
    return _answer(request, request_id, accept=False)


def _answer(request: HttpRequest, request_id: int, *, accept: bool) -> HttpResponse:
    reply = request.POST.get("reply", "")
    found = services.answer(permit(request, LOOK), request_id, accept=accept, reply=reply)
    return done(request, str(found.get_answer_display()), go=f"/lookup/requests/{request_id}")
