"""Building a report: from a template, from a report, or from the records that are to be counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.insight.drawing import ResultView, report_view
from headwater.insight.drawing.view import draft_link
from headwater.insight.engine import Dataset, Definition, datasets_for
from headwater.insight.engine.checking import without_hidden
from headwater.insight.engine.guarding import alias
from headwater.insight.engine.overtaking import leave, newest_only
from headwater.insight.errors import NotYourReport
from headwater.insight.queries import ReportView, get_report, reports_for
from headwater.insight.results import cached
from headwater.insight.services import save_report
from headwater.insight.web.asked import CHARTS, ICONS, chart_words, known_dataset, period_choices
from headwater.insight.web.home import Shelf, dataset_words, preset_shelves
from headwater.insight.web.offers import offer
from headwater.insight.web.report import FRESH, attribution_words, totals_across
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError, Invalid, NotFound
from headwater.ui.responses import done, is_htmx, respond


@dataclass(frozen=True, slots=True)
class StartPage:
    """All of `insight/start.html`."""

    shelves: tuple[Shelf, ...]
    labels: dict[str, str]
    datasets: tuple[Dataset, ...]


@dataclass(frozen=True, slots=True)
class BuilderPage:
    """All of `insight/builder.html`."""

    title: str
    name: str
    description: str
    action: str
    back: str
    version: int | None
    preset_key: str
    definition: Mapping[str, Any]
    offer: Mapping[str, Any]
    charts: tuple[tuple[str, str, str], ...]  # key, words, icon
    periods: tuple[tuple[str, str, str], ...]  # words, JSON of the value, key
    attributions: dict[str, str]
    view: ResultView | None
    refusal: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The preview of `insight/builder.html`."""

    view: ResultView


@require_GET
def new_page(request: HttpRequest) -> HttpResponse:
    """Templates first, then datasets; with `preset`, `from` or `dataset` the builder itself."""
    access = permit(request, "reports.view")
    preset, origin, key = (request.GET.get(name, "") for name in ("preset", "from", "dataset"))
    if preset or origin:
        number = text.whole(origin) if origin else None
        if origin and number is None:
            raise NotFound(record="report", id=origin[:40])
        report = get_report(access, preset or number or 0)
        name = report.name if preset else _("%(name)s (copy)") % {"name": report.name[:100]}
        return _builder(request, access, _for_reader(report.definition, access), name=name, origin=report)
    if key:
        chosen = next((one for one in datasets_for(access) if one.key == key), None)
        if chosen is None:
            raise NotFound(record="dataset", id=key[:80])
        return _builder(request, access, beginning(chosen))
    shelves = preset_shelves(reports_for(access, kind="presets").presets)
    labels = dataset_words(report for shelf in shelves for report in shelf.reports)
    page = StartPage(shelves, labels, tuple(datasets_for(access)))
    return respond(request, "insight/start.html", page)


@require_GET
def edit_page(request: HttpRequest, report_id: int) -> HttpResponse:
    """Change a report that is kept."""
    access = permit(request, "reports.view")
    report = get_report(access, report_id)
    if not report.may_edit:
        raise NotYourReport(name=report.name, owner=report.owner_name)
    return _builder(request, access, report.definition, name=report.name, origin=report, is_edit=True)


def _for_reader(raw: Mapping[str, Any], access: Access) -> Mapping[str, Any]:
    """A report to begin with: without the measures that the reader may not see, while others are left."""
    try:
        return without_hidden(Definition.stored(raw, access), access).as_json()
    except Invalid:
        return raw


def beginning(of: Dataset) -> dict[str, Any]:
    """What a report over a dataset begins with: how many there are, this year."""
    return {
        "dataset": of.key,
        "filters": None,
        "period": {"field": of.period, "value": "this_year"} if of.period else None,
        "compare": None,
        "groupings": [],
        "measures": [{"key": "m1", "agg": "count", "of": of.root.key}],
        "sort": None,
        "limit": 200,
        "attribution": None,
        "chart": {"kind": "bar"},
    }


def _builder(
    request: HttpRequest,
    access: Access,
    definition: Mapping[str, Any],
    *,
    name: str = "",
    origin: ReportView | None = None,
    is_edit: bool = False,
) -> HttpResponse:
    of = known_dataset(definition)
    if of is None or of not in datasets_for(access):
        raise NotFound(record="dataset", id=str(definition.get("dataset", ""))[:80])
    view, refusal = None, ""
    try:
        view = preview_of(access, definition)
    except Invalid as refused:
        refusal = " ".join(dict.fromkeys(one["detail"] for one in refused.fields.values()))
    except DomainError as refused:
        refusal = f"{refused.detail} {refused.advice}".strip()
    words = chart_words()
    page = BuilderPage(
        title=_("Edit report") if is_edit else _("New report"),
        name=name,
        description=origin.description if origin else "",
        action=f"/reports/{origin.id}/save" if origin and is_edit else "/reports/save",
        back=origin.url if origin and is_edit else "/reports",
        version=origin.version if origin and is_edit else None,
        preset_key=origin.preset_key if origin and not is_edit else "",
        definition=definition,
        offer=offer(of, access),
        charts=tuple((key, words[key], ICONS[key]) for key in CHARTS),
        periods=tuple(
            (label, orjson.dumps(value).decode(), key) for key, (label, value) in period_choices().items()
        ),
        attributions=attribution_words(),
        view=view,
        refusal=refusal,
    )
    return respond(request, "insight/builder.html", page)


def preview_of(access: Access, raw: Any) -> ResultView:
    """A definition in the making as a result; raises what `Definition.parse` and `run` raise."""
    definition = Definition.parse(raw, access)
    result = cached(access, definition, FRESH)
    return report_view(definition, result, link=draft_link, across=totals_across(access, definition))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The result of a definition that is being built."""
    access = permit(request, "reports.view")
    if not is_htmx(request):
        return redirect("report_new")  # a part of the builder is no page
    with newest_only(access, request.POST.get("place", "")[:80]):
        view = preview_of(access, request.POST.get("definition", ""))
    return respond(request, "insight/builder.html", PreviewPage(view), block="preview")


@require_POST
def leave_preview(request: HttpRequest) -> HttpResponse:
    """The preview that is being computed is not waited for any more."""
    access = permit(request, "reports.view")
    leave(access, request.POST.get("place", "")[:80], alias())
    return HttpResponse(status=204)


@require_http_methods(["POST"])
def save(request: HttpRequest, report_id: int | None = None) -> HttpResponse:
    """Keep what was built."""
    access = permit(request, "reports.view")
    try:
        definition = orjson.loads(request.POST.get("definition", ""))
    except orjson.JSONDecodeError:
        raise Invalid.one("definition", "report.json", _("This is not valid JSON.")) from None
    values: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "description": request.POST.get("description", ""),
        "definition": definition,
    }
    if report_id is None and request.POST.get("preset_key"):
        values["preset_key"] = request.POST["preset_key"]
    version = text.whole(request.POST.get("version", ""))
    kept = save_report(access, values, report_id, version)
    return done(request, _("Report saved"), go=f"/reports/{kept}")
