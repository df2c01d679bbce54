"""The mapping: what came at one side, fields of the lead at the other, and what would become of it."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.hooks import mapping, paths, queries, services
from headwater.hooks.bodies import MOST_BYTES, read_body, shown
from headwater.hooks.mapping import KINDS, Kind, Rule, Target
from headwater.hooks.models import Hook
from headwater.hooks.presets import beginning
from headwater.hooks.web.frame import Frame, frame_of
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError, Invalid
from headwater.ui.responses import done, respond

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TEMPLATE = "hooks/mapping.html"


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in the editor."""

    key: str
    label: str
    kind: Kind
    places: str
    text: str
    values: str
    rows: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The delivery that is looked at: pasted, or one that came."""

    body: Any
    pasted: str = ""
    delivery_id: int | None = None
    complaint: str = ""

    @property
    def is_masked(self) -> bool:
        return self.delivery_id is not None


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The whole editor."""

    frame: Frame
    url: str
    version: int
    lines: tuple[Line, ...]
    more: tuple[tuple[str, tuple[Target, ...]], ...]  # by group
    sample: Sample
    tree: tuple[paths.Leaf, ...]
    picked: str
    fields: tuple[tuple[str, tuple[Target, ...]], ...]
    tried: services.Tried | None
    complaint: str = ""


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, hook_id: int) -> HttpResponse:
    """The mapping of a hook; POST saves it."""
    access = permit(request, "hooks.edit" if request.method == "POST" else "hooks.view")
    hook = queries.hook_by_id(access, hook_id)
    if request.method == "POST":
        version = text.whole(request.POST.get("version", ""))
        services.set_mapping(access, hook_id, _rules(request.POST), version=version)
        return done(request, _("Saved"), go=reverse("hook_mapping", args=[hook_id]))
    sample = _latest(access, hook) or _preset_sample(hook)
    return respond(request, TEMPLATE, _page(access, hook, mapping.read(hook.mapping), sample))


@require_POST
def draft(request: HttpRequest, hook_id: int) -> HttpResponse:
    """The editor after something was picked, added, taken out or another sample; nothing is saved yet."""
    access = permit(request, "hooks.edit")
    hook = queries.hook_by_id(access, hook_id)
    data = request.POST
    sample = _sample(access, hook, data)
    rules = _changed(_rules(data), data, sample)
    picked = str(data.get("pick", ""))[: paths.MOST]
    page = _page(access, hook, rules, sample)
    return respond(request, TEMPLATE, replace(page, picked=picked), block="editor")


@require_POST
def result(request: HttpRequest, hook_id: int) -> HttpResponse:
    """What would become of the sample with what is in the editor now."""
    access = permit(request, "hooks.edit")
    hook = queries.hook_by_id(access, hook_id)
    page = _page(access, hook, _rules(request.POST), _sample(access, hook, request.POST))
    return respond(request, TEMPLATE, page, block="result")


def _page(access: Access, hook: Hook, rules: list[Rule], sample: Sample) -> MappingPage:
    known = mapping.targets()
    used = {rule.field for rule in rules}
    tried: services.Tried | None = None
    complaint = ""
    try:
        checked = mapping.checked(rules)
    except Invalid as refusal:
        complaint = str(refusal.fields["mapping"]["detail"])
        checked = []
    if checked and not sample.complaint:
        tried = services.try_body(access, hook, sample.body, checked, is_masked=sample.is_masked)
    seen = shown(sample.body) if sample.is_masked else sample.body
    return MappingPage(
        frame=frame_of(access, hook, "mapping"),
        url=reverse("hook_mapping", args=[hook.pk]),
        version=hook.version,
        lines=tuple(_line(rule, known) for rule in rules if rule.field in known),
        more=_grouped([one for key, one in known.items() if key not in used]),
        sample=sample,
        tree=tuple(paths.tree(seen)) if not sample.complaint else (),
        picked="",
        fields=_grouped(list(known.values())),
        tried=tried,
        complaint=complaint,
    )


def _grouped(found: list[Target]) -> tuple[tuple[str, tuple[Target, ...]], ...]:
    ordered = sorted(
        found, key=lambda one: list(dict.fromkeys(item.group for item in found)).index(one.group)
    )
    return tuple((group, tuple(items)) for group, items in groupby(ordered, key=lambda one: one.group))


def _line(rule: Rule, known: dict[str, Target]) -> Line:
    values = "\n".join(f"{key} = {value}" for key, value in rule.values.items())
    places = "\n".join(rule.paths)
    return Line(
        rule.field, known[rule.field].label, rule.kind, places, rule.text, values, max(1, len(rule.paths))
    )


def _rules(data: QueryDict) -> list[Rule]:
    """The rules in the editor, in the order of the page."""
    found = []
    for key in list(dict.fromkeys(data.getlist("field")))[: mapping.MOST_RULES + 1]:
        kind = data.get(f"kind:{key}", "path")
        found.append(
            Rule(
                key,
                kind if kind in KINDS else "path",
                tuple(line.strip() for line in data.get(f"paths:{key}", "").splitlines() if line.strip()),
                data.get(f"text:{key}", "")[:500],
                _values(data.get(f"values:{key}", "")),
            )
        )
    return found


def _values(written: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in written[:50_000].splitlines() if "=" in line)
    return {before.strip(): after.strip() for before, _sign, after in pairs if before.strip()}


def _changed(rules: list[Rule], data: QueryDict, sample: Sample) -> list[Rule]:
    known = mapping.targets()
    added, place = str(data.get("add", "")), str(data.get("path", ""))
    into, removed = str(data.get("into", "")), str(data.get("remove", ""))
    if added in known and all(rule.field != added for rule in rules):
        rules.append(Rule(added))
    if into in known and place:
        rules = _taken(rules, into, place)
    if data.get("guess") and not sample.complaint:
        rules += mapping.guessed(sample.body, rules)
    return [rule for rule in rules if rule.field != removed]


def _taken(rules: list[Rule], into: str, place: str) -> list[Rule]:
    """The place as the first one of its field; a text that stood alone stays for when nothing is there."""
    if all(rule.field != into for rule in rules):
        return [*rules, Rule(into, "path", (place,))]
    return [
        replace(
            rule,
            kind="path" if rule.kind == "constant" else rule.kind,
            paths=tuple(
                dict.fromkeys((*rule.paths, place) if rule.kind == "joined" else (place, *rule.paths))
            ),
        )
        if rule.field == into
        else rule
        for rule in rules
    ]


def _sample(access: Access, hook: Hook, data: QueryDict) -> Sample:
    use = data.get("use", "")
    if use == "last":
        return _latest(access, hook) or _preset_sample(hook)
    if use == "preset":
        return _preset_sample(hook)
    pasted = data.get("sample", "")[:MOST_BYTES].strip()
    if pasted:
        kind = JSON if pasted[:1] in ("{", "[") else FORM
        try:
            return Sample(read_body(kind, pasted.encode()), pasted)
        except DomainError as refusal:
            return Sample({}, pasted, complaint=refusal.detail)
    wanted = text.whole(data.get("delivery", ""))
    if wanted is not None:
        found = queries.delivery_of(access, hook.pk, wanted)
        if found.body is not None:
            return Sample(found.body, delivery_id=found.pk)
    return _preset_sample(hook)


def _latest(access: Access, hook: Hook) -> Sample | None:
    found = queries.last_delivery(access, hook.pk)
    return None if found is None else Sample(found.body, delivery_id=found.pk)


def _preset_sample(hook: Hook) -> Sample:
    body = dict(beginning(hook.preset).sample)
    return Sample(body, orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
