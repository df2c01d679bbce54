"""The dialog of having a lead's contact shown."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.leads import services
from headwater.leads.services.revealing import reveals_today
from headwater.leads.settings import REVEALS_PER_DAY
from headwater.leads.types import CONTACT_METHODS
from headwater.ui.pages import Fact
from headwater.ui.pages.lists import Cell
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class RevealPage:
    """The dialog with the shown contact methods."""

    name: str
    facts: tuple[Fact, ...]
    used: int
    limit: int
    claim_url: str

    @property
    def left(self) -> int:
        """How many more may be shown today, where there is a limit."""
        return max(0, self.limit - self.used)


@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Ask first: a reveal counts. POST shows the contact."""
    access = permit(request, "leads.reveal")
    kind = record_type("lead")
    row = listing.get(access.also("leads.view"), kind, lead_id, fields=["name", *CONTACT_METHODS, "pool"])
    shown: dict[str, Any] = {}
    if request.method == "POST":
        shown = services.reveal_contact(access, lead_id)
    facts = tuple(
        Fact(field.label, Cell("phone" if key in ("mobile", "phone") else "text", shown[key]))
        for key in CONTACT_METHODS
        if shown.get(key) and (field := kind.field(key)) is not None
    )
    page = RevealPage(
        name=row["name"],
        facts=facts,
        used=reveals_today(access.user_id or 0),
        limit=REVEALS_PER_DAY.get(),
        claim_url=f"/leads/claim?ids={lead_id}",
    )
    return respond(request, "leads/reveal.html", page, fragments={"hw-reveal": "reveal"})
