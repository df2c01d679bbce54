"""The form of a rule, and how many leads it means before it is saved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.lines import queries, services
from headwater.lines.content import business_lines
from headwater.lines.models import CrossLineRule
from headwater.lines.queries import get_rule
from headwater.lines.types import PICKLIST, OwnerKind
from headwater.lines.web.rules import HOME
from headwater.organization.queries import names_of, people_by_id
from headwater.sales.queries.pipelines import pipelines
from headwater.ui.pages import FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class RulePage:
    """The form."""

    title: str
    action: str
    groups: tuple[FieldGroup, ...]
    weights: tuple[FieldControl, ...]
    hidden: dict[str, Any]
    versions_href: str


@dataclass(frozen=True, slots=True)
class WeightsPage:
    weights: tuple[FieldControl, ...]


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Make a rule."""
    access = permit(request, "lines.configure")
    if request.method == "POST":
        made = services.create_rule(
            access,
            name=request.POST.get("name", ""),
            content=submitted(request.POST),
            is_active="is_active" in request.POST,
            note=request.POST.get("note", ""),
        )
        return done(request, _saved(made.is_active), go=HOME)
    return _form(request, access, None)


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule: a new version; a save by somebody else in between is told, not overwritten."""
    access = permit(request, "lines.configure")
    if request.method == "POST":
        rule = services.update_rule(
            access,
            rule_id,
            name=request.POST.get("name", ""),
            content=submitted(request.POST),
            expected=text.whole(request.POST.get("version", "")),
            note=request.POST.get("note", ""),
        )
        is_active = "is_active" in request.POST
        services.switch_rule(access, rule.pk, on=is_active)
        return done(request, _saved(is_active), go=HOME)
    return _form(request, access, get_rule(access, rule_id))


def _saved(is_active: bool) -> str:
    return _("Rule saved; it applies from now on") if is_active else _("Rule saved, but not switched on yet")


def _form(request: HttpRequest, access: Access, rule: CrossLineRule | None) -> HttpResponse:
    content = {} if rule is None else rule.content
    address = f"{HOME}/new" if rule is None else f"{HOME}/{rule.pk}"
    page = RulePage(
        title=_("New rule") if rule is None else rule.name,
        action=address,
        groups=(_head(rule), _which(content), _where_to(access, content), _remark()),
        weights=_weights({one["user"]: one["weight"] for one in content.get("people", [])}),
        hidden={} if rule is None else {"version": rule.number},
        versions_href="" if rule is None else f"{address}/versions",
    )
    return respond(request, "lines/rule.html", page)


def _head(rule: CrossLineRule | None) -> FieldGroup:
    name = "" if rule is None else rule.name
    return FieldGroup(
        (
            FieldControl(
                "name",
                _("Name"),
                value=name,
                required=True,
                max_length=60,
                autofocus=not name,
                span=12 if rule is None else 8,
            ),
            # A new one is switched on by the button that saves it.
            *(
                []
                if rule is None
                else [FieldControl("is_active", _("Switched on"), "switch", rule.is_active, span=4)]
            ),
        )
    )


def _switch(rule: CrossLineRule) -> FieldControl:
    """Of a rule that exists; a new one is switched on by the button that saves it."""
    return FieldControl("is_active", _("Switched on"), "switch", rule.is_active, span=4)


def _which(content: Mapping[str, Any]) -> FieldGroup:
    raw = content.get("when")
    return FieldGroup(
        (
            FieldControl(
                "keywords",
                _("Mentions one of these words"),
                value="、".join(content.get("keywords", [])),
                placeholder=_("for example: study abroad, visa"),
                help=_("In its requirement, or in a follow-up when it is written. Separate them by commas."),
            ),
            FieldControl(
                "when",
                _("and all this is true"),
                "criteria",
                orjson.dumps(raw).decode() if raw else "",
                fields_url="/fields/lead.json",
            ),
        ),
        title=_("Which leads"),
        help=_("Looked at when a lead is captured, changed or followed up."),
    )


def _new_line() -> str:
    return format_html(
        '<a href="/settings/picklist/{}" target="_blank">{}</a>', PICKLIST, _("New business line")
    )


def _where_to(access: Access, content: Mapping[str, Any]) -> FieldGroup:
    people = [str(one["user"]) for one in content.get("people", [])]
    known = people_by_id(int(one) for one in people)
    return FieldGroup(
        (
            FieldControl(
                "line",
                _("Business line"),
                "select",
                str(content.get("line") or ""),
                options=tuple(Option(str(choice.value), choice.label) for choice in business_lines()),
                required=True,
                help=_new_line() if access.may("picklists.configure") else "",
                span=6,
            ),
            FieldControl(
                "pipeline",
                _("Pipeline"),
                "select",
                str(content.get("pipeline") or ""),
                options=tuple(Option(str(one.id), one.name) for one in pipelines()),
                placeholder=_("That of the line"),
                span=6,
            ),
            FieldControl(
                "owner",
                _("Who gets it"),
                "segments",
                str(content.get("owner", OwnerKind.PEOPLE.value)),
                options=tuple(Option(item.value, item.label) for item in OwnerKind),
            ),
            FieldControl(
                "people",
                _("Who takes part"),
                "users",
                people,
                options=tuple(Option(str(p.id), p.name, note=p.department) for p in known.values()),
                options_url="/options/user.json",
            ),
        ),
        title=_("The opportunity"),
    )


def _remark() -> FieldGroup:
    return FieldGroup((FieldControl("note", _("What changed and why"), max_length=500),))


def _weights(weights: Mapping[int, int]) -> tuple[FieldControl, ...]:
    named = names_of(weights)
    parts = pgettext("weight", "parts")
    return tuple(
        FieldControl(
            f"weight_{user_id}", named.get(user_id, str(user_id)), "number", str(weight), suffix=parts, span=4
        )
        for user_id, weight in weights.items()
    )


@require_GET
def weights(request: HttpRequest) -> HttpResponse:
    """A weight for each chosen person."""
    permit(request, "lines.configure")
    chosen = {
        user_id: 1 if (found := text.whole(request.GET.get(f"weight_{user_id}", ""))) is None else found
        for item in request.GET.getlist("people")
        if (user_id := text.whole(item))
    }
    parts = {"hw-weights": "weights", "hw-weights-sum": "sum"}
    return respond(request, "lines/weights.html", WeightsPage(_weights(chosen)), fragments=parts)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How many of today's leads the rule means as it stands in the form."""
    access = permit(request, "lines.configure")
    found = queries.preview(access, submitted(request.POST))
    return respond(request, "lines/preview.html", found, block="preview")


def submitted(posted: QueryDict) -> dict[str, Any]:
    """The content that a form describes; reading it checks it."""
    return {
        "when": _json(posted.get("when", "")),
        "keywords": [word for word in re.split(r"[、,，;；\n]+", posted.get("keywords", "")) if word.strip()],
        "line": posted.get("line", ""),
        "pipeline": text.whole(posted.get("pipeline", "")),
        "owner": posted.get("owner") or OwnerKind.PEOPLE.value,
        "people": [
            {"user": user_id, "weight": _weight(posted.get(f"weight_{user_id}", ""))}
            for item in posted.getlist("people")
            if (user_id := text.whole(item))
        ],
    }


def _weight(raw: str) -> int:
    found = text.whole(raw)
    return 1 if found is None else found


def _json(raw: str) -> Any:
    if not raw:
        return {}
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Invalid.one("when", "criteria.json", _("The filter is not valid JSON.")) from None
