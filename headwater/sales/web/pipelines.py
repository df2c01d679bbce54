"""Settings → Pipelines: the pipelines, and the stages of one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.queries import picklist_label
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.kernel.errors import NotFound
from headwater.sales import picklists, services
from headwater.sales.queries.pipelines import (
    PipelineView,
    StageView,
    archived_pipelines,
    find_pipeline,
    open_counts,
    pipelines,
)
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond

HOME = "/settings/pipelines"


@dataclass(frozen=True, slots=True)
class PipelineLine:
    """A pipeline among the others."""

    pipeline: PipelineView
    href: str
    line: str
    held: int  # open opportunities
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PipelinesPage:
    lines: tuple[PipelineLine, ...]
    archived: tuple[PipelineLine, ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of the pipeline."""

    stage: StageView
    href: str
    held: int
    notes: tuple[str, ...]
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PipelinePage:
    """One pipeline."""

    pipeline: PipelineView
    line: str
    stages: tuple[StageLine, ...]
    closing: tuple[StageLine, ...]
    order_url: str
    add_url: str
    actions: tuple[Action, ...]
    more: tuple[Action, ...]


@require_GET
def pipeline_list(request: HttpRequest) -> HttpResponse:
    """All of them."""
    permit(request, "pipelines.edit")
    held = open_counts()
    page = PipelinesPage(
        lines=tuple(_line(one, held) for one in pipelines()),
        archived=tuple(_line(one, held) for one in archived_pipelines()),
        new_url=f"{HOME}/new",
    )
    return respond(request, "sales/pipelines.html", page, fragments={"hw-pipelines": "lists"})


def _line(one: PipelineView, held: dict[int, int]) -> PipelineLine:
    href = f"{HOME}/{one.id}"
    tools: list[Action] = []
    if one.is_archived:
        tools.append(Action(_("Restore"), icon="undo-2", post=f"{href}/restore"))
    elif not one.is_default:
        tools.append(Action(_("Make default"), icon="star", post=f"{href}/default"))
    return PipelineLine(
        pipeline=one,
        href=href,
        line=line_label(one),
        held=sum(held.get(stage.id, 0) for stage in one.stages),
        tools=tuple(tools),
    )


def line_label(one: PipelineView) -> str:
    """What the business line of a pipeline is called; blank for none."""
    return picklist_label("business_line", one.business_line) if one.business_line else ""


@require_GET
def pipeline(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """The stages of one, in their order."""
    permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    href, held = f"{HOME}/{found.id}", open_counts()
    lines = tuple(_stage_line(found, stage, held.get(stage.id, 0)) for stage in found.stages)
    page = PipelinePage(
        pipeline=found,
        line=line_label(found),
        stages=tuple(one for one in lines if one.stage.is_open),
        closing=tuple(one for one in lines if not one.stage.is_open),
        order_url=f"{href}/order",
        add_url=f"{href}/stages/new",
        actions=() if found.is_archived else _actions(found, href),
        more=_more(found, href),
    )
    return respond(request, "sales/pipeline.html", page, fragments={"hw-stages": "stages"})


def _actions(found: PipelineView, href: str) -> tuple[Action, ...]:
    return (
        Action(
            pgettext("pipeline", "Board"),
            icon="square-kanban",
            href=f"/opportunities/board?pipeline={found.id}",
        ),
        Action(_("Add stage"), icon="plus", dialog=f"{href}/stages/new", kind="primary"),
    )


def _more(found: PipelineView, href: str) -> tuple[Action, ...]:
    versions = Action(_("Versions"), icon="history", href=f"{href}/versions")
    if found.is_archived:
        return (Action(_("Restore"), icon="undo-2", post=f"{href}/restore"), versions)
    acts = [Action(_("Rename"), icon="pencil", dialog=f"{href}/edit"), versions]
    if not found.is_default:
        acts.append(Action(_("Make default"), icon="star", post=f"{href}/default"))
        acts.append(Action(_("Archive"), icon="archive", dialog=f"{href}/archive", kind="danger"))
    return tuple(acts)


def _stage_line(found: PipelineView, stage: StageView, held: int) -> StageLine:
    href = f"{HOME}/{found.id}/stages/{stage.id}"
    notes = []
    if stage.days_until_stuck:
        words = ngettext("stuck after %(num)s day", "stuck after %(num)s days", stage.days_until_stuck)
        notes.append(words % {"num": stage.days_until_stuck})
    if stage.required_fields:
        words = ngettext("%(num)s field", "%(num)s fields", len(stage.required_fields))
        notes.append(words % {"num": len(stage.required_fields)})
    if stage.items:
        words = ngettext("%(num)s point to tick", "%(num)s points to tick", len(stage.items))
        notes.append(words % {"num": len(stage.items)})
    tools = [Action(_("Edit"), icon="pencil", href=href)]
    if stage.is_open and not found.is_archived and len(found.open_stages) > 1:
        tools.append(Action(_("Remove"), icon="trash-2", dialog=f"{href}/remove"))
    return StageLine(stage, href, held, tuple(notes), () if found.is_archived else tuple(tools))


def _head_fields(name: str = "", line: str | None = None) -> list[FieldControl]:
    lines = tuple(
        Option(str(one.value), one.label)
        for one in picklists.business_lines()
        if not one.retired or one.value == line
    )
    return [
        FieldControl(
            "name", pgettext("pipeline", "Name"), value=name, required=True, max_length=80, autofocus=True
        ),
        FieldControl(
            "business_line",
            _("Business line"),
            "select",
            line or "",
            options=lines,
            placeholder=_("All of them"),
            help=_("New opportunities of this line begin here."),
        ),
    ]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A pipeline of one's own, with the usual stages or those of another."""
    access = permit(request, "pipelines.edit")
    if request.method == "POST":
        made = services.create_pipeline(
            access,
            name=request.POST.get("name", ""),
            business_line=request.POST.get("business_line"),
            copy_of=text.whole(request.POST.get("copy_of", "")),
        )
        return done(request, _("Saved"), go=f"{HOME}/{made}")
    source = FieldControl(
        "copy_of",
        _("Stages"),
        "select",
        options=tuple(
            Option(str(one.id), _("Those of “%(name)s”") % {"name": one.name}) for one in pipelines()
        ),
        placeholder=_("The usual ones"),
    )
    page = FormPage(
        title=_("New pipeline"),
        action=f"{HOME}/new",
        groups=(FieldGroup((*_head_fields(), source)),),
        submit=_("Add"),
        cancel_href=HOME,
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Another name, another business line."""
    access = permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    if request.method == "POST":
        services.update_pipeline(
            access,
            pipeline_id,
            name=request.POST.get("name", ""),
            business_line=request.POST.get("business_line"),
            expected=text.whole(request.POST.get("version", "")),
        )
        return done(request, _("Saved"), go=f"{HOME}/{pipeline_id}")
    page = FormPage(
        title=found.name,
        action=f"{HOME}/{pipeline_id}/edit",
        groups=(FieldGroup(tuple(_head_fields(found.name, found.business_line))),),
        submit=_("Save"),
        hidden={"version": found.version},
        cancel_href=f"{HOME}/{pipeline_id}",
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def default(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Let new opportunities begin here."""
    services.make_default(permit(request, "pipelines.edit"), pipeline_id)
    return done(request, _("New opportunities begin here now, unless told otherwise"))


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Out of use; what lies open in it goes to a stage of another pipeline."""
    access = permit(request, "pipelines.edit")
    found = find_pipeline(pipeline_id)
    if request.method == "POST":
        services.archive_pipeline(
            access, pipeline_id, to_stage_id=text.whole(request.POST.get("to_stage", ""))
        )
        return done(request, _("“%(name)s” is archived") % {"name": found.name}, go=HOME)
    counts = open_counts()
    held = sum(counts.get(stage.id, 0) for stage in found.stages)
    targets = [(one, stage) for one in pipelines() if one.id != found.id for stage in one.open_stages]
    page = FormPage(
        title=_("Archive “%(name)s”") % {"name": found.name},
        action=f"{HOME}/{pipeline_id}/archive",
        groups=emptying(held, [(f"{one.name} · {stage.name}", stage) for one, stage in targets]),
        submit=_("Archive"),
        cancel_href=f"{HOME}/{pipeline_id}",
        width="small",
        danger=True,
        intro=_(
            "What was won and lost in it stays where it is; nothing new begins here. It can be restored."
        ),
    )
    return respond(request, "ui/records/form.html", page)


def emptying(held: int, targets: list[tuple[str, StageView]]) -> tuple[FieldGroup, ...]:
    """Where open opportunities go; nothing to ask where there are none."""
    return emptying_into(held, tuple(Option(str(one.id), label, hue=one.color) for label, one in targets))


def emptying_into(held: int, options: tuple[Option, ...]) -> tuple[FieldGroup, ...]:
    """The same, among options of one's own."""
    if not held:
        return ()
    words = ngettext("%(num)s open opportunity goes to", "%(num)s open opportunities go to", held) % {
        "num": held
    }
    control = FieldControl(
        "to_stage", words, "select", options=options, required=True, placeholder=_("Choose a stage")
    )
    return (FieldGroup((control,)),)


@require_POST
def restore(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """Back into use."""
    services.restore_pipeline(permit(request, "pipelines.edit"), pipeline_id)
    return done(request, _("Restored"))


@require_POST
def order(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    """The order of the stages after a drag."""
    access = permit(request, "pipelines.edit")
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdecimal()]
    services.order_stages(access, pipeline_id, ids)
    return done(request)


def stage_in(pipeline_id: int, stage_id: int) -> tuple[PipelineView, StageView]:
    """A stage in use with its pipeline; refuses with `NotFound`."""
    found = find_pipeline(pipeline_id)
    stage = found.by_id.get(stage_id)
    if stage is None:
        raise NotFound(record="stage", id=stage_id)
    return found, stage
