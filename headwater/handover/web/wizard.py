"""Choose who leaves, say who takes what, look at the counts, go."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.handover import services
from headwater.handover.services.planning import leaver_of
from headwater.handover.types import Account, Preview
from headwater.handover.web import forms
from headwater.handover.web.pages import ChoosePage, PlanPage, PreviewPage, SplitPage
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.lines.queries import rules_naming as line_rules_naming
from headwater.organization.belongings import transferable
from headwater.organization.queries import names_of
from headwater.routing.queries.rules import rules_naming as routing_rules_naming
from headwater.ui.pages import FieldControl
from headwater.ui.responses import respond

RUN = "handover.run"


def steps() -> tuple[str, ...]:
    return (_("Who leaves"), _("Who takes over"), _("Check"), _("Done"))


def leaver_id_of(data: QueryDict) -> int:
    """The leaver named in a request; `NotFound` for what is no id."""
    raw = data.get("leaver", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise NotFound(record="user", id=None)
    return int(raw)


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Step one, and step two once somebody is chosen."""
    access = permit(request, RUN)
    if request.GET.get("leaver", "") == "":
        control = FieldControl(
            "leaver",
            _("Whose work is handed over?"),
            kind="user",
            required=True,
            options_url="/options/leaver.json",
            autofocus=True,
            placeholder=_("Name, pinyin or e-mail"),
            help=_("People who have left already are found too."),
        )
        return respond(request, "handover/choose.html", ChoosePage(steps(), control))
    return _plan(request, access, leaver_id_of(request.GET), QueryDict())


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Back to step two with everything as it was."""
    return _plan(request, permit(request, RUN), leaver_id_of(request.POST), request.POST)


def _plan(
    request: HttpRequest, access: Access, leaver_id: int, data: QueryDict, problem: DomainError | None = None
) -> HttpResponse:
    leaver = leaver_of(access, leaver_id)
    counts = services.holdings_of(access, leaver_id)
    chosen = forms.known_ids(data, "people")
    page = PlanPage(
        steps(),
        leaver.pk,
        leaver.name,
        sum(counts.values()),
        forms.people_control("people", _("Receivers"), data, names_of(chosen)),
        forms.weights(data),
        forms.kind_forms(access, data, counts),
        forms.account_control(data, is_active=leaver.deactivated_at is None),
        FieldControl(
            "note", _("Note"), kind="long_text", value=data.get("note", ""), max_length=2000, rows=2
        ),
        _words(problem),
    )
    return respond(request, "handover/plan.html", page, status=problem.status if problem else 200)


def _words(problem: DomainError | None) -> tuple[str, ...]:
    if problem is None:
        return ()
    if isinstance(problem, Invalid) and problem.fields:
        labels = {kind.key: str(kind.label) for kind in transferable()}
        told = []
        for name, complaint in problem.fields.items():
            label = labels.get(name.removeprefix("parts."), "")
            told.append(f"{label}: {complaint['detail']}" if label else complaint["detail"])
        return tuple(dict.fromkeys(told))
    return tuple(text for text in (problem.detail, problem.advice) if text)


@require_GET
def weights(request: HttpRequest) -> HttpResponse:
    """The shares of the receivers chosen so far."""
    permit(request, RUN)
    return respond(request, "handover/weights.html", forms.weights(request.GET), block="weights")


@require_GET
def split(request: HttpRequest) -> HttpResponse:
    """One more line by which a kind is parted."""
    permit(request, RUN)
    key, raw = request.GET.get("kind", ""), request.GET.get("n", "0")
    kind = next((one for one in transferable() if one.key == key and one.record), None)
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 3 else 0
    if kind is None or number >= forms.MOST_SPLITS:
        raise NotFound(record="belongings", id=None)
    line = forms.split_of(kind.key, kind.record, number, QueryDict(), {})
    page = SplitPage(kind.key, number + 1, line, more=number + 1 < forms.MOST_SPLITS)
    return respond(request, "handover/split.html", page, block="split")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Step three; what cannot be meant leads back to step two with the reason."""
    access = permit(request, RUN)
    leaver_id = leaver_id_of(request.POST)
    leaver_of(access, leaver_id)
    try:
        order = forms.order_from(request.POST, leaver_id)
        found = services.preview(access, order)
    except Invalid as problem:
        return _plan(request, access, leaver_id, request.POST, problem)
    return _preview_page(request, found)


def _preview_page(request: HttpRequest, found: Preview, problem: str = "") -> HttpResponse:
    receivers = {share.owner_id for kind in found.kinds for share in kind.shares if share.owner_id}
    account = Account(found.account)
    page = PreviewPage(
        steps(),
        found,
        forms.carried(request),
        str(account.label),
        len(receivers),
        (*routing_rules_naming(found.leaver_id), *line_rules_naming(found.leaver_id)),
        problem,
    )
    return respond(request, "handover/preview.html", page)


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Start it and show its progress."""
    access = permit(request, RUN)
    leaver_id = leaver_id_of(request.POST)
    leaver_of(access, leaver_id)
    try:
        handover_id = services.start_handover(access, forms.order_from(request.POST, leaver_id))
    except NotFound:
        raise
    except DomainError as problem:
        return _plan(request, access, leaver_id, request.POST, problem)
    return HttpResponseRedirect(f"/handovers/{handover_id}", status=303)
