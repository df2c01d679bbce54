"""The dialogs of converting a lead and of having its contact shown."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.leads import services
from headwater.leads.services.revealing import reveals_today
from headwater.leads.settings import REVEALS_PER_DAY
from headwater.leads.types import CONTACT_METHODS
from headwater.sales.duplicates import Match, accounts_for_match
from headwater.ui.pages import Fact, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.pages.lists import Cell
from headwater.ui.responses import done, respond


@require_http_methods(["GET", "POST"])
def convert(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Make a customer of the lead; existing accounts that look the same are offered first."""
    access = permit(request, "leads.convert")
    if request.method == "POST":
        return _convert(request, lead_id)
    row = listing.get(access.also("leads.view"), record_type("lead"), lead_id)
    matches = accounts_for_match(
        access,
        company=row["company"] or row["name"],
        methods={key: row[key] for key in CONTACT_METHODS if row.get(key)},
    )
    page = FormPage(
        title=_("Convert to customer"),
        action=f"/leads/{lead_id}/convert",
        groups=(_account_group(row, matches), _contact_group(row), _opportunity_group(row)),
        submit=_("Convert"),
        intro=_("The lead becomes read-only history; its follow-ups stay reachable from the customer."),
    )
    return respond(request, "leads/form.html", page)


def _convert(request: HttpRequest, lead_id: int) -> HttpResponse:
    access = permit(request, "leads.convert")
    posted = request.POST
    chosen = posted.get("account_id", "")
    opportunity: dict[str, Any] | None = None
    if posted.get("with_opportunity") in ("1", "true", "on"):
        opportunity = {
            key: posted[f"opportunity_{key}"]
            for key in ("name", "amount", "expected_close_on")
            if posted.get(f"opportunity_{key}")
        } or {"name": posted.get("account_name", "")}
    made = services.convert_lead(
        access,
        lead_id,
        account={"name": posted["account_name"]}
        if posted.get("account_name") and not chosen.isdecimal()
        else None,
        account_id=int(chosen) if chosen.isdecimal() else None,
        contact=posted.get("with_contact") in ("1", "true", "on"),
        opportunity=opportunity,
    )
    return done(request, _("Converted"), go=f"/accounts/{made.account_id}")


def _account_group(row: dict[str, Any], matches: list[Match]) -> FieldGroup:
    reachable = [match for match in matches if match.in_reach and match.record == "account"]
    controls = []
    if reachable:
        options = [Option("", _("A new account"))]
        options += [
            Option(str(match.id), match.name, note=match.owner_name or "", icon="building-2")
            for match in reachable
        ]
        controls.append(
            FieldControl(
                "account_id",
                _("Account"),
                kind="radio",
                options=tuple(options),
                value=str(reachable[0].id) if reachable[0].similarity >= 100 else "",
            )
        )
    controls.append(
        FieldControl(
            "account_name", _("Name of the new account"), value=row["company"] or row["name"], max_length=200
        )
    )
    return FieldGroup(tuple(controls), title=_("Account"))


def _contact_group(row: dict[str, Any]) -> FieldGroup:
    control = FieldControl(
        "with_contact",
        _("Make “%(name)s” a contact of it") % {"name": row["name"]},
        kind="switch",
        value=True,
    )
    return FieldGroup((control,), title=_("Contact"))


def _opportunity_group(row: dict[str, Any]) -> FieldGroup:
    return FieldGroup(
        (
            FieldControl("with_opportunity", _("Start an opportunity"), kind="switch", value=True),
            FieldControl("opportunity_name", _("Name"), value=row["company"] or row["name"], span=12),
            FieldControl(
                "opportunity_amount", _("Expected amount"), kind="money", value=row["budget"] or "", span=6
            ),
            FieldControl("opportunity_expected_close_on", _("Expected close"), kind="date", span=6),
        ),
        title=_("Opportunity"),
    )


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
