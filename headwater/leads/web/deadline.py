"""The deadline of one lead: why it goes back, when, and its protection."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel import clock, listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.leads.recycle_words import cause_text, clock_text, conditions_text, period_label
from headwater.leads.services.deadlines import Explained, explain_deadlines
from headwater.leads.services.protecting import REASON, protect_lead, protections_used, unprotect_lead
from headwater.leads.settings import PROTECT_DAYS, PROTECTIONS
from headwater.leads.types import Status
from headwater.leads.web.going import may_protect
from headwater.organization.queries import names_of
from headwater.ui.pages import Fact, FieldControl
from headwater.ui.pages.lists import Cell
from headwater.ui.responses import done, respond

_SPANS = (3, 7, 14)  # days of protection that take one press


@dataclass(frozen=True, slots=True)
class DeadlinePage:
    """All of `leads/recycling/deadline.html`: why a lead goes, when, and what keeps it."""

    lead_id: int
    name: str
    explained: Explained
    cause: str
    facts: tuple[Fact, ...]
    may_protect: bool
    used: int
    limit: int
    days: int
    protector: str
    is_protected: bool
    controls: tuple[FieldControl, ...]


@require_GET
def deadline(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Why the lead goes back to its pool, and what can be done."""
    access = permit(request, "leads.view")
    row = listing.get(access, record_type("lead"), lead_id, fields=["name", "owner"])
    explained = explain_deadlines(access, lead_id)
    known, lead = explained.deadlines, explained.lead
    owned = Status(lead["status"]).is_owned
    facts: list[Fact] = []
    if known is not None:
        facts.append(Fact(_("Rule"), Cell("text", f"{known.rule.label} · {conditions_text(known.rule)}")))
        facts.append(Fact(_("Which hours count"), Cell("text", clock_text(known.rule))))
        facts.append(Fact(_("Got by its owner"), Cell("when", lead["assigned_at"])))
        facts.append(Fact(_("Last follow-up"), Cell("when", lead["last_activity_at"])))
        facts += [Fact(period_label(period), Cell("when", period.due_at)) for period in known.periods]
        if lead["rounds"]:
            facts.append(
                Fact(
                    _("Taken back so far"),
                    Cell(
                        "text",
                        _("%(n)s of %(most)s times") % {"n": lead["rounds"], "most": known.rule.max_rounds},
                    ),
                )
            )
    page = DeadlinePage(
        lead_id,
        row["name"],
        explained,
        "" if known is None else cause_text(known.cause, known.rule),
        tuple(facts),
        owned and may_protect(access, lead["owner_id"]),
        protections_used(lead["owner_id"]) if owned else 0,
        PROTECTIONS.get(),
        PROTECT_DAYS.get(),
        names_of([lead["protected_by_id"]]).get(lead["protected_by_id"], "")
        if lead["protected_by_id"]
        else "",
        lead["protected_until"] is not None and lead["protected_until"] > clock.now(),
        (
            FieldControl(
                "until",
                _("Protect until"),
                kind="datetime",
                required=True,
                span=6,
                earliest=clock.today(),
                latest=clock.today() + timedelta(days=PROTECT_DAYS.get()),
                days=tuple(days for days in _SPANS if days <= PROTECT_DAYS.get()),
            ),
            FieldControl(
                "reason",
                _("Reason"),
                required=True,
                max_length=REASON,
                span=6,
                placeholder=_("e.g. the buyer is abroad until May"),
            ),
        ),
    )
    return respond(request, "leads/recycling/deadline.html", page)


@require_POST
def protect(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Keep the lead until the day chosen."""
    access = permit(request, "leads.protect")
    protect_lead(access, lead_id, _moment(request), reason=request.POST.get("reason", ""))
    return done(request, _("Protected"))


@require_POST
def unprotect(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Let the rules have the lead again."""
    access = permit(request, "leads.protect")
    unprotect_lead(access, lead_id)
    return done(request, _("Protection ended"))


def _moment(request: HttpRequest) -> datetime:
    typed = request.POST.get("until", "").strip()
    if not typed:
        raise Invalid.one("until", "value.required", _("Say until when."))
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None:
        raise Invalid.one("until", "value.type", _("Choose a day to come."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


urlpatterns = [
    path("leads/<int:lead_id>/deadline", deadline, name="lead_deadline"),
    path("leads/<int:lead_id>/protect", protect, name="lead_protect"),
    path("leads/<int:lead_id>/unprotect", unprotect, name="lead_unprotect"),
]
