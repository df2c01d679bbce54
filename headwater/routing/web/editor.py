"""The form of a rule, and what it would do before it is saved."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.platform.versions import effect_address
from headwater.routing import services
from headwater.routing.content.reading import SCORE
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.queries.rules import get_rule
from headwater.routing.types import Strategy, TargetKind
from headwater.routing.web.controls import GRADES, MAX_STEPS, rule_groups, weight_controls
from headwater.routing.web.frame import HOME
from headwater.routing.wording import check_text
from headwater.ui.pages import FieldControl, FieldGroup
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
    effect_href: str
    preview_url: str


@dataclass(frozen=True, slots=True)
class WeightsPage:
    weights: tuple[FieldControl, ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What a rule would do; `held` with its checks in words."""

    found: services.Preview
    held: tuple[tuple[str, int], ...]
    target: TargetKind


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Make a rule."""
    access = permit(request, "routing.configure")
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
    access = permit(request, "routing.configure")
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


def _form(request: HttpRequest, access: Access, rule: RoutingRule | None) -> HttpResponse:
    content = {} if rule is None else rule.content
    people = content.get("target", {}).get("people", [])
    address = f"{HOME}/new" if rule is None else f"{HOME}/{rule.pk}"
    page = RulePage(
        title=_("New rule") if rule is None else rule.name,
        action=address,
        groups=rule_groups(access, content, rule),
        weights=weight_controls({one["user"]: one["weight"] for one in people}),
        hidden={} if rule is None else {"version": rule.number},
        versions_href="" if rule is None else f"{address}/versions",
        effect_href="" if rule is None else effect_address(access, VERSIONS, rule.pk),
        preview_url=f"{HOME}/preview" + ("" if rule is None else f"?rule={rule.pk}"),
    )
    return respond(request, "routing/rule.html", page)


@require_GET
def weights(request: HttpRequest) -> HttpResponse:
    """A weight for each chosen person."""
    permit(request, "routing.configure")
    chosen = {
        user_id: 1 if (found := text.whole(request.GET.get(f"weight_{user_id}", ""))) is None else found
        for item in request.GET.getlist("people")
        if (user_id := text.whole(item))
    }
    page = WeightsPage(weight_controls(chosen))
    parts = {"hw-weights": "weights", "hw-weights-sum": "sum"}
    return respond(request, "routing/weights.html", page, fragments=parts)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the rule as it stands in the form would do on today's leads."""
    access = permit(request, "routing.configure")
    content = submitted(request.POST)
    found = services.preview(access, content, rule_id=text.whole(request.GET.get("rule", "")))
    page = PreviewPage(
        found=dataclasses.replace(found, people=found.people[:60]),
        held=tuple((check_text(name), count) for name, count in found.held.items()),
        target=TargetKind(content["target"]["kind"]),
    )
    return respond(request, "routing/preview.html", page, block="preview")


def submitted(posted: QueryDict) -> dict[str, Any]:
    """The content that a form describes; reading it checks it."""
    return {
        "triggers": posted.getlist("triggers"),
        "when": _json(posted.get("when", "")),
        "gate": {
            "required": posted.getlist("gate"),
            "consent": "consent" in posted,
            "unique": "unique" in posted,
            "score": text.whole(posted.get(SCORE, "")),
        },
        "target": _target(posted),
        "strategies": _strategies(posted),
        "window": {
            "when": posted.get("window", "always"),
            "calendar": text.whole(posted.get("calendar", "")),
        },
        "mail": {
            "subject": posted.get("mail_subject", ""),
            "text": posted.get("mail", "").replace("\r\n", "\n"),
        },
    }


def _json(raw: str) -> Any:
    if not raw:
        return {}
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Invalid.one("when", "criteria.json", _("The filter is not valid JSON.")) from None


def _target(posted: QueryDict) -> dict[str, Any]:
    kind = posted.get("target", "")
    if kind == TargetKind.POOL:
        return {"kind": kind, "pool": text.whole(posted.get("pool", ""))}
    if kind == TargetKind.DEPARTMENT:
        return {
            "kind": kind,
            "department": text.whole(posted.get("department", "")),
            "without": [found for item in posted.getlist("without") if (found := text.whole(item))],
        }
    people = [found for item in posted.getlist("people") if (found := text.whole(item))]
    return {"kind": kind, "people": [{"user": one, "weight": _weight(posted, one)} for one in people]}


def _weight(posted: QueryDict, user_id: int) -> int | str:
    raw = posted.get(f"weight_{user_id}", "1")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else raw or 1


def _strategies(posted: QueryDict) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for place in range(MAX_STEPS):
        key = posted.get(f"step_{place}", "")
        if not key or any(step["key"] == key for step in steps):
            continue
        step: dict[str, Any] = {"key": key}
        if key == Strategy.GRADE_MATCH:
            levels = {
                grade: level
                for grade in posted.getlist(GRADES)
                if (level := text.whole(posted.get(f"grade_{grade}", "")))
            }
            step |= {"field": "intent", "levels": levels} if levels else {}
        steps.append(step)
    steps.append({"key": posted.get("strategies") or Strategy.ROUND_ROBIN.value})
    return steps
