"""Who looked at how many leads of the pools one administers."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.kernel.access import permit
from headwater.leads.services.viewing import Looks, may_see_looks, who_looked
from headwater.leads.settings import REVEALS_PER_DAY, VIEWS_PER_DAY
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """Days and people, with the limits in force."""

    looks: tuple[Looks, ...]
    limits: str


@require_GET
def views_page(request: HttpRequest) -> HttpResponse:
    """A week of views and reveals, for administrators of pools."""
    access = permit(request, "leads.view")
    may_see_looks(access)
    views, reveals = VIEWS_PER_DAY.get(), REVEALS_PER_DAY.get()
    limits = _("Limits per person and day: %(views)s pooled leads opened, %(reveals)s numbers shown.") % {
        "views": views or _("no limit"),
        "reveals": reveals or _("no limit"),
    }
    return respond(request, "leads/views.html", ViewsPage(tuple(who_looked(access)), limits))
