"""Settings → Business lines: the rules, their switches and versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.lines import services
from headwater.lines.content import Content, business_lines, read_content
from headwater.lines.models import VERSIONS, CrossLineRule
from headwater.lines.queries import all_rules, counts_by_rule, get_rule, line_label
from headwater.lines.types import OwnerKind
from headwater.organization.queries import names_of
from headwater.organization.web import rules as shared
from headwater.sales.queries.pipelines import pipelines
from headwater.ui.formats import clauses, enumerated
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
        shared.switch_action(href, rule.is_active),
        Action(_("Edit"), icon="pencil", href=href),
        shared.versions_action(href),
        shared.archive_action(href, _("Take this rule out of use? Its versions, and what came of it, stay.")),
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
        tags=(shared.state_tag(rule.is_active),),
        warnings=warnings,
        tools=tools,
    )


def _when(content: Content, access: Access) -> str:
    parts = []
    if content.keywords:
        parts.append(_("mentions %(words)s") % {"words": " / ".join(content.keywords[:6])})
    if content.when:
        parts += _conditions(content, access)[:4]
    return clauses(parts)


def _conditions(content: Content, access: Access) -> list[str]:
    if not content.when:
        return []
    given = content.when.get("all")
    view = access.also("leads.view") if access.may("leads.view") else access
    conditions = given if isinstance(given, list) else [content.when]
    return [condition_words(part, record_type("lead"), view) for part in conditions]


def _who(content: Content) -> str:
    if content.owner == OwnerKind.POOL_ADMINS:
        return str(content.owner.label)
    names = names_of(content.people)
    return enumerated(names.get(user_id, "?") for user_id in list(content.people)[:4])


def _facts(raw: Mapping[str, Any], access: Access) -> dict[str, str]:
    """A version in words, part by part; what can no longer be read is left out but for its name."""
    said = {_("Name"): str(raw.get("name") or "")}
    try:
        content = read_content({key: value for key, value in raw.items() if key != "name"})
        conditions = _conditions(content, access)
    except Invalid:
        return said
    names = names_of(content.people)
    even = len(set(content.people.values())) < 2
    people = [names.get(one, "?") + ("" if even else f" ×{weight}") for one, weight in content.people.items()]
    return said | {
        _("Mentions one of these words"): enumerated(content.keywords),
        _("and all this is true"): clauses(conditions),
        _("Business line"): line_label(content.line),
        _("Pipeline"): next((one.name for one in pipelines() if one.id == content.pipeline_id), ""),
        _("Who gets it"): str(content.owner.label),
        _("Who takes part"): enumerated(people),
    }


@require_POST
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """On or off."""
    access, on = permit(request, "lines.configure"), shared.is_switched_on(request)
    services.switch_rule(access, rule_id, on=on)
    return shared.switched(request, f"{HOME}/{rule_id}", on=on)


@require_POST
def archive(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Out of use."""
    services.archive_rule(permit(request, "lines.configure"), rule_id)
    return done(request, _("Archived"))


@require_GET
def versions(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Every version of a rule, the latest first, with what each changed."""
    access = permit(request, "lines.configure")
    rule = get_rule(access, rule_id)
    return shared.show_versions(
        request,
        shared.Versions(VERSIONS, rule_id, rule.name, rule.number, f"{HOME}/{rule_id}"),
        lambda content: _facts(content, access),
    )


@require_POST
def restore(request: HttpRequest, rule_id: int, number: int) -> HttpResponse:
    """Save an old version again."""
    access = permit(request, "lines.configure")
    services.restore_version(access, rule_id, number, expected=shared.expected_version(request))
    return shared.restored(request, number)
