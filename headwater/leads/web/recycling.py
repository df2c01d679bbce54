"""Settings: recycle rules, with a preview of what they would do; and the deadline of one lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock, listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.leads.models import Recalculation
from headwater.leads.recycle_words import (
    applies_text,
    cause_text,
    conditions_text,
    field_labels,
    period_label,
    value_text,
)
from headwater.leads.services.deadlines import Explained, explain_deadlines
from headwater.leads.services.previewing import Preview, preview_rule
from headwater.leads.services.protecting import REASON, protect_lead, protections_used, unprotect_lead
from headwater.leads.services.recalculating import (
    archive_recycle_rule,
    latest_recalculation,
    order_recycle_rules,
    save_recycle_rule,
)
from headwater.leads.settings import PRIVATE_CAP, PROTECT_DAYS, PROTECTIONS, ROUNDS_HOURS, WARNING_HOURS
from headwater.leads.types import Status
from headwater.leads.web.going import may_protect
from headwater.leads.web.recycle_forms import rule_groups, submitted_rule
from headwater.organization.queries import names_of
from headwater.platform.settings import set_setting
from headwater.platform.versions import difference, versions_of
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import KIND, get_rule, rules_in_order
from headwater.pools.settings import GRACE_HOURS
from headwater.ui.pages import Fact, FieldControl, FieldGroup
from headwater.ui.pages.lists import Cell
from headwater.ui.responses import done, respond

_HOME = "/settings/recycling"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule in the list."""

    rule: RecycleRule
    conditions: str
    applies: str
    is_shadowed: bool  # a rule before it takes all that it could
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All of `leads/recycling/rules.html`."""

    groups: tuple[tuple[str, tuple[RuleCard, ...]], ...]
    limits: tuple[FieldGroup, ...]
    progress: Recalculation | None


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules of the company and of its pools, in the order in which they are tried."""
    permit(request, "pools.configure")
    by_pool: dict[str, list[RecycleRule]] = {}
    rules = rules_in_order()
    for rule in [rule for rule in rules if rule.pool_id is None] + [rule for rule in rules if rule.pool_id]:
        title = _("Whole company") if rule.pool is None else rule.pool.name
        by_pool.setdefault(title, []).append(rule)
    page = RulesPage(
        tuple((title, _cards(members)) for title, members in by_pool.items()),
        _limits(),
        latest_recalculation(),
    )
    return respond(request, "leads/recycling/rules.html", page, fragments={"hw-progress": "progress"})


def _cards(rules: list[RecycleRule]) -> tuple[RuleCard, ...]:
    cards = []
    closed = False
    for place, rule in enumerate(rules):
        cards.append(
            RuleCard(
                rule,
                conditions_text(rule),
                applies_text(rule),
                is_shadowed=closed and rule.is_enabled,
                first=place == 0,
                last=place == len(rules) - 1,
            )
        )
        takes_all = not (rule.business_lines or rule.stages or rule.intents or rule.gots)
        closed = closed or (rule.is_enabled and takes_all)
    return tuple(cards)


_LIMITS = (PRIVATE_CAP, PROTECTIONS, PROTECT_DAYS, GRACE_HOURS, WARNING_HOURS, ROUNDS_HOURS)


def _limits() -> tuple[FieldGroup, ...]:
    controls = tuple(
        FieldControl(
            setting.key, setting.label, kind="number", value=str(setting.get()), required=True, span=6
        )
        for setting in _LIMITS
    )
    return (FieldGroup(controls),)


@require_POST
def save_limits(request: HttpRequest) -> HttpResponse:
    """Cap, protection, grace and waiting hours: the numbers that go with the rules."""
    access = permit(request, "pools.configure")
    for setting in _LIMITS:
        value = setting.clean(request.POST.get(setting.key, ""))
        if value != setting.get():
            set_setting(access, setting.key, value)
    return done(request, _("Saved"), go=_HOME)


@dataclass(frozen=True, slots=True)
class RulePage:
    """All of `leads/recycling/rule.html`: the form of a rule, its preview beside it."""

    title: str
    action: str
    groups: tuple[FieldGroup, ...]
    rule_id: int | None
    version: int | None
    versions: int
    preview: Preview | None = None


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Make a rule."""
    access = permit(request, "pools.configure")
    if request.method == "POST":
        save_recycle_rule(access, submitted_rule(request.POST), note=request.POST.get("note", ""))
        return done(request, _("Rule saved; the leads follow in the background"), go=_HOME)
    page = RulePage(_("New rule"), f"{_HOME}/new", rule_groups(RecycleRule()), None, None, 0)
    return respond(request, "leads/recycling/rule.html", page)


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule."""
    access = permit(request, "pools.configure")
    if request.method == "POST":
        save_recycle_rule(
            access,
            submitted_rule(request.POST),
            rule_id=rule_id,
            version=_number(request.POST.get("version")),
            note=request.POST.get("note", ""),
        )
        return done(request, _("Rule saved; the leads follow in the background"), go=_HOME)
    rule = get_rule(rule_id)
    page = RulePage(
        rule.name,
        f"{_HOME}/{rule_id}",
        rule_groups(rule),
        rule.pk,
        rule.version,
        len(versions_of(KIND, rule_id)),
    )
    return respond(request, "leads/recycling/rule.html", page)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the rule as it stands in the form would do to the leads of today."""
    access = permit(request, "pools.configure")
    rule_id = _number(request.POST.get("rule"))
    found = preview_rule(access, submitted_rule(request.POST), rule_id=rule_id)
    page = RulePage("", "", (), rule_id, None, 0, found)
    return respond(request, "leads/recycling/rule.html", page, block="preview")


@require_POST
def remove_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule away."""
    access = permit(request, "pools.configure")
    archive_recycle_rule(access, rule_id)
    return done(request, _("Rule removed"), go=_HOME)


@require_POST
def move_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One place up or down among the rules of the same pool, or of the company."""
    access = permit(request, "pools.configure")
    rule = get_rule(rule_id)
    peers = [item.pk for item in rules_in_order() if item.pool_id == rule.pool_id]
    here = peers.index(rule.pk)
    there = here - 1 if request.GET.get("to") == "up" else here + 1
    if 0 <= there < len(peers):
        peers[here], peers[there] = peers[there], peers[here]
        order_recycle_rules(access, peers)
    return done(request, "", go=_HOME)


@dataclass(frozen=True, slots=True)
class VersionCard:
    number: int
    author: str
    at: datetime
    note: str
    changes: tuple[tuple[str, str, str], ...]  # label, before, after


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """All of `leads/recycling/versions.html`."""

    title: str
    versions: tuple[VersionCard, ...]


@require_GET
def rule_versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Who changed what of a rule, and why."""
    permit(request, "pools.configure")
    rule = get_rule(rule_id)
    found = versions_of(KIND, rule_id)
    names, labels = names_of({item.author_id for item in found if item.author_id}), field_labels()
    cards = []
    for place, item in enumerate(found):
        before = found[place + 1].content if place + 1 < len(found) else {}
        changes = tuple(
            (
                labels.get(change.path.split(".")[0], change.path),
                value_text(change.before),
                value_text(change.after),
            )
            for change in difference(before, item.content)
            if before
        )
        cards.append(
            VersionCard(item.number, names.get(item.author_id or 0, _("System")), item.at, item.note, changes)
        )
    return respond(request, "leads/recycling/versions.html", VersionsPage(rule.name, tuple(cards)))


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
    try:
        found = parse_datetime(request.POST.get("until", "").strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid.one("until", "value.type", _("Choose a day to come."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _number(raw: Any) -> int | None:
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 19 else None


urlpatterns = [
    path("settings/recycling", rule_list, name="recycle_rules"),
    path("settings/recycling/limits", save_limits, name="recycle_limits"),
    path("settings/recycling/new", new_rule, name="recycle_rule_new"),
    path("settings/recycling/preview", preview, name="recycle_rule_preview"),
    path("settings/recycling/<int:rule_id>", edit_rule, name="recycle_rule"),
    path("settings/recycling/<int:rule_id>/remove", remove_rule, name="recycle_rule_remove"),
    path("settings/recycling/<int:rule_id>/move", move_rule, name="recycle_rule_move"),
    path("settings/recycling/<int:rule_id>/versions", rule_versions, name="recycle_rule_versions"),
    path("leads/<int:lead_id>/deadline", deadline, name="lead_deadline"),
    path("leads/<int:lead_id>/protect", protect, name="lead_protect"),
    path("leads/<int:lead_id>/unprotect", unprotect, name="lead_unprotect"),
]
