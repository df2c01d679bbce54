"""Settings → Business lines: the rules, their switches and versions."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.lines import services
from headwater.lines.content import Content, business_lines, read_content
from headwater.lines.models import VERSIONS, CrossLineRule
from headwater.lines.queries import all_rules, counts_by_rule, get_rule, line_label
from headwater.lines.types import OwnerKind
from headwater.organization.queries import names_of
from headwater.organization.queries.versions import VersionLine, version_lines
from headwater.ui.pages import Action, Tag
from headwater.ui.records.words import condition_words
from headwater.ui.responses import done, respond

HOME = "/settings/lines"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list."""

    name: str
    href: str
    when: str
    then: str
    who: str
    is_active: bool
    recent: int
    tags: tuple[Tag, ...]
    warnings: tuple[str, ...]
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    lines: tuple[RuleLine, ...]
    has_lines: bool  # business lines to speak of


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules."""
    access = permit(request, "lines.configure")
    found = all_rules(access)
    recent = counts_by_rule([rule.pk for rule in found])
    lines = tuple(_line(access, rule, recent.get(rule.pk, 0)) for rule in found)
    page = RulesPage(lines, bool(business_lines()))
    return respond(request, "lines/rules.html", page, fragments={"hw-line-rules": "rules"})


def _line(access: Access, rule: CrossLineRule, recent: int) -> RuleLine:
    href = f"{HOME}/{rule.pk}"
    tools = (
        Action(
            _("Switch off") if rule.is_active else _("Switch on"),
            icon="power",
            post=f"{href}/switch?on={'' if rule.is_active else '1'}",
        ),
        Action(_("Edit"), icon="pencil", href=href),
        Action(_("Versions"), icon="history", href=f"{href}/versions"),
        Action(
            _("Archive"),
            icon="archive",
            post=f"{href}/archive",
            confirm=_("Take this rule out of use? Its versions, and what came of it, stay."),
            kind="danger",
        ),
    )
    when = then = who = ""
    warnings: tuple[str, ...] = ()
    try:
        content = read_content(rule.content)
        when, then, who = _when(content, access), line_label(content.line), _who(content)
    except Invalid as refused:
        warnings = tuple(item["detail"] for item in refused.fields.values())
    return RuleLine(
        name=rule.name,
        href=href,
        when=when,
        then=then,
        who=who,
        is_active=rule.is_active,
        recent=recent,
        tags=(Tag(_("On"), "green", dot=True) if rule.is_active else Tag(_("Off"), "gray"),),
        warnings=warnings,
        tools=tools,
    )


def _when(content: Content, access: Access) -> str:
    parts = []
    if content.keywords:
        parts.append(_("mentions %(words)s") % {"words": " / ".join(content.keywords[:6])})
    if content.when:
        given = content.when.get("all")
        view = access.also("leads.view") if access.may("leads.view") else access
        conditions = given if isinstance(given, list) else [content.when]
        parts += [condition_words(part, record_type("lead"), view) for part in conditions[:4]]
    return "，".join(parts)


def _who(content: Content) -> str:
    if content.owner == OwnerKind.POOL_ADMINS:
        return str(content.owner.label)
    names = names_of(content.people)
    return "、".join(names.get(user_id, "?") for user_id in list(content.people)[:4])


@require_POST
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """On or off."""
    access = permit(request, "lines.configure")
    on = request.GET.get("on") == "1"
    services.switch_rule(access, rule_id, on=on)
    undo = f"{HOME}/{rule_id}/switch?on={'' if on else '1'}"
    return done(request, _("Switched on") if on else _("Switched off"), undo=undo)


@require_POST
def archive(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Out of use."""
    services.archive_rule(permit(request, "lines.configure"), rule_id)
    return done(request, _("Archived"))


@dataclass(frozen=True, slots=True)
class VersionsPage:
    title: str
    back: str
    lines: tuple[VersionLine, ...]


@require_GET
def versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Every version of a rule, the latest first, with what each changed."""
    rule = get_rule(permit(request, "lines.configure"), rule_id)
    home = f"{HOME}/{rule_id}"
    lines = version_lines(VERSIONS, rule_id, present=rule.number, home=home)
    page = VersionsPage(rule.name, home, lines)
    return respond(request, "lines/versions.html", page, fragments={"hw-versions": "versions"})


@require_POST
def restore(request: HttpRequest, rule_id: int, number: int) -> HttpResponse:
    """Save an old version again."""
    access = permit(request, "lines.configure")
    expected = text.whole(request.GET.get("version", ""))
    services.restore_version(access, rule_id, number, expected=expected)
    return done(request, _("Version %(number)s applies again") % {"number": number})
