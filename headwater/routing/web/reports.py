"""What waits, who got how much, and why a lead went where it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.errors import NotFound
from headwater.leads.mailing.types import MAIL_HUES, MailState
from headwater.leads.mailing.words import sentence as mail_sentence
from headwater.routing import services
from headwater.routing.models import RoutingRule
from headwater.routing.queries.decisions import (
    Candidate,
    Waiting,
    candidates_of,
    count_waiting,
    get_decision,
    waiting_leads,
)
from headwater.routing.queries.fairness import Share, fairness
from headwater.routing.queries.rules import all_rules
from headwater.routing.types import Strategy, Trigger, Waits
from headwater.routing.web.frame import HOME, tabs
from headwater.routing.wording import check_text, sentence
from headwater.ui.formats import enumerated
from headwater.ui.pages import Tab
from headwater.ui.responses import done, respond

HUES = {Waits.OPENING: "blue", Waits.GATE: "amber", Waits.PERSON: "red"}


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A waiting lead as shown."""

    waiting: Waiting
    label: str
    hue: str
    reasons: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    tabs: tuple[Tab, ...]
    filters: tuple[Tab, ...]
    lines: tuple[WaitingLine, ...]


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Leads that wait for opening, for completion or for somebody with room."""
    access = permit(request, "routing.configure").also("leads.view")
    chosen = request.GET.get("for", "")
    counts = count_waiting()
    kinds = [kind for kind in Waits if kind != Waits.TURN]
    total = sum(counts.get(kind.value, 0) for kind in kinds)
    filters = (
        Tab(_("All"), f"{HOME}/waiting", not chosen, count=total),
        *(
            Tab(
                str(kind.label),
                f"{HOME}/waiting?for={kind.value}",
                chosen == kind.value,
                counts.get(kind.value, 0),
            )
            for kind in kinds
        ),
    )
    lines = tuple(
        WaitingLine(
            one,
            str(Waits(one.waits_for).label),
            HUES[Waits(one.waits_for)],
            enumerated(check_text(name) for name in one.reasons),
        )
        for one in waiting_leads(access, waits_for=chosen)
    )
    page = WaitingPage(tabs("waiting"), filters, lines)
    return respond(request, "routing/waiting.html", page, fragments={"hw-waiting": "waiting"})


@require_POST
def again(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Have all rules look at a lead now."""
    access = permit(request, "leads.assign")
    services.ask_dispatch(access, [lead_id])
    return done(request, _("The rules are looking at it"))


@dataclass(frozen=True, slots=True)
class FairnessPage:
    """The report; `groups` by rule."""

    tabs: tuple[Tab, ...]
    periods: tuple[Tab, ...]
    groups: tuple[tuple[str, tuple[Share, ...]], ...]
    since: date
    until: date


@require_GET
def fairness_report(request: HttpRequest) -> HttpResponse:
    """Share, grade mix, first response and result of each person under each rule."""
    access = permit(request, "routing.configure")
    raw = request.GET.get("days", "30")
    days = int(raw) if raw in ("7", "30", "90", "365") else 30
    today = clock.today()
    since, until = _moment(today - timedelta(days=days - 1)), _moment(today + timedelta(days=1))
    groups: dict[int, list[Share]] = {}
    for share in fairness(access, since, until):
        groups.setdefault(share.rule_id, []).append(share)
    names: Mapping[int, str] = {rule.pk: rule.name for rule in all_rules(access)}
    periods = tuple(
        Tab(_("%(days)s days") % {"days": count}, f"{HOME}/fairness?days={count}", count == days)
        for count in (7, 30, 90, 365)
    )
    page = FairnessPage(
        tabs("fairness"),
        periods,
        tuple((names.get(rule_id, shares[0].rule), tuple(shares)) for rule_id, shares in groups.items()),
        today - timedelta(days=days - 1),
        today,
    )
    return respond(request, "routing/fairness.html", page)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Why a lead went where it went."""

    sentence: str
    at: datetime
    trigger: str
    rule: str
    rule_href: str
    strategy: str
    steps: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    gate: str
    seed: int | None
    mail: str
    mail_href: str


@require_GET
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Everybody who was in question, and why not."""
    access = permit(request, "leads.view")
    row = get_decision(access, decision_id)
    kept: dict[str, Any] = row["detail"].get("candidates", {})
    there = (
        access.may("routing.configure")
        and RoutingRule.objects.filter(pk=row["rule_id"], archived_at__isnull=True).exists()
    )
    page = DecisionPage(
        sentence=sentence(row),
        at=row["at"],
        trigger=str(Trigger(row["trigger"]).label),
        rule=f"{row['rule_name']} v{row['rule_version']}" if row["rule_name"] else "",
        rule_href=f"{HOME}/{row['rule_id']}/versions" if there else "",
        strategy=str(Strategy(row["strategy"]).label) if row["strategy"] else "",
        steps=tuple(
            _("%(strategy)s: nobody fits") % {"strategy": Strategy(step["key"]).label}
            for step in kept.get("steps", [])
            if step.get("nobody")
        ),
        candidates=tuple(candidates_of(row)),
        gate=enumerated(check_text(name) for name in row["detail"].get("gate", [])),
        seed=kept.get("seed"),
        mail=mail_sentence(row["mail"]) if row["mail"] else "",
        mail_href=f"/routing/decisions/{decision_id}/mail",
    )
    return respond(request, "routing/decision.html", page, block="dialog")


@dataclass(frozen=True, slots=True)
class MailPage:
    """A mail to a customer: as it went, or as the rule has it."""

    state: str
    hue: str
    reason: str
    at: datetime | None
    subject: str
    text: str


@require_GET
def mail(request: HttpRequest, decision_id: int) -> HttpResponse:
    """What the customer was told when a rule gave the lead to somebody."""
    row = get_decision(permit(request, "leads.view"), decision_id)
    kept = row["mail"]
    if kept is None:
        raise NotFound(record="mail", id=decision_id)
    state = MailState(kept["state"])
    page = MailPage(
        state=str(state.label),
        hue=MAIL_HUES[state],
        reason=mail_sentence(kept) if kept["reason"] else "",
        at=kept["settled_at"],
        subject=kept["subject"],
        text=kept["text"],
    )
    return respond(request, "routing/mail.html", page, block="dialog")
