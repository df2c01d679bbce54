"""What a stage asks for, on screen: the checklist near the stage bar, the dialog in the way of a move."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headwater.engagement.types import ActivityKind
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.organization.queries import names_of
from headwater.sales import services
from headwater.sales.errors import RequirementsUnmet
from headwater.sales.queries.checklists import AskedItem, stage_checklist
from headwater.sales.queries.pipelines import PipelineView, StageView, find_pipeline, stages_by_id
from headwater.sales.queries.requirements import Missing, origins_of, unmet
from headwater.sales.services.moving import stage_of
from headwater.sales.types import Standing
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.records.cells import value_of
from headwater.ui.responses import done, is_htmx, respond

ASKED = "asked"  # names the fields that the dialog held


def moving_url(opportunity_id: int, stage_id: int, seen_id: int | None = None) -> str:
    """Where a move is asked for and made."""
    query = {"stage": stage_id} | ({} if seen_id is None else {"from": seen_id})
    return f"/opportunities/{opportunity_id}/move?{urlencode(query)}"


def move_one(
    request: HttpRequest, access: Access, record_id: int, stage_id: int, seen_id: int | None = None
) -> HttpResponse:
    """Move, with what the form filled in; where something is missing the answer asks for it."""
    asked = request.POST.getlist(ASKED)
    kind = record_type("opportunity")
    ticked = [int(one) for one in request.POST.getlist("done") if one.isdecimal()]
    try:
        moved = services.move_stage(
            access,
            record_id,
            stage_id=stage_id,
            from_stage_id=seen_id,
            values=records.submitted(request, kind, access, asked) if asked else None,
            done=ticked,
            note=request.POST.get("note", "").strip() or None,
        )
    except RequirementsUnmet as refused:
        if asked or "done_shown" in request.POST:
            raise _beside_fields(refused) from None
        return ask_instead(request, access, refused, seen_id)
    stage = stages_by_id()[moved.stage_id]
    if stage.kind == Standing.WON:
        return done(request, _("Won. Congratulations!"), undo=f"/opportunities/{record_id}/reopen")
    return done(request, _("Moved to “%(stage)s”") % {"stage": stage.name})


def _beside_fields(refused: RequirementsUnmet) -> Invalid:
    """The same refusal, each part where the form has it."""
    words = _("This is required.")
    fields = {one["key"]: {"code": refused.code, "detail": words} for one in refused.facts["missing_fields"]}
    if refused.facts["missing_items"]:
        fields["done"] = {"code": refused.code, "detail": _("Tick what is done; all of it is needed.")}
    return Invalid(fields=fields)


def ask_instead(
    request: HttpRequest, access: Access, refused: RequirementsUnmet, seen_id: int | None = None
) -> HttpResponse:
    """The dialog that asks for what is missing, as the answer to a move from wherever on a page."""
    if not is_htmx(request):
        raise refused
    facts = refused.facts
    response = requirements_dialog(
        request, access, facts["id"], facts["stage"]["id"], seen_id, block="dialog"
    )
    response["HX-Retarget"], response["HX-Reswap"] = "#hw-dialog", "innerHTML"
    return response


def requirements_dialog(
    request: HttpRequest,
    access: Access,
    record_id: int,
    stage_id: int,
    seen_id: int | None,
    *,
    block: str | None = None,
) -> HttpResponse:
    """What is missing before a stage is reached, to be filled in right here."""
    kind = record_type("opportunity")
    row = listing.get(access.also("opportunities.view"), kind, record_id)
    present = find_pipeline(row["pipeline"]["id"])
    target = stage_of(present, stage_id)
    missing = unmet(access, present, origins_of([record_id]), target).get(record_id, Missing())
    controls = [
        records.control(one, kind, access, value_of(one, row), currency=row["currency"])
        for one in missing.fields
    ]
    page = FormPage(
        title=_("Move to “%(stage)s”") % {"stage": target.name},
        action=moving_url(record_id, stage_id, seen_id),
        groups=_groups([one for one in controls if one is not None], missing, present),
        submit=_("Fill in and move") if missing else _("Move"),
        hidden={ASKED: [one.key for one in missing.fields], "done_shown": "1"},
        cancel_href=kind.link(record_id),
        width="small",
        intro=row["name"],
    )
    return respond(request, "sales/form.html", page, block=block)


def _groups(controls: list[FieldControl], missing: Missing, pipeline: PipelineView) -> tuple[FieldGroup, ...]:
    asked = tuple(replace(one, required=True, span=12) for one in controls)
    groups = [FieldGroup(asked)] if asked else []
    if missing.items:
        wanted = {one.id for one in missing.items}
        for stage in pipeline.open_stages:
            options = tuple(
                Option(str(one.id), one.name, note=one.guidance) for one in stage.items if one.id in wanted
            )
            if options:
                label = _("Done in “%(stage)s”") % {"stage": stage.name}
                groups.append(
                    FieldGroup((FieldControl("done", label, kind="checks", value=[], options=options),))
                )
    return tuple(groups)


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the card: a field to fill, or a point to tick."""

    label: str
    note: str
    is_done: bool
    who: str = ""
    at: datetime | None = None
    post: str = ""  # ticks or takes the tick back
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistCard:
    """What the present stage asks for, beside the stage bar."""

    stage: str
    hue: str
    guidance: str
    fields: tuple[Point, ...]
    points: tuple[Point, ...]
    done: int
    total: int
    next_label: str
    next_post: str


def checklist_card(
    access: Access, row: Mapping[str, Any], pipeline: PipelineView, *, may_edit: bool
) -> ChecklistCard | None:
    """The card of an open opportunity as it is listed; None where its stage asks and tells nothing."""
    if row["status"] != Standing.OPEN:
        return None
    found = stage_checklist(access, row, pipeline)
    if not found.total and not found.stage.guidance:
        return None
    ahead = _next_stage(pipeline, found.stage)
    names = names_of({one.tick.by_id for one in found.items if one.tick and one.tick.by_id})
    return ChecklistCard(
        stage=found.stage.name,
        hue=found.stage.color,
        guidance=found.stage.guidance,
        fields=tuple(Point(str(one.field.label), "", one.is_filled) for one in found.fields),
        points=tuple(_point(row["id"], one, names, may_edit) for one in found.items),
        done=found.done,
        total=found.total,
        next_label=_("On to “%(stage)s”") % {"stage": ahead.name} if may_edit else "",
        next_post=moving_url(row["id"], ahead.id, found.stage.id) if may_edit else "",
    )


def _next_stage(pipeline: PipelineView, stage: StageView) -> StageView:
    later = [one for one in pipeline.open_stages if one.position > stage.position]
    return later[0] if later else pipeline.won


def _point(opportunity_id: int, one: AskedItem, names: dict[int, str], may_edit: bool) -> Point:
    tick, kind = one.tick, one.item.activity_kind
    note = one.item.guidance
    if kind and tick is None:
        by_itself = _("Ticked by itself by a follow-up of the kind “%(kind)s”")
        told = by_itself % {"kind": ActivityKind(kind).label}
        note = f"{note}\n{told}" if note else told
    post = f"/opportunities/{opportunity_id}/checklist/{one.item.id}?done={0 if tick else 1}"
    return Point(
        label=one.item.name,
        note=note,
        is_done=tick is not None,
        who=names.get(tick.by_id or 0, _("System")) if tick else "",
        at=tick.at if tick else None,
        post=post if may_edit else "",
        icon=ActivityKind(kind).icon if kind else "",
    )


@require_POST
def tick(request: HttpRequest, record_id: int, item_id: int) -> HttpResponse:
    """One tap: a point is done, or not after all."""
    access = permit(request, "opportunities.edit")
    if request.GET.get("done") == "1":
        services.tick(access, record_id, [item_id])
    else:
        services.untick(access, record_id, item_id)
    if not is_htmx(request):
        return done(request, _("Saved"))
    row = listing.get(access.also("opportunities.view"), record_type("opportunity"), record_id)
    pipeline = find_pipeline(row["pipeline"]["id"])
    card = checklist_card(access.also("opportunities.view"), row, pipeline, may_edit=True)
    return respond(request, "sales/checklist.html", card, block="checklist")
