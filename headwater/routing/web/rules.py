"""Settings → Routing rules: the list, its order, switches, versions."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel import clock, text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.organization.web import rules as shared
from headwater.routing import services
from headwater.routing.content import flaws, read_content, unreached
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.queries.decisions import decided_since
from headwater.routing.queries.rules import active_rules, all_rules, get_rule
from headwater.routing.web.frame import HOME, facts, steps_words, tabs, target_words, when_words
from headwater.ui.pages import Action, Tab, Tag
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list."""

    id: int
    name: str
    href: str
    when: str
    then: str
    how: str
    is_active: bool
    recent: int
    tags: tuple[Tag, ...]
    warnings: tuple[str, ...]
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules in the order in which they are tried."""

    tabs: tuple[Tab, ...]
    lines: tuple[RuleLine, ...]
    any_active: bool


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules; the first that applies to a lead decides."""
    access = permit(request, "routing.configure")
    found = all_rules(access)
    recent = decided_since([rule.pk for rule in found], clock.now() - timedelta(days=30))
    names = {rule.pk: rule.name for rule in found}
    running = [(rule.pk, content) for rule, content in active_rules()]
    taken = {rule_id: names[before] for rule_id, before in unreached(running).items()}
    page = RulesPage(
        tabs("rules"),
        tuple(_line(access, rule, recent.get(rule.pk, 0), taken.get(rule.pk)) for rule in found),
        any(rule.is_active for rule in found),
    )
    return respond(request, "routing/rules.html", page, fragments={"hw-rules": "rules"})


def _line(access: Access, rule: RoutingRule, recent: int, taken_by: str | None) -> RuleLine:
    href = f"{HOME}/{rule.pk}"
    tools = (
        shared.switch_action(href, rule.is_active),
        Action(_("Edit"), icon="pencil", href=href),
        shared.versions_action(href),
        shared.archive_action(href, _("Take this rule out of use? Its versions and decisions stay.")),
    )
    tags = (shared.state_tag(rule.is_active),)
    try:
        content = read_content(rule.content)
    except Invalid as refused:
        details = tuple(item["detail"] for item in refused.fields.values())
        return RuleLine(rule.pk, rule.name, href, "", "", "", rule.is_active, recent, tags, details, tools)
    warnings = [flaw.text for flaw in flaws(content)]
    if taken_by is not None:
        warnings.append(_("It gets no leads: “%(name)s” above takes all of them.") % {"name": taken_by})
    return RuleLine(
        id=rule.pk,
        name=rule.name,
        href=href,
        when=when_words(content, access),
        then=target_words(content),
        how=steps_words(content),
        is_active=rule.is_active,
        recent=recent,
        tags=(Tag(_("In working time"), "gray"), *tags) if content.window.working_time else tags,
        warnings=tuple(warnings),
        tools=tools,
    )


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """The order after a drag."""
    access = permit(request, "routing.configure")
    ids = [found for item in request.POST.getlist("ids") if (found := text.whole(item))]
    services.order_rules(access, ids)
    return done(request, refresh=False)


@require_POST
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """On or off."""
    access, on = permit(request, "routing.configure"), shared.is_switched_on(request)
    services.switch_rule(access, rule_id, on=on)
    return shared.switched(request, f"{HOME}/{rule_id}", on=on)


@require_POST
def archive(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Out of use."""
    services.archive_rule(permit(request, "routing.configure"), rule_id)
    return done(request, _("Archived"))


@require_GET
def versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Every version of a rule, the latest first, with what each changed."""
    access = permit(request, "routing.configure")
    rule = get_rule(access, rule_id)
    return shared.show_versions(
        request,
        shared.Versions(VERSIONS, rule_id, rule.name, rule.number, f"{HOME}/{rule_id}"),
        lambda content: facts(content, access),
    )


@require_POST
def restore(request: HttpRequest, rule_id: int, number: int) -> HttpResponse:
    """Save an old version again."""
    access = permit(request, "routing.configure")
    services.restore_version(access, rule_id, number, expected=shared.expected_version(request))
    return shared.restored(request, number)
