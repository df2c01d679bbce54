"""Tracked sites: the list, and a site's page with its snippet and what came in last."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.lists import view_options
from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.tracking import queries, services
from headwater.tracking.models import Site
from headwater.tracking.origins import origin_label
from headwater.tracking.types import Consent, HitKind
from headwater.tracking.web.script import address_of, banner_words
from headwater.ui import records
from headwater.ui.pages import Action, Cell, Column, EmptyState, FactGroup, Row
from headwater.ui.responses import done, respond

_SHOWN = ("domains", "is_active", "consent", "consent_text", "privacy_url", "keep_days")


@dataclass(frozen=True, slots=True)
class SitePage:
    """All of `tracking/site.html`."""

    name: str
    url: str
    actions: tuple[Action, ...]
    groups: tuple[FactGroup, ...]
    snippet: str
    consent: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_archived: bool
    is_active: bool


@require_GET
def site_list(request: HttpRequest) -> HttpResponse:
    """All sites."""
    access = permit(request, "tracking_sites.view")
    new = Action(_("Add a site"), icon="plus", dialog=reverse("tracking_site_new"), kind="primary")
    may_add = access.may("tracking_sites.create")
    archive = Action(_("Archive"), icon="archive", post=reverse("tracking_sites_archive"), key="archive")
    page = records.list_page(
        request,
        access,
        record_type("tracking_site"),
        url=reverse("tracking_sites"),
        card=("domains", "consent"),
        actions=(new,) if may_add else (),
        batch=(archive,) if access.may("tracking_sites.delete") else (),
        search_placeholder=_("Search by name or domain"),
        empty=EmptyState(
            _("No site is tracked yet"),
            _("One line in your pages, and each lead shows what they read before they wrote to you."),
            icon="mouse-pointer-click",
            actions=(new,) if may_add else (),
        ),
        **view_options(request, access, record_type("tracking_site")),
    )
    return respond(request, "ui/records/list.html", page)


@require_http_methods(["GET", "POST"])
def new_site(request: HttpRequest) -> HttpResponse:
    """Add a site; its page then has the snippet."""
    access = permit(request, "tracking_sites.create")
    kind = record_type("tracking_site")
    keys = ("name", "domains", "consent", "privacy_url")
    if request.method == "POST":
        made = services.create_site(access, records.submitted(request, kind, access, keys))
        return done(request, go=reverse("tracking_site", args=[made]))
    page = records.form_page(
        kind,
        access,
        title=_("Add a site"),
        action=reverse("tracking_site_new"),
        keys=keys,
        submit=pgettext("tracked site", "Add"),
        cancel_href=reverse("tracking_sites"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit_site(request: HttpRequest, site_id: int) -> HttpResponse:
    """All of its facts."""
    access = permit(request, "tracking_sites.edit")
    kind = record_type("tracking_site")
    if request.method == "POST":
        version = text.whole(request.POST.get("version", ""))
        services.update_site(access, site_id, records.submitted(request, kind, access), version=version)
        return done(request, _("Saved"), go=reverse("tracking_site", args=[site_id]))
    page = records.form_page(
        kind,
        access,
        title=_("Change the site"),
        action=reverse("tracking_site_edit", args=[site_id]),
        row=listing.get(access, kind, site_id),
        cancel_href=reverse("tracking_site", args=[site_id]),
    )
    return respond(request, "ui/records/form.html", page)


@require_GET
def site_page(request: HttpRequest, site_id: int) -> HttpResponse:
    """Snippet, consent, and what came in last: is it installed?"""
    access = permit(request, "tracking_sites.view")
    site = queries.site_by_id(access, site_id)
    kind = record_type("tracking_site")
    row = listing.get(access, kind, site_id, archived=True)
    language = "zh" if request.LANGUAGE_CODE.startswith("zh") else "en"
    page = SitePage(
        name=site.name,
        url=reverse("tracking_site", args=[site_id]),
        actions=_actions(access, site),
        groups=records.fact_groups(
            kind, access, row, skip=tuple(key for key in kind.all_fields if key not in _SHOWN)
        ),
        snippet=snippet_of(site),
        consent=site.consent,
        words=tuple(banner_words(site, language)) if site.consent == Consent.ASK else (),
        columns=(
            Column("page", pgettext("visit", "Page")),
            Column("kind", pgettext("visit", "Kind")),
            Column("origin", pgettext("visit", "Came from")),
            Column("at", pgettext("visit", "When"), align="right"),
        ),
        rows=tuple(_hit(one) for one in queries.latest_hits(access, site_id)),
        is_archived=site.archived_at is not None,
        is_active=site.is_active,
    )
    return respond(request, "tracking/site.html", page, fragments={"hw-last-events": "events"})


@require_POST
def archive_many(request: HttpRequest) -> HttpResponse:
    """Put the chosen sites away."""
    access = permit(request, "tracking_sites.delete")
    ids = [int(item) for item in request.POST.getlist("ids")[:500] if item.isascii() and item.isdigit()]
    services.archive_sites(access, ids)
    return done(request, _("Archived. Nothing more is taken in; what is there stays."))


@require_POST
def restore(request: HttpRequest, site_id: int) -> HttpResponse:
    """Take a site up again."""
    access = permit(request, "tracking_sites.delete")
    queries.site_by_id(access, site_id)
    services.restore_sites(access, [site_id])
    return done(request, _("The site is tracked again."), go=reverse("tracking_site", args=[site_id]))


def snippet_of(site: Site) -> str:
    """The line for the site's pages."""
    return f'<script async src="{address_of(site)}"></script>'


def _actions(access: Access, site: Site) -> tuple[Action, ...]:
    if site.archived_at is not None:
        again = reverse("tracking_site_restore", args=[site.pk])
        restored = Action(pgettext("tracked site", "Track again"), icon="undo-2", post=again)
        return (restored,) if access.may("tracking_sites.delete") else ()
    if not access.may("tracking_sites.edit"):
        return ()
    return (
        Action(
            pgettext("tracked site", "Change"),
            icon="pencil",
            dialog=reverse("tracking_site_edit", args=[site.pk]),
        ),
    )


def _hit(row: dict[str, Any]) -> Row:
    hues = {HitKind.PAGE: "blue", HitKind.FORM: "green", HitKind.DOWNLOAD: "violet"}
    kind = HitKind(row["kind"])
    return Row(
        row["id"],
        (
            Cell("text", text=row["detail"] or row["title"] or row["path"], title=row["path"]),
            Cell("tag", text=kind.label, hue=hues[kind]),
            Cell("text", text=origin_label(row["origin"])),
            Cell("when", row["at"]),
        ),
    )
