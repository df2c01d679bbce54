"""A report on its page: switched between periods, comparisons and charts without leaving it."""

from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.insight.drawing import ResultView, across_of, report_view
from headwater.insight.engine import Definition, Result, kind_of
from headwater.insight.engine.overtaking import newest_only
from headwater.insight.errors import ReportsBusy
from headwater.insight.offers import offers_for
from headwater.insight.queries import ReportView, get_report
from headwater.insight.results import cached
from headwater.insight.web.asked import Switches, known_dataset, overridden, switches, without_sort
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError, Invalid
from headwater.ui.formats import calendar_day
from headwater.ui.pages import Action, Refusal
from headwater.ui.records.words import condition_words
from headwater.ui.responses import respond

FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All of `insight/report.html`."""

    report: ReportView
    about: tuple[str, ...]  # what it counts, under which conditions
    switches: Switches | None
    view: ResultView | None
    refusal: Refusal | None
    is_waiting: bool  # for a place to be computed; the page asks again by itself
    actions: tuple[Action, ...]
    more: tuple[Action, ...]
    files: tuple[Action, ...]
    sort_address: str
    fresh_address: str
    days: str
    place: str  # tells what is asked from this page from what is asked in other tabs


@require_GET
def saved_page(request: HttpRequest, report_id: int) -> HttpResponse:
    """A report that somebody keeps."""
    return _page(request, report_id)


@require_GET
def preset_page(request: HttpRequest, key: str) -> HttpResponse:
    """A preset."""
    return _page(request, key)


def _page(request: HttpRequest, key: int | str) -> HttpResponse:
    access = permit(request, "reports.view")
    report = get_report(access, key)
    raw = overridden(report.definition, request.GET)
    view, refusal, result, is_waiting = None, None, None, False
    try:
        definition = Definition.stored(raw, access)
        # Who switches on before an answer came does not wait for that one any more.
        with newest_only(access, request.headers.get("Report-Place", "")[:80]):
            result = cached(access, definition, FRESH, refresh="fresh" in request.GET)
            across = totals_across(access, definition)
        address = f"{report.url}/records"
        period = without_sort(request)
        view = report_view(
            definition, result, drill=f"{address}?{period}" if period else address, across=across
        )
    except DomainError as refused:
        refusal = Refusal(refused.status, _said(refused), refused.advice)
        is_waiting = isinstance(refused, ReportsBusy)
    kind = view.kind if view else str((raw.get("chart") or {}).get("kind", "table"))
    page = ReportPage(
        report=report,
        about=_about(access, raw),
        switches=switches(request, report.url, raw, kind),
        view=view,
        refusal=refusal,
        is_waiting=is_waiting,
        actions=_actions(access, report),
        more=_more(access, report),
        files=_files(access, request, report) if view else (),
        sort_address=_with(request, report.url, "sort"),
        fresh_address=_with(request, report.url, "fresh") + "1",
        days=_days(result),
        place=token_hex(8),
    )
    return respond(request, "insight/report.html", page)


def _said(refused: DomainError) -> str:
    if isinstance(refused, Invalid):
        return " ".join(dict.fromkeys(one["detail"] for one in refused.fields.values()))
    return refused.detail


def totals_across(access: Access, definition: Definition) -> Result | None:
    """The same question by the last grouping alone: what stands below the columns of a pivot."""
    alone = across_of(definition)
    return None if alone is None else cached(access, alone, FRESH)


def _about(access: Access, raw: dict[str, Any]) -> tuple[str, ...]:
    """What the report is over, and its conditions in words."""
    of = known_dataset(raw)
    if of is None:
        return ()
    parts = [str(of.label)]
    if raw.get("filters"):
        parts.append(condition_words(raw["filters"], kind_of(of, access), access))
    if raw.get("attribution"):
        parts.append(attribution_words()[str(raw["attribution"])])
    return tuple(parts)


def attribution_words() -> dict[str, str]:
    """To which touch a record is put down."""
    return {
        "first": pgettext("attribution", "First touch"),
        "last": pgettext("attribution", "Last touch"),
        "linear": pgettext("attribution", "All touches in equal shares"),
    }


def _actions(access: Access, report: ReportView) -> tuple[Action, ...]:
    pinned = report.is_pinned
    pin = Action(
        pgettext("report", "Unpin") if pinned else pgettext("report", "Pin"),
        icon="star",
        post=f"{report.url}/{'unpin' if pinned else 'pin'}",
        key="pin",
        kind="soft" if pinned else "",
    )
    if report.is_preset:
        edit = Action(
            _("Change as my own"),
            icon="pencil",
            href=f"/reports/new?preset={report.preset_key}",
            kind="primary",
        )
    elif report.may_edit:
        edit = Action(_("Edit"), icon="pencil", href=f"{report.url}/edit", kind="primary")
    else:
        edit = Action(
            _("Change as my own"), icon="pencil", href=f"/reports/new?from={report.id}", kind="primary"
        )
    share: tuple[Action, ...] = ()
    if report.id is not None and report.may_edit and access.may("reports.share"):
        share = (Action(pgettext("report", "Share"), icon="share-2", dialog=f"{report.url}/share"),)
    return (pin, *share, edit)


def _more(access: Access, report: ReportView) -> tuple[Action, ...]:
    acts = offers_for(access, report)
    if report.id is not None and access.may("reports.schedule"):
        acts.append(Action(_("Send by mail"), icon="mail", dialog=f"{report.url}/schedules"))
    acts.append(Action(_("Copy"), icon="copy", post=f"{report.url}/copy"))
    if report.id is not None and report.may_edit:
        acts.append(
            Action(
                _("Archive"),
                icon="archive",
                post=f"{report.url}/archive",
                confirm=_("Archive this report? Mails of it stop; it can be brought back."),
                kind="danger",
            )
        )
    return tuple(acts)


def _files(access: Access, request: HttpRequest, report: ReportView) -> tuple[Action, ...]:
    if not access.may("reports.export"):
        return ()
    kinds = (("xlsx", _("Excel workbook"), "file-spreadsheet"), ("csv", "CSV", "file-text"))
    return tuple(
        Action(label, icon=icon, href=_with(request, f"{report.url}/file", "format") + kind, download=True)
        for kind, label, icon in kinds
    )


def _with(request: HttpRequest, path: str, name: str) -> str:
    """The address with a parameter that is still to be given."""
    params = request.GET.copy()
    for key in (name, "fresh"):
        params.pop(key, None)
    return f"{path}?{params.urlencode()}{'&' if params else ''}{name}="


def _days(result: Result | None) -> str:
    """The days that the report is about, and those it is compared with."""
    if result is None or result.since is None or result.until is None:
        return ""

    def span(first: date, last: date) -> str:
        if first == last:
            return calendar_day(first)
        if first.year != last.year:
            return f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
        return f"{calendar_day(first)} – {calendar_day(last)}"

    days = span(result.since, result.until)
    if result.before_since and result.before_until:
        before = span(result.before_since, result.before_until)
        return _("%(days)s, compared with %(before)s") % {"days": days, "before": before}
    return days
