"""Tasks: the page, the dialog, finishing, postponing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.engagement import queries, services
from headwater.engagement.queries.tasks import TaskCounts, TaskRow, get_task, task_groups
from headwater.engagement.subjects import cards
from headwater.engagement.types import RecordRef
from headwater.engagement.web.moments import without_untouched
from headwater.kernel import catalogue, clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type as catalogued
from headwater.kernel.errors import Invalid
from headwater.organization.queries import people_by_id
from headwater.ui import records
from headwater.ui.formats import when_text
from headwater.ui.pages import Action, EmptyState, FieldControl, FormPage, Option, Tab
from headwater.ui.responses import done, respond

FORM = ["title", "due_at", "remind_at", "priority", "repeat", "kind", "note"]
TEAM_LIMIT = 300


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with what can be done with it."""

    row: TaskRow
    more: tuple[Action, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class TaskSection:
    key: str
    label: str
    lines: tuple[TaskLine, ...]
    is_late: bool = False
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class TasksPage:
    """All of `engagement/tasks.html`."""

    sections: tuple[TaskSection, ...]
    counts: TaskCounts
    tabs: tuple[Tab, ...]
    person: FieldControl | None
    with_owner: bool
    is_cut: bool
    self_url: str
    chosen: int | None
    empty: EmptyState
    may_create: bool


def _number(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isdecimal() and len(raw) < 16 else None


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks by urgency, or my people's."""
    access = permit(request, "tasks.view")
    team = request.GET.get("whose") == "team" and _has_team(access)
    person = _number(request.GET.get("person")) if team else None
    groups = task_groups(_owners(access, team, person), limit=TEAM_LIMIT)
    edit = access.also("tasks.edit") if access.may("tasks.edit") else None

    def lines(rows: Sequence[TaskRow]) -> tuple[TaskLine, ...]:
        return tuple(TaskLine(row, _more(access, row), _may_edit(edit, row)) for row in rows)

    sections = (
        TaskSection("overdue", _("Overdue"), lines(groups.overdue), is_late=True),
        TaskSection("today", _("Today"), lines(groups.today)),
        TaskSection("upcoming", pgettext("tasks", "Later"), lines(groups.upcoming)),
        TaskSection("someday", _("Without a date"), lines(groups.someday)),
        TaskSection("done", _("Done in the last 7 days"), lines(groups.done), is_folded=not groups.is_empty),
    )
    query = {"whose": "team" if team else "", "person": str(person or "")}
    page = TasksPage(
        sections=tuple(section for section in sections if section.lines),
        counts=queries.task_counts(access.user_id or 0),
        tabs=_tabs(access, team),
        person=_person(person) if team else None,
        with_owner=team,
        is_cut=groups.is_cut,
        self_url=f"/tasks?{urlencode({key: value for key, value in query.items() if value})}",
        chosen=_number(request.GET.get("task")),
        empty=_empty(team),
        may_create=access.may("tasks.create"),
    )
    return respond(request, "engagement/tasks.html", page, fragments={"hw-tasks": "tasks"})


def _has_team(access: Access) -> bool:
    return access.reach.everyone or len(access.reach.people) > 1


def _owners(access: Access, team: bool, person: int | None) -> list[int]:
    if not team:
        return [access.user_id or 0]
    people = everybody() if access.reach.everyone else access.reach.people
    if person is not None:
        people = people & {person}
    return sorted(people)


def everybody() -> frozenset[int]:
    """Everybody who may sign in."""
    from headwater.organization.queries import active_ids

    return active_ids()


def _tabs(access: Access, team: bool) -> tuple[Tab, ...]:
    if not _has_team(access):
        return ()
    return (
        Tab(pgettext("tasks", "Mine"), "/tasks", current=not team),
        Tab(pgettext("tasks", "Team"), "/tasks?whose=team", current=team),
    )


def _person(person: int | None) -> FieldControl:
    known = people_by_id([person]).values() if person is not None else ()
    return FieldControl(
        "person",
        pgettext("feed", "Person"),
        "user",
        str(person or ""),
        tuple(Option(str(found.id), found.name) for found in known),
        "/options/user.json",
        placeholder=_("Everybody"),
    )


def _may_edit(edit: Access | None, row: TaskRow) -> bool:
    return edit is not None and (edit.reach.covers(row.owner_id) or row.created_by_id == edit.user_id)


def _more(access: Access, row: TaskRow) -> tuple[Action, ...]:
    actions: list[Action] = []
    if access.may("tasks.edit"):
        actions.append(Action(_("Edit"), "pencil", dialog=f"/tasks/{row.id}/edit"))
        if not row.is_done:
            actions += [
                Action(label, "clock", post=f"/tasks/{row.id}/postpone?to={key}")
                for key, label in (
                    ("hour", _("In an hour")),
                    ("tomorrow", _("Tomorrow morning")),
                    ("days", _("In 3 days")),
                    ("monday", _("Next Monday")),
                )
            ]
    if access.may("tasks.delete"):
        actions.append(Action(_("Delete"), "trash-2", post=f"/tasks/{row.id}/archive", kind="danger"))
    return tuple(actions)


def _empty(team: bool) -> EmptyState:
    if team:
        return EmptyState(_("Your people have nothing open"), icon="circle-check", hue="green")
    return EmptyState(
        _("Nothing to do"),
        _("Plan the next step when you record a follow-up, and it comes here in time."),
        icon="circle-check",
        hue="green",
        actions=(Action(_("New task"), "plus", dialog="/tasks/new"),),
    )


def moment_of(key: str) -> datetime:
    """The moment a quick choice means; raises `Invalid` for an unknown one."""
    now = timezone.localtime(clock.now())
    if key == "hour":
        return now + timedelta(hours=1)
    days = {"tomorrow": 1, "days": 3, "monday": 7 - now.weekday()}.get(key)
    if days is None:
        raise Invalid.one("to", "value.choice", _("Choose a time."))
    return timezone.make_aware(datetime.combine(now.date() + timedelta(days=days), time(9, 30)))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The dialog of a new task; `record_type` and `record_id` say what it is about."""
    access = permit(request, "tasks.create")
    kind = catalogued("task")
    record_type, record_id = request.GET.get("record_type", ""), _number(request.GET.get("record_id"))
    if request.method == "POST":
        values = records.submitted(request, kind, access, keys=_keys(access))
        about = {name: request.POST.get(name) for name in ("record_type", "record_id")}
        task = services.create_task(access, _filled(values) | {k: v for k, v in about.items() if v})
        return done(request, _("Task added"), undo=f"/tasks/{task.pk}/archive")
    card = None
    if record_type and record_id is not None:
        card = cards([RecordRef(record_type, record_id)]).get(RecordRef(record_type, record_id))
    hidden = {} if card is None else {"record_type": record_type, "record_id": record_id}
    page = _form(access, {}, _("New task"), "/tasks/new", hidden)
    if card is not None:
        page = replace(page, intro=_("About %(name)s") % {"name": card.title})
    return respond(request, "ui/records/form.html", page)


def _keys(access: Access) -> list[str]:
    return [*FORM, "owner"] if access.may("tasks.assign") else FORM


def _filled(values: dict[str, object]) -> dict[str, object]:
    """Without what was left blank: the reminder then follows the due time."""
    return {key: value for key, value in values.items() if value not in (None, "") or key == "title"}


def _form(
    access: Access, row: dict[str, object], title: str, action: str, hidden: Mapping[str, object]
) -> FormPage:
    page = records.form_page(
        catalogued("task"),
        access,
        title=title,
        action=action,
        row=row or None,
        keys=_keys(access),
        hidden=dict(hidden),
        cancel_href="/tasks",
    )
    wide = tuple(
        replace(
            group,
            controls=tuple(
                replace(control, span=12) if control.name == "title" else control
                for control in group.controls
            ),
        )
        for group in page.groups
    )
    return replace(page, groups=wide)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, task_id: int) -> HttpResponse:
    """The dialog of a task."""
    access = permit(request, "tasks.edit")
    action = f"/tasks/{task_id}/edit"
    if request.method == "POST":
        version = _number(request.POST.get("version"))
        values = records.submitted(request, catalogued("task"), access, keys=_keys(access))
        present = vars(get_task(access, task_id))
        services.update_task(access, task_id, without_untouched(values, present), version=version)
        return done(request, _("Saved"))
    row = queries.task_row(access, task_id)
    values = {key: getattr(row, key) for key in FORM} | {
        "id": row.id,
        "version": row.version,
        "owner": {"id": row.owner_id, "name": row.owner_name},
    }
    return respond(
        request, "ui/records/form.html", _form(access, values, row.title, action, {"version": row.version})
    )


@require_POST
def finish(request: HttpRequest, task_id: int) -> HttpResponse:
    """Tick a task off."""
    task = services.complete_task(permit(request, "tasks.edit"), task_id)
    return done(request, _("Done: %(title)s") % {"title": task.title}, undo=f"/tasks/{task_id}/reopen")


@require_POST
def reopen(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a tick back."""
    services.reopen_task(permit(request, "tasks.edit"), task_id)
    return done(request, _("Open again"))


@require_POST
def postpone(request: HttpRequest, task_id: int) -> HttpResponse:
    """Move a task by a quick choice or to a moment."""
    access = permit(request, "tasks.edit")
    before = queries.task_row(access, task_id).due_at
    raw = request.GET.get("to") or request.POST.get("to", "")
    if raw[:4].isdecimal():
        fields = catalogue.clean(catalogued("task"), {"due_at": raw}, access, partial=True).fields
        to = fields["due_at"]
    else:
        to = moment_of(raw)
    services.postpone_task(access, task_id, to=to)
    undo = None
    if before is not None and before > clock.now():
        undo = f"/tasks/{task_id}/postpone?{urlencode({'to': before.isoformat()})}"
    return done(request, _("Moved to %(when)s") % {"when": when_text(to)}, undo=undo)


@require_POST
def archive(request: HttpRequest, task_id: int) -> HttpResponse:
    """Remove a task; it can be taken back."""
    services.archive_tasks(permit(request, "tasks.delete"), [task_id])
    return done(request, _("Task deleted"), undo=f"/tasks/{task_id}/restore")


@require_POST
def restore(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a removal back."""
    services.restore_tasks(permit(request, "tasks.delete"), [task_id])
    return done(request, _("Restored"))


@require_POST
def many(request: HttpRequest, act: str) -> HttpResponse:
    """Finish or postpone several: `ids` repeated."""
    access = permit(request, "tasks.edit")
    ids = [int(raw) for raw in request.POST.getlist("ids") if raw.isdecimal() and len(raw) < 16]
    if act == "finish":
        results = services.complete_tasks(access, ids)
    else:
        results = services.postpone_tasks(access, ids, to=moment_of(request.POST.get("to", "tomorrow")))
    count = sum(result.ok for result in results)
    return done(request, ngettext("%(num)s task", "%(num)s tasks", count) % {"num": count})
