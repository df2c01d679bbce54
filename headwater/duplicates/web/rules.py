"""Settings → Duplicate rules."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.duplicates import services
from headwater.duplicates.models import DuplicateRule
from headwater.duplicates.types import PARTS, RECORDS, Act, How
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.text import whole
from headwater.organization.web import rules as shared
from headwater.ui.formats import clauses, enumerated
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option, Tag
from headwater.ui.responses import done, respond

HOME = "/settings/duplicates"
_HUES = {Act.ALLOW: "gray", Act.WARN: "amber", Act.BLOCK: "red"}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the list shows it."""

    name: str
    href: str
    note: str
    act: Tag
    is_active: bool
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    lines: tuple[RuleLine, ...]


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules."""
    access = permit(request, "duplicates.configure")
    page = RulesPage(tuple(_line(rule) for rule in services.all_rules(access)))
    return respond(request, "duplicates/rules.html", page, fragments={"hw-duplicate-rules": "rules"})


def _line(rule: DuplicateRule) -> RuleLine:
    href = f"{HOME}/{rule.pk}"
    against = enumerated(str(record_type(kind).label_plural) for kind in rule.against)
    facts = {"record": record_type(rule.record).label_plural, "against": against}
    if rule.compare:
        parts = [f"{PARTS[part]}: {How(how).label}" for part, how in rule.compare.items()]
        what = clauses(parts)
    else:
        what = _("at least %(percent)s %% likely") % {"percent": rule.at_least}
    tools = (
        Action(_("Edit"), icon="pencil", dialog=href),
        shared.switch_action(href, rule.is_active),
        shared.archive_action(href, _("Archive this rule?")),
    )
    compared = _("New %(record)s against %(against)s") % facts
    return RuleLine(
        name=rule.name,
        href=href,
        note=f"{compared} · {what}",
        act=Tag(Act(rule.act).label, _HUES[Act(rule.act)]),
        is_active=rule.is_active,
        tools=tools,
    )


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Add a rule."""
    access = permit(request, "duplicates.configure")
    if request.method == "POST":
        services.create_rule(access, _submitted(request))
        return done(request, _("Saved"))
    empty = {"record": "lead", "against": list(RECORDS), "at_least": 50, "act": Act.WARN, "compare": {}}
    return respond(request, "ui/records/form.html", _form(empty, f"{HOME}/new", _("New rule")))


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule."""
    access = permit(request, "duplicates.configure")
    if request.method == "POST":
        version = whole(request.POST.get("version", ""))
        services.update_rule(access, rule_id, _submitted(request), version=version)
        return done(request, _("Saved"))
    rule = services.get_rule(access, rule_id)
    names = ("name", "record", "against", "compare", "at_least", "act", "version")
    values = {name: getattr(rule, name) for name in names}
    return respond(request, "ui/records/form.html", _form(values, f"{HOME}/{rule_id}", _("Edit rule")))


@require_POST
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """On or off."""
    access, on = permit(request, "duplicates.configure"), shared.is_switched_on(request)
    services.update_rule(access, rule_id, {"is_active": on})
    return shared.switched(request, f"{HOME}/{rule_id}", on=on)


@require_POST
def archive(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Out of use."""
    services.archive_rule(permit(request, "duplicates.configure"), rule_id)
    return done(request, _("Archived"))


def _submitted(request: HttpRequest) -> dict[str, Any]:
    posted = request.POST
    return {
        "name": posted.get("name", ""),
        "record": posted.get("record", ""),
        "against": posted.getlist("against"),
        "at_least": whole(posted.get("at_least", "")),
        "act": posted.get("act", ""),
        "compare": {part: posted[f"compare.{part}"] for part in PARTS if posted.get(f"compare.{part}")},
    }


def _form(values: dict[str, Any], action: str, title: str) -> FormPage:
    kinds = tuple(Option(kind, str(record_type(kind).label_plural)) for kind in RECORDS)
    ways = (Option("", _("Does not matter")), *(Option(how.value, str(how.label)) for how in How))
    acts = tuple(Option(act.value, str(act.label)) for act in Act)
    main = FieldGroup(
        (
            FieldControl("name", _("Name"), value=values.get("name", ""), required=True, max_length=60),
            FieldControl(
                "record", _("When somebody enters"), "chips", values["record"], kinds, required=True, span=6
            ),
            FieldControl(
                "against", _("Compare with"), "checks", values["against"], kinds, required=True, span=6
            ),
            FieldControl(
                "act", pgettext("duplicate rule", "Then"), "chips", str(values["act"]), acts, required=True
            ),
            FieldControl(
                "at_least",
                _("Likely by at least"),
                "number",
                str(values["at_least"]),
                suffix="%",
                minimum=1,
                maximum=100,
                span=6,
                help=_("By everything that is known of both. Counts only when no field is chosen below."),
            ),
        )
    )
    fields = FieldGroup(
        tuple(
            FieldControl(f"compare.{part}", label, "select", values["compare"].get(part, ""), ways, span=6)
            for part, label in PARTS.items()
        ),
        title=_("Or when all of these agree"),
    )
    hidden = {"version": values["version"]} if "version" in values else {}
    return FormPage(title=title, action=action, groups=(main, fields), submit=_("Save"), hidden=hidden)
