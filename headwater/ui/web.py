"""Small views of the frame itself."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, FieldRule, permit
from headwater.kernel.catalogue import Field, FieldType, RecordType, find_record_type, record_type
from headwater.kernel.criteria import operators_for
from headwater.kernel.criteria.periods import NAMED
from headwater.kernel.errors import NotFound, NotSignedIn
from headwater.kernel.sql import TRUE, Fragment
from headwater.ui import navigation
from headwater.ui.formats import hue
from headwater.ui.records.cells import value_of
from headwater.ui.records.facts import FactEdit, fact, fact_url
from headwater.ui.records.forms import control, currency_of, posted_values
from headwater.ui.responses import is_htmx, respond, trigger
from headwater.ui.shell import (
    DENSITIES,
    DENSITY_COOKIE,
    SIDEBAR_COOKIE,
    THEME_COOKIE,
    THEMES,
    actor_of,
)

_YEAR = 365 * 24 * 3600
OPTION_LIMIT = 30
MANY_CHOICES = 500
OptionSource = Callable[[HttpRequest, str], Sequence[dict[str, object]]]
_option_sources: dict[str, OptionSource] = {}


def register_options(key: str, source: OptionSource) -> None:
    """Answer `/options/<key>.json` by `source(request, q)`: dicts with value, label, note, hue, depth.

    Without a source the record type's own list answers, under its `view` permission.
    """
    _option_sources[key] = source


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, density, sidebar or language in a cookie and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    try:
        resolve(back.split("?")[0])
    except Resolver404:
        back = "/"
    response: HttpResponse = HttpResponseRedirect(back, status=303)
    if request.headers.get("HX-Request") or "json" in request.headers.get("Accept", ""):
        response = HttpResponse(status=204)
    wishes = {
        "theme": (THEME_COOKIE, THEMES),
        "density": (DENSITY_COOKIE, DENSITIES),
        "sidebar": (SIDEBAR_COOKIE, ("open", "collapsed")),
        "language": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _name in settings.LANGUAGES)),
    }
    for name, (cookie, allowed) in wishes.items():
        value = request.POST.get(name, "")
        if value in allowed:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            response.set_cookie(cookie, value, max_age=_YEAR, samesite="Lax", secure=secure)
    return response


@require_GET
def palette(request: HttpRequest) -> JsonResponse:
    """Places and acts for the command palette, as far as the reader may use them."""
    actor = actor_of(request)
    if actor is None:
        raise NotSignedIn
    go = pgettext("palette", "Go to")
    items = [
        {
            "label": str(item.label),
            "url": item.path,
            "icon": item.icon,
            "words": f"{item.keywords} {item.key}",
            "group": go,
        }
        for area in ("main", "settings")
        for item in navigation.items_for(actor, "main" if area == "main" else "settings")
    ]
    acts = [
        {
            "label": str(command.label),
            "url": command.path,
            "icon": command.icon,
            "words": f"{command.keywords} {command.key}",
            "group": pgettext("palette", "Do"),
            "dialog": command.dialog,
        }
        for command in navigation.commands_for(actor)
    ]
    return JsonResponse({"items": acts + items})


@require_GET
def options(request: HttpRequest, record: str) -> JsonResponse:
    """Choices for a searchable select over records: `?q=` narrows, `?ids=2,7` names what is chosen."""
    q = request.GET.get("q", "")[:100]
    chosen = {raw for raw in request.GET.get("ids", "").split(",") if raw.isdecimal() and len(raw) < 19}
    source = _option_sources.get(record)
    if source is not None:
        if actor_of(request) is None:
            raise NotSignedIn
        found = [item for item in source(request, q) if not chosen or item["value"] in chosen]
        return JsonResponse({"items": found})
    kind = find_record_type(record)
    access = permit(request, kind.permission("view"))
    return JsonResponse({"items": _record_options(kind, access, q, chosen)})


def _record_options(
    kind: RecordType, access: Access, q: str, chosen: Collection[str]
) -> list[dict[str, object]]:
    name = "name" if kind.field("name") else next(iter(kind.all_fields))
    ids = Fragment("t.id = ANY(%s::bigint[])", ([int(raw) for raw in chosen],))
    where = ids if chosen else TRUE
    page = listing.fetch(access, kind, q=q, where=where, fields=[name], limit=OPTION_LIMIT, sort=name)
    rows = page.rows
    if q and kind.search is None:
        rows = [row for row in rows if q.lower() in str(row[name]).lower()]
    return [{"value": str(row["id"]), "label": row[name], "hue": hue(row[name])} for row in rows]


@require_GET
def cascade(request: HttpRequest, record: str, field: str) -> JsonResponse:
    """The choices of a cascade (省 / 市 / 区) with what each lies under."""
    kind = find_record_type(record)
    permit(request, kind.permission("view"))
    found = kind.field(field)
    if found is None or found.type != FieldType.CASCADE:
        raise NotFound(record=record, id=field)
    items = [
        {"value": item.value, "label": str(item.label), "parent": item.parent}
        for item in found.choices()
        if not item.retired
    ]
    response = JsonResponse({"items": items})
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_http_methods(["GET", "POST"])
def edit_fact(request: HttpRequest, record: str, record_id: int, key: str) -> HttpResponse:
    """One value of any record, edited in place: GET its form (`?show=1` the value), POST the new value."""
    kind = find_record_type(record)
    seeing = permit(request, kind.permission("view"))
    field = kind.field(key)
    if field is None or seeing.field_rule(kind.key, key) == FieldRule.HIDDEN:
        raise NotFound(record=kind.key, id=record_id)
    if request.method == "POST":
        changing = permit(request, kind.permission("edit"))
        if kind.verbs.update is None:
            raise NotFound(record=kind.key, id=record_id)
        version = request.POST.get("version", "")
        values = posted_values(request.POST, [field])
        kind.verbs.update(changing, record_id, values, version=int(version) if version.isdecimal() else None)
        if not is_htmx(request):
            return HttpResponseRedirect(kind.link(record_id), status=303)
    row = listing.get(seeing, kind, record_id)
    address = fact_url(kind, record_id, key)
    made = control(field, kind, seeing, value_of(field, row), span=12, currency=currency_of(row))
    page = FactEdit(
        fact=fact(field, kind, seeing, row),
        control=None
        if made is None
        else replace(made, autofocus=True, attrs={"aria-label": str(field.label)}),
        action=address,
        cancel_url=f"{address}?show=1",
        version=row.get("version"),
        title=field.label,
    )
    shown = request.method == "POST" or "show" in request.GET or page.control is None
    response = respond(request, "ui/records/fact.html", page, block="value" if shown else "edit")
    return (
        trigger(response, "hw-changed", {"record": kind.key, "id": record_id, "field": key})
        if shown
        else response
    )


@require_GET
def fields(request: HttpRequest, record: str) -> JsonResponse:
    """What the criteria builder needs to know of a record type's fields."""
    kind = find_record_type(record)
    access = permit(request, kind.permission("view"))
    shown: list[dict[str, object]] = []
    for field in kind.all_fields.values():
        rule = access.field_rule(kind.key, field.key)
        if field.filterable and rule not in (FieldRule.HIDDEN, FieldRule.MASKED):
            shown.append(describe_field(field, field.key))
    for step in kind.all_fields.values():
        if not (step.type == FieldType.LINK and step.relation) or not step.filterable:
            continue
        target = record_type(step.relation)
        if not access.may(target.permission("view")):
            continue
        for field in target.all_fields.values():
            if field.filterable and not field.type.is_relation:
                described = describe_field(field, f"{step.key}.{field.key}")
                shown.append({**described, "group": str(step.label)})
    return JsonResponse({"fields": shown, "periods": [[key, str(label)] for key, label in NAMED.items()]})


def describe_field(field: Field, key: str) -> dict[str, object]:
    """One field for the criteria builder."""
    described: dict[str, object] = {
        "key": key,
        "label": str(field.label),
        "type": field.type.value,
        "group": str(field.group),
        "operators": [
            {"key": item.key, "label": str(item.label), "wants": item.wants.value}
            for item in operators_for(field)
        ],
    }
    choices = field.options.offered
    if len(choices) > MANY_CHOICES:
        # Of a long tree (3,900 regions) the two upper levels: "starts with" reaches what lies below them.
        choices = tuple(item for item in choices if item.value.count("/") < 2)
    if choices:
        described["options"] = [
            {"value": item.value, "label": field.label_of(item.value), "hue": item.color} for item in choices
        ]
    if field.type.is_relation:
        described["src"] = f"/options/{field.relation}.json"
    return described
