"""The records behind a number of these pages."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.funnels.asking import asked
from headwater.funnels.queries.answers import RECORDS
from headwater.funnels.questions import QUESTIONS
from headwater.funnels.rules import find_rule
from headwater.insight.engine import Definition
from headwater.insight.web.behind import listed, whole
from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.ui.responses import is_htmx, respond

_KEPT = ("what", "period", "vs", "by", "rule", "m", "k")


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Beside the page, or as a list of its own."""
    access = permit(request, "funnels.view")
    question = QUESTIONS.get(request.GET.get("what", ""))
    if question is None:
        raise Invalid.one("what", "funnel.question", _("There is no such number on these pages."))
    wanted = asked(request.GET, period="all")
    if wanted.rule:
        wanted = replace(wanted, of_rule=find_rule(access, wanted.rule))
    definition = Definition.parse(question(wanted), access)
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    page = listed(request, access, definition, RECORDS, request.GET.get("m", ""), request.GET.get("k", ""))
    page = replace(
        page,
        back=wanted.address("/funnel"),
        back_label=pgettext("funnel page", "Funnel"),
        whole=f"{RECORDS}?{urlencode(kept)}",
    )
    if is_htmx(request) and request.headers.get("HX-Target") == "hw-drawer":
        return respond(request, "insight/behind.html", page)
    return respond(request, "insight/behind_list.html", whole(page, RECORDS, kept))
