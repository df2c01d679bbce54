"""A lead's visits: beside its facts, in full, erased, and a link that recognises them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import Access, permit
from headwater.tracking import queries, services
from headwater.tracking.origins import origin_label
from headwater.tracking.types import HitKind
from headwater.ui.pages import Action, Cell, Column, RelatedList, Row
from headwater.ui.responses import done, respond

_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Something done within a visit."""

    at: datetime
    icon: str
    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit, with its steps."""

    at: datetime
    origin: str
    summary: str
    site: str
    steps: tuple[Step, ...]
    more: int


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """All of `tracking/visits.html`."""

    count: int
    pages: int
    first_at: datetime | None
    first_origin: str
    visits: tuple[Shown, ...]
    lead_url: str
    erase_url: str


@dataclass(frozen=True, slots=True)
class LinkPage:
    """All of `tracking/link.html`."""

    url: str
    lead_url: str
    page: str
    made: str
    days: int


def visits_panel(access: Access, lead_id: int) -> RelatedList | None:
    """The latest visits beside a lead's facts; nothing for a lead that was never seen."""
    found = queries.visits_of(lead_id, limit=_BESIDE)
    if not found.count and not queries.open_sites():
        return None
    rows = tuple(
        Row(
            one.id,
            (
                Cell("text", text=one.entry_title or one.entry_path, note=_summary(one)),
                Cell("when", one.started_at),
            ),
        )
        for one in found.visits
    )
    link = Action(
        _("Link that recognises this lead"), icon="link", dialog=reverse("lead_visits_link", args=[lead_id])
    )
    return RelatedList(
        title=pgettext("lead", "Website visits"),
        columns=(Column("page", pgettext("visit", "Page")), Column("at", pgettext("visit", "When"))),
        rows=rows,
        count=found.count or None,
        add=link,
        all_href=reverse("lead_visits", args=[lead_id]) if found.count else "",
        empty=_("Not seen on our website yet."),
        key="visits",
    )


@require_GET
def visits_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Visit by visit, page by page."""
    access = permit(request, "leads.view")
    found = queries.lead_history(access, lead_id, limit=50, with_hits=True)
    page = VisitsPage(
        count=found.count,
        pages=found.pages,
        first_at=found.first_at,
        first_origin=origin_label(found.first_origin),
        visits=tuple(
            Shown(
                one.started_at,
                origin_label(one.origin),
                _summary(one),
                one.site,
                tuple(_step(hit) for hit in one.hits),
                max(0, one.pages + one.forms + one.downloads - len(one.hits)),
            )
            for one in found.visits
        ),
        lead_url=f"/leads/{lead_id}",
        erase_url=reverse("lead_visits_erase", args=[lead_id]) if access.may("leads.delete") else "",
    )
    return respond(request, "tracking/visits.html", page)


@require_POST
def erase(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Delete all that is kept of the lead's visits."""
    access = permit(request, "leads.delete")
    services.erase_visits(access, lead_id)
    return done(
        request, _("The visits are erased, and these browsers are forgotten."), go=f"/leads/{lead_id}"
    )


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The address of a page of ours, made so that it tells who came."""
    access = permit(request, "leads.view")
    queries.lead_history(access, lead_id, limit=1)
    given = request.POST.get("url", "")
    made = services.link_for_lead(access, lead_id, given) if request.method == "POST" else ""
    first = next((row["domains"].split()[0] for row in queries.open_sites()), "")
    page = LinkPage(
        url=reverse("lead_visits_link", args=[lead_id]),
        lead_url=f"/leads/{lead_id}",
        page=given or (f"https://{first}/" if first else ""),
        made=made,
        days=services.GOOD_FOR,
    )
    block = "made" if request.method == "POST" else None
    return respond(request, "tracking/link.html", page, block=block)


def _summary(one: queries.LeadVisit) -> str:
    parts = [
        origin_label(one.origin),
        ngettext("%(count)s page", "%(count)s pages", one.pages) % {"count": one.pages},
    ]
    if one.downloads:
        some = ngettext("%(count)s download", "%(count)s downloads", one.downloads)
        parts.append(some % {"count": one.downloads})
    return " · ".join(parts)


def _step(row: dict[str, Any]) -> Step:
    icons = {HitKind.PAGE: "file-text", HitKind.FORM: "clipboard-list", HitKind.DOWNLOAD: "download"}
    kind = HitKind(row["kind"])
    label = row["title"] or row["path"]
    if kind != HitKind.PAGE:
        label = f"{kind.label}: {row['detail'] or row['path']}"
    return Step(row["at"], icons[kind], label, row["path"])
