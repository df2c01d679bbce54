"""Settings → Pipelines → a stage: what it is, what it requires, its checklist."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from headwater.customization.web.picklists import colour_name
from headwater.engagement.types import ActivityKind
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.sales import services
from headwater.sales.queries.pipelines import ItemView, StageView, find_pipeline, open_counts
from headwater.sales.queries.requirements import requirable
from headwater.sales.web.pipelines import HOME, emptying, stage_in
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.records.cells import KNOWN_HUES
from headwater.ui.responses import done, respond

HUES = ("teal", "cyan", "blue", "indigo", "violet", "pink", "red", "orange", "amber", "lime", "green", "gray")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A point of the checklist."""

    item: ItemView
    kind: str
    icon: str
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class StagePage:
    """One stage."""

    pipeline: str
    stage: StageView
    back: str
    action: str
    version: int
    groups: tuple[FieldGroup, ...]
    items: tuple[ItemLine, ...]
    order_url: str
    add_url: str


def _address(pipeline_id: int, stage_id: int) -> str:
    return f"{HOME}/{pipeline_id}/stages/{stage_id}"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """One more open stage; what it requires is said on its page."""
    access = permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    if request.method == "POST":
        keys = ("name", "probability", "color", "days_until_stuck")
        given = {key: request.POST[key] for key in keys if request.POST.get(key)}
        made = services.add_stage(access, pipeline_id, given)
        return done(request, _("Saved"), go=_address(pipeline_id, made))
    page = FormPage(
        title=_("Add stage"),
        action=f"{HOME}/{pipeline_id}/stages/new",
        groups=(FieldGroup(_basics(None)),),
        submit=_("Add"),
        cancel_href=f"{HOME}/{pipeline_id}",
        width="small",
        intro=_("It comes after the other open stages of “%(name)s”; drag it to its place then.")
        % {"name": found.name},
    )
    return respond(request, "ui/records/form.html", page)


def _basics(stage: StageView | None) -> tuple[FieldControl, ...]:
    colours = tuple(Option(name, colour_name(name), hue=name) for name in HUES if name in KNOWN_HUES)
    name = FieldControl(
        "name",
        pgettext("stage", "Name"),
        value=stage.name if stage else "",
        required=True,
        max_length=80,
        autofocus=stage is None,
        span=8,
    )
    colour = FieldControl(
        "color",
        _("Colour"),
        "select",
        stage.color if stage else "blue",
        options=colours,
        required=True,
        span=4,
    )
    if stage is not None and not stage.is_open:
        return (name, colour)
    return (
        name,
        colour,
        FieldControl(
            "probability",
            _("Probability"),
            "percent",
            str(stage.probability) if stage else "50",
            required=True,
            help=_("Opportunities that come here take it, unless somebody knows better."),
            span=6,
        ),
        FieldControl(
            "days_until_stuck",
            _("Days until stuck"),
            "number",
            str(stage.days_until_stuck or "") if stage else "14",
            placeholder=_("never"),
            suffix=_("days"),
            help=_("Afterwards its card is marked."),
            span=6,
        ),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pipeline_id: int, stage_id: int) -> HttpResponse:
    """All of a stage."""
    access = permit(request, "pipelines.edit")
    found, stage = stage_in(pipeline_id, stage_id)
    if request.method == "POST":
        services.update_stage(
            access,
            pipeline_id,
            stage_id,
            _submitted(request, stage),
            expected=text.whole(request.POST.get("version", "")),
        )
        return done(request, _("Saved"), go=f"{HOME}/{pipeline_id}")
    address = _address(pipeline_id, stage_id)
    page = StagePage(
        pipeline=found.name,
        stage=stage,
        back=f"{HOME}/{pipeline_id}",
        action=address,
        version=found.version,
        groups=(FieldGroup(_basics(stage)), _guiding(stage)),
        items=tuple(_item_line(address, item) for item in stage.items),
        order_url=f"{address}/items/order",
        add_url=f"{address}/items/new",
    )
    return respond(request, "sales/stage.html", page, fragments={"hw-stage-items": "items"})


def _guiding(stage: StageView) -> FieldGroup:
    guidance = FieldControl(
        "guidance",
        _("Guidance"),
        "long_text",
        stage.guidance,
        rows=4,
        max_length=2000,
        placeholder=_("What good work in this stage looks like. People read it beside the stage bar."),
    )
    if not stage.is_open:
        return FieldGroup((guidance,))
    fields = requirable(record_type("opportunity"))
    required = FieldControl(
        "required_fields",
        _("Fields that must be filled before it moves on"),
        "multi",
        [key for key in stage.required_fields if key in fields],
        options=tuple(Option(key, field.label) for key, field in fields.items()),
        placeholder=_("None"),
    )
    return FieldGroup((guidance, required))


def _submitted(request: HttpRequest, stage: StageView) -> dict[str, Any]:
    keys = ("name", "color", "guidance", "probability", "days_until_stuck")
    given: dict[str, Any] = {key: request.POST[key] for key in keys if key in request.POST}
    if stage.is_open:
        given["required_fields"] = [one for one in request.POST.getlist("required_fields") if one]
    return given


def _item_line(address: str, item: ItemView) -> ItemLine:
    kind = ActivityKind(item.activity_kind) if item.activity_kind else None
    tools = (
        Action(_("Edit"), icon="pencil", dialog=f"{address}/items/{item.id}"),
        Action(_("Remove"), icon="trash-2", post=f"{address}/items/{item.id}/remove"),
    )
    return ItemLine(item, str(kind.label) if kind else "", kind.icon if kind else "", tools)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pipeline_id: int, stage_id: int) -> HttpResponse:
    """Out of use; what lies open in it goes to another stage."""
    access = permit(request, "pipelines.edit")
    found, stage = stage_in(pipeline_id, stage_id)
    if request.method == "POST":
        moved = services.remove_stage(
            access, pipeline_id, stage_id, to_stage_id=text.whole(request.POST.get("to_stage", ""))
        )
        told = _("“%(name)s” is removed, %(count)s moved") if moved else _("“%(name)s” is removed")
        return done(request, told % {"name": stage.name, "count": moved})
    others = [(one.name, one) for one in found.open_stages if one.id != stage.id]
    page = FormPage(
        title=_("Remove “%(name)s”") % {"name": stage.name},
        action=f"{_address(pipeline_id, stage_id)}/remove",
        groups=emptying(open_counts().get(stage.id, 0), others),
        submit=_("Remove"),
        cancel_href=f"{HOME}/{pipeline_id}",
        width="small",
        danger=True,
        intro=_("The history of past opportunities keeps its name."),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pipeline_id: int, stage_id: int, item_id: int | None = None) -> HttpResponse:
    """A point of the checklist: a new one, or other words for one."""
    access = permit(request, "pipelines.edit")
    found, stage = stage_in(pipeline_id, stage_id)
    known = next((one for one in stage.items if one.id == item_id), None)
    if item_id is not None and known is None:
        raise NotFound(record="checklist", id=item_id)
    address = _address(pipeline_id, stage_id)
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in ("name", "guidance", "activity_kind")}
        items = [given | {"id": one.id} if one.id == item_id else _kept(one) for one in stage.items]
        if known is None:
            items.append(given)
        services.set_checklist(
            access, pipeline_id, stage_id, items, expected=text.whole(request.POST.get("version", ""))
        )
        return done(request, _("Saved"))
    kinds = tuple(Option(one.value, one.label, icon=one.icon) for one in ActivityKind)
    controls = (
        FieldControl(
            "name",
            _("What must be done"),
            value=known.name if known else "",
            required=True,
            max_length=120,
            autofocus=True,
            placeholder=_("for example: meet the person who decides"),
        ),
        FieldControl(
            "guidance",
            pgettext("checklist", "How"),
            "long_text",
            known.guidance if known else "",
            rows=3,
            max_length=2000,
        ),
        FieldControl(
            "activity_kind",
            _("Ticked by itself by a follow-up"),
            "select",
            (known.activity_kind or "") if known else "",
            options=kinds,
            placeholder=_("No, somebody ticks it"),
        ),
    )
    page = FormPage(
        title=known.name if known else _("Add point"),
        action=f"{address}/items/{item_id}" if known else f"{address}/items/new",
        groups=(FieldGroup(controls),),
        submit=_("Save") if known else _("Add"),
        hidden={"version": found.version},
        cancel_href=address,
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


def _kept(one: ItemView) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "guidance": one.guidance, "activity_kind": one.activity_kind}


@require_POST
def remove_item(request: HttpRequest, pipeline_id: int, stage_id: int, item_id: int) -> HttpResponse:
    """A point that is asked for no more."""
    access = permit(request, "pipelines.edit")
    _found, stage = stage_in(pipeline_id, stage_id)
    items = [_kept(one) for one in stage.items if one.id != item_id]
    services.set_checklist(access, pipeline_id, stage_id, items)
    return done(request, _("Removed"))


@require_POST
def order_items(request: HttpRequest, pipeline_id: int, stage_id: int) -> HttpResponse:
    """The order of the points after a drag."""
    access = permit(request, "pipelines.edit")
    _found, stage = stage_in(pipeline_id, stage_id)
    place = {one: number for number, one in enumerate(request.POST.getlist("ids"))}
    items = sorted(stage.items, key=lambda one: place.get(str(one.id), len(place)))
    services.set_checklist(access, pipeline_id, stage_id, [_kept(one) for one in items])
    return done(request, refresh=False)
