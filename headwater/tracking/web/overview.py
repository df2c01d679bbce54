"""Marketing → Website visits: figures, pages and origins of the last days."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.kernel.access import permit
from headwater.kernel.text import whole
from headwater.tracking import queries
from headwater.tracking.origins import origin_label
from headwater.ui.formats import number
from headwater.ui.pages import Action, Cell, Column, EmptyState, Row, Tab, Tile
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All of `tracking/overview.html`."""

    spans: tuple[Tab, ...]
    sites: tuple[Tab, ...]
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    page_columns: tuple[Column, ...]
    pages: tuple[Row, ...]
    origin_columns: tuple[Column, ...]
    origins: tuple[Row, ...]
    sites_url: str
    empty: EmptyState | None


@require_GET
def overview_page(request: HttpRequest) -> HttpResponse:
    """The last days of all sites or of one."""
    access = permit(request, "tracking_sites.view")
    days = whole(request.GET.get("days", ""))
    days = days if days in queries.DAYS else 30
    open_sites = queries.open_sites()
    site_id = whole(request.GET.get("site", ""))
    site_id = site_id if site_id in {row["id"] for row in open_sites} else None
    found = queries.overview(access, site_id=site_id, days=days)

    def there(*, at_days: int = days, at_site: int | None = site_id) -> str:
        given = {"days": at_days} | ({"site": at_site} if at_site else {})
        return f"{reverse('tracking')}?{urlencode(given)}"

    sites = [Tab(_("All sites"), there(at_site=None), current=site_id is None)]
    sites += [Tab(row["name"], there(at_site=row["id"]), current=row["id"] == site_id) for row in open_sites]
    page = OverviewPage(
        spans=tuple(
            Tab(
                ngettext("%(count)s day", "%(count)s days", one) % {"count": one},
                there(at_days=one),
                current=one == days,
            )
            for one in queries.DAYS
        ),
        sites=tuple(sites) if len(open_sites) > 1 else (),
        tiles=_tiles(found),
        columns=_figure_columns("day", _("Day")),
        rows=tuple(_day(place, one) for place, one in enumerate(found.days) if one.visits or one.identified),
        page_columns=(
            Column("page", pgettext("visit", "Page")),
            Column("views", pgettext("visit", "Views"), align="right"),
        ),
        pages=tuple(
            Row(
                place,
                (
                    Cell("text", text=row["title"] or row["path"], title=row["path"]),
                    Cell("number", row["views"]),
                ),
            )
            for place, row in enumerate(found.pages, 1)
        ),
        origin_columns=(
            Column("origin", pgettext("visit", "Came from")),
            Column("visits", pgettext("visit", "Visits"), align="right"),
            Column("identified", pgettext("visit", "Identified"), align="right"),
        ),
        origins=tuple(
            Row(
                place,
                (
                    Cell("text", text=origin_label(row["origin"])),
                    Cell("number", row["visits"]),
                    Cell("number", row["identified"]),
                ),
            )
            for place, row in enumerate(found.origins, 1)
        ),
        sites_url=reverse("tracking_sites"),
        empty=None if open_sites else _nothing(may_add=access.may("tracking_sites.create")),
    )
    return respond(request, "tracking/overview.html", page)


def _tiles(found: queries.Overview) -> tuple[Tile, ...]:
    total = found.total
    share = f"{total.pages / total.visits:.1f}" if total.visits else "—"
    return (
        Tile(pgettext("visit", "Visitors"), number(total.visitors), icon="users-round"),
        Tile(pgettext("visit", "Visits"), number(total.visits), icon="mouse-pointer-click"),
        Tile(
            pgettext("visit", "Pages"),
            number(total.pages),
            note=_("%(count)s a visit") % {"count": share},
            icon="file-text",
        ),
        Tile(
            pgettext("visit", "Identified"),
            number(total.identified),
            note=_("visitors who became known leads"),
            icon="user-check",
        ),
    )


def _figure_columns(key: str, label: str) -> tuple[Column, ...]:
    return (
        Column(key, label),
        Column("visitors", pgettext("visit", "Visitors"), align="right"),
        Column("newcomers", pgettext("visit", "New"), align="right"),
        Column("visits", pgettext("visit", "Visits"), align="right"),
        Column("pages", pgettext("visit", "Pages"), align="right"),
        Column("identified", pgettext("visit", "Identified"), align="right"),
    )


def _day(place: int, one: queries.DayFigures) -> Row:
    return Row(
        place + 1,
        (
            Cell("date", one.day),
            Cell("number", one.visitors),
            Cell("number", one.newcomers),
            Cell("number", one.visits),
            Cell("number", one.pages),
            Cell("number", one.identified),
        ),
    )


def _nothing(*, may_add: bool) -> EmptyState:
    new = Action(_("Add a site"), icon="plus", dialog=reverse("tracking_site_new"), kind="primary")
    return EmptyState(
        _("No site is tracked yet"),
        _("One line in your pages, and each lead shows what they read before they wrote to you."),
        icon="mouse-pointer-click",
        actions=(new,) if may_add else (),
    )
