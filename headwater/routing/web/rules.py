"""Settings → Routing rules: the list, its order, switches, versions."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel import clock, text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.organization.queries.versions import VersionLine, version_lines
from headwater.routing import services
from headwater.routing.content import flaws, read_content
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.queries.decisions import decided_since
from headwater.routing.queries.rules import all_rules, get_rule
from headwater.routing.web.frame import HOME, steps_words, tabs, target_words, when_words
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
    page = RulesPage(
        tabs("rules"),
        tuple(_line(access, rule, recent.get(rule.pk, 0)) for rule in found),
        any(rule.is_active for rule in found),
    )
    return respond(request, "routing/rules.html", page, fragments={"hw-rules": "rules"})


def _line(access: Access, rule: RoutingRule, recent: int) -> RuleLine:
    href = f"{HOME}/{rule.pk}"
    switch = Action(
        _("Switch off") if rule.is_active else _("Switch on"),
        icon="power",
        post=f"{href}/switch?on={'' if rule.is_active else '1'}",
    )
    tools = (
        switch,
        Action(_("Edit"), icon="pencil", href=href),
        Action(_("Versions"), icon="history", href=f"{href}/versions"),
        Action(
            _("Archive"),
            icon="archive",
            post=f"{href}/archive",
            confirm=_("Take this rule out of use? Its versions and decisions stay."),
            kind="danger",
        ),
    )
    tags = (Tag(_("On"), "green", dot=True) if rule.is_active else Tag(_("Off"), "gray"),)
    try:
        content = read_content(rule.content)
    except Invalid as refused:
        details = tuple(item["detail"] for item in refused.fields.values())
        return RuleLine(rule.pk, rule.name, href, "", "", "", rule.is_active, recent, tags, details, tools)
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
        warnings=tuple(flaw.text for flaw in flaws(content)),
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
    access = permit(request, "routing.configure")
    on = request.GET.get("on") == "1"
    services.switch_rule(access, rule_id, on=on)
    undo = f"{HOME}/{rule_id}/switch?on={'' if on else '1'}"
    return done(request, _("Switched on") if on else _("Switched off"), undo=undo)


@require_POST
def archive(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Out of use."""
    services.archive_rule(permit(request, "routing.configure"), rule_id)
    return done(request, _("Archived"))


@dataclass(frozen=True, slots=True)
class VersionsPage:
    title: str
    back: str
    lines: tuple[VersionLine, ...]


@require_GET
def versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Every version of a rule, the latest first, with what each changed."""
    access = permit(request, "routing.configure")
    rule = get_rule(access, rule_id)
    home = f"{HOME}/{rule_id}"
    lines = version_lines(VERSIONS, rule_id, present=rule.number, home=home)
    page = VersionsPage(rule.name, home, lines)
    return respond(request, "routing/versions.html", page, fragments={"hw-versions": "versions"})


@require_POST
def restore(request: HttpRequest, rule_id: int, number: int) -> HttpResponse:
    """Save an old version again."""
    access = permit(request, "routing.configure")
    expected = text.whole(request.GET.get("version", ""))
    services.restore_version(access, rule_id, number, expected=expected)
    return done(request, _("Version %(number)s applies again") % {"number": number})
