"""Settings: recycle rules, with a preview of what they would do, and their versions."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import permit
from headwater.kernel.errors import NotFound
from headwater.leads.models import Recalculation
from headwater.leads.recycle_words import applies_text, conditions_text, facts
from headwater.leads.services.books import people_over
from headwater.leads.services.previewing import Preview, preview_rule
from headwater.leads.services.recalculating import (
    archive_recycle_rule,
    latest_recalculation,
    order_recycle_rules,
    save_recycle_rule,
)
from headwater.leads.settings import PRIVATE_CAP, PROTECT_DAYS, PROTECTIONS, ROUNDS_HOURS, WARNING_HOURS
from headwater.leads.web.recycle_forms import rule_groups, submitted_rule
from headwater.organization.web import rules as shared
from headwater.platform.settings import set_setting
from headwater.platform.versions import effect_address, versions_of
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import KIND, get_rule, rules_in_order
from headwater.pools.settings import GRACE_HOURS
from headwater.ui.pages import FieldControl, FieldGroup
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
    may_dispatch: bool


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules of the company and of its pools, in the order in which they are tried."""
    access = permit(request, "pools.configure")
    by_pool: dict[str, list[RecycleRule]] = {}
    rules = rules_in_order()
    for rule in [rule for rule in rules if rule.pool_id is None] + [rule for rule in rules if rule.pool_id]:
        title = _("Whole company") if rule.pool is None else rule.pool.name
        by_pool.setdefault(title, []).append(rule)
    page = RulesPage(
        tuple((title, _cards(members)) for title, members in by_pool.items()),
        _limits(),
        latest_recalculation(),
        access.may("routing.configure"),
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
            setting.key,
            setting.label,
            kind="number",
            value=str(setting.get()),
            required=True,
            span=6,
            **(_asks_over_cap() if setting is PRIVATE_CAP else {}),
        )
        for setting in _LIMITS
    )
    return (FieldGroup(controls),)


def _asks_over_cap() -> dict[str, Any]:
    """Below the cap stands who is over it, also while it is typed."""
    asks = {
        "hx-get": f"{_HOME}/over-cap",
        "hx-trigger": "input changed delay:400ms",
        "hx-target": "next .hw-help",
        "hx-swap": "innerHTML",
        "hx-push-url": "false",
    }
    return {"help": _over_cap_text(PRIVATE_CAP.get()), "attrs": asks}


def _over_cap_text(cap: int) -> str:
    over = people_over(cap)
    if not over:
        return _("Nobody holds more than that now.")
    return ngettext(
        "%(count)s person holds more now; they keep what they have and get nothing new.",
        "%(count)s people hold more now; they keep what they have and get nothing new.",
        over,
    ) % {"count": over}


@require_GET
def over_cap(request: HttpRequest) -> HttpResponse:
    """How many people hold more than a cap that is being typed."""
    permit(request, "pools.configure")
    cap = _number(request.GET.get(PRIVATE_CAP.key))
    return HttpResponse(escape("" if cap is None else _over_cap_text(cap)))


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
    effect_href: str = ""


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
        effect_href=effect_address(access, KIND, rule_id),
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


@require_GET
def rule_versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Who changed what of a rule, and why."""
    permit(request, "pools.configure")
    rule = get_rule(rule_id)
    asked = shared.Versions(KIND, rule_id, rule.name, rule.version, f"{_HOME}/{rule_id}")
    return shared.show_versions(request, asked, facts)


@require_POST
def restore_version(request: HttpRequest, rule_id: int, number: int) -> HttpResponse:
    """Save an old version again; the rule keeps its place in the order."""
    access = permit(request, "pools.configure")
    content = next((item.content for item in versions_of(KIND, rule_id) if item.number == number), None)
    if content is None:
        raise NotFound(record=KIND, id=number)
    values = {key: value for key, value in content.items() if key != "position"}
    note = _("Version %(number)s again") % {"number": number}
    expected = shared.expected_version(request)
    save_recycle_rule(access, values, rule_id=rule_id, version=expected, note=note)
    return shared.restored(request, number)


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
    path(
        "settings/recycling/<int:rule_id>/versions/<int:number>/restore",
        restore_version,
        name="recycle_rule_restore",
    ),
    path("settings/recycling/over-cap", over_cap, name="recycle_over_cap"),
]
