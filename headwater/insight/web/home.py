"""All reports that a reader may open, and where a new one begins."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.insight.engine import dataset
from headwater.insight.presets import PRESETS
from headwater.insight.queries import ReportView, reports_for
from headwater.kernel.access import permit
from headwater.ui.pages import Action, EmptyState
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class Shelf:
    """Reports under a heading."""

    key: str
    title: str
    reports: tuple[ReportView, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """All of `insight/home.html`."""

    q: str
    shelves: tuple[Shelf, ...]
    datasets: dict[str, str]  # key -> label
    empty: EmptyState | None


def question_words() -> dict[str, str]:
    """What presets answer, in the order of the page."""
    return {
        "marketing": pgettext("group of reports", "Marketing"),
        "sales": pgettext("group of reports", "Sales"),
        "follow_up": pgettext("group of reports", "Follow-up"),
        "rules": pgettext("group of reports", "Rules and process"),
        "numbers": pgettext("group of reports", "Key figures"),
    }


_SHELVES = {
    "marketing": "marketing",
    "acquisition": "marketing",
    "conversion": "sales",
    "manager": "sales",
    "rep": "sales",
    "follow_up": "follow_up",
    "assignment": "rules",
}


def shelf_of(key: str) -> str:
    """Under which heading a preset stands."""
    preset = PRESETS[key]
    if (preset.definition.get("chart") or {}).get("kind") == "number":
        return "numbers"
    return _SHELVES.get(preset.question, "sales")


def preset_shelves(presets: list[ReportView]) -> tuple[Shelf, ...]:
    """Presets by the question that they answer."""
    words = question_words()
    groups: dict[str, list[ReportView]] = {key: [] for key in words}
    for view in presets:
        groups[shelf_of(view.preset_key)].append(view)
    return tuple(Shelf(f"preset-{key}", words[key], tuple(views)) for key, views in groups.items() if views)


@require_GET
def home_page(request: HttpRequest) -> HttpResponse:
    """Pinned, own, shared and preset reports."""
    access = permit(request, "reports.view")
    q = request.GET.get("q", "").strip()[:80]
    found = reports_for(access, q)
    shelves = (
        Shelf("pinned", _("Pinned"), tuple(found.pinned)),
        Shelf("mine", _("My reports"), tuple(found.mine)),
        Shelf("shared", _("Shared with me"), tuple(found.shared)),
        *preset_shelves(found.presets),
        Shelf("archived", _("Archived"), tuple(found.archived)),
    )
    shown = tuple(shelf for shelf in shelves if shelf.reports)
    page = HomePage(
        q=q,
        shelves=shown,
        datasets=dataset_words(report for shelf in shown for report in shelf.reports),
        empty=None if shown else _nothing(q),
    )
    return respond(request, "insight/home.html", page, fragments={"hw-reports": "shelves"})


def dataset_words(reports: Iterable[ReportView]) -> dict[str, str]:
    """The labels of the datasets of some reports."""
    found = {}
    for report in reports:
        known = dataset(report.dataset)
        found[report.dataset] = str(known.label) if known else ""
    return found


def _nothing(q: str) -> EmptyState:
    if q:
        return EmptyState(
            _("No report is called like that"),
            _("Search by a part of the name or the description."),
            icon="search",
            actions=(Action(_("Show all"), href="/reports", kind="soft"),),
        )
    return EmptyState(
        _("No reports yet"),
        _("Begin with a template or with the records that you want to count."),
        icon="chart-column",
        actions=(Action(_("New report"), icon="plus", href="/reports/new", kind="soft"),),
    )
