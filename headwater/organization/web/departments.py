"""The department tree: see it, add, rename, move, archive."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import permit
from headwater.organization import queries, services
from headwater.organization.models import Department
from headwater.organization.queries import DepartmentNode
from headwater.organization.web.controls import chosen_id, department_control, person_control
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class Line:
    """A department at its place in the tree, with what may be done to it."""

    node: DepartmentNode
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class DepartmentsPage:
    """The tree."""

    lines: tuple[Line, ...]
    may_change: bool
    archived: int
    shows_archived: bool


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    """The tree, archived departments on demand."""
    access = permit(request, "departments.view")
    may_change = access.may("departments.edit")
    shows_archived = request.GET.get("archived") == "1"
    nodes = queries.department_tree(include_archived=True)
    shown = [node for node in nodes if shows_archived or not node.archived]
    page = DepartmentsPage(
        lines=tuple(Line(node, _tools(node) if may_change else ()) for node in shown),
        may_change=may_change,
        archived=sum(node.archived for node in nodes),
        shows_archived=shows_archived,
    )
    return respond(request, "organization/departments.html", page, fragments={"hw-tree": "tree"})


def _tools(node: DepartmentNode) -> tuple[Action, ...]:
    if node.archived:
        restore = reverse("department_restore", args=[node.id])
        return (Action(_("Restore"), icon="undo-2", post=restore),)
    add = reverse("department_new") + f"?parent={node.id}"
    return (
        Action(_("Add below"), icon="plus", dialog=add),
        Action(_("Edit"), icon="pencil", dialog=reverse("department_edit", args=[node.id])),
        Action(_("Archive"), icon="archive", post=reverse("department_archive", args=[node.id])),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a department."""
    access = permit(request, "departments.create")
    if request.method == "POST":
        department = services.create_department(access, **_submitted(request))
        return done(request, _("“%(name)s” is added.") % {"name": department.name})
    parent = request.GET.get("parent", "")
    page = FormPage(
        title=_("New department"),
        action=reverse("department_new"),
        groups=(FieldGroup(_controls(None, parent if parent.isdecimal() else "")),),
        submit=_("Add"),
        cancel_href=reverse("departments"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, department_id: int) -> HttpResponse:
    """Rename, move, give a leader."""
    access = permit(request, "departments.edit")
    department = queries.get_department(access, department_id)
    if request.method == "POST":
        version = request.POST.get("version", "")
        services.update_department(
            access,
            department_id,
            version=int(version) if version.isdecimal() else None,
            **_submitted(request),
        )
        return done(request, _("Saved"))
    parent = "" if department.parent_id is None else str(department.parent_id)
    page = FormPage(
        title=_("Edit %(name)s") % {"name": department.name},
        action=reverse("department_edit", args=[department_id]),
        groups=(FieldGroup(_controls(department, parent)),),
        cancel_href=reverse("departments"),
        hidden={"version": department.version},
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def archive(request: HttpRequest, department_id: int) -> HttpResponse:
    """Take an empty department out of use."""
    department = services.archive_department(permit(request, "departments.delete"), department_id)
    text = _("“%(name)s” is archived.") % {"name": department.name}
    return done(request, text, undo=reverse("department_restore", args=[department_id]))


@require_POST
def restore(request: HttpRequest, department_id: int) -> HttpResponse:
    """Bring a department back."""
    department = services.restore_department(permit(request, "departments.delete"), department_id)
    return done(request, _("“%(name)s” is back.") % {"name": department.name})


def _controls(department: Department | None, parent: str) -> tuple[FieldControl, ...]:
    below = queries.department_below(department.pk) if department else frozenset()
    return (
        FieldControl(
            "name",
            _("Name"),
            value=department.name if department else "",
            required=True,
            max_length=100,
            autofocus=True,
        ),
        department_control("parent", _("Parent department"), parent, without=below),
        person_control("leader", _("Leader"), department.leader if department else None),
        FieldControl(
            "calendar",
            _("Working calendar"),
            kind="select",
            value=str(department.calendar_id or "") if department else "",
            placeholder=_("As the department above"),
            options=tuple(Option(str(one.pk), one.name) for one in queries.calendars()),
        ),
    )


def _submitted(request: HttpRequest) -> Any:
    given = request.POST
    return {
        "name": given.get("name", ""),
        "parent": chosen_id(given.get("parent", ""), "parent"),
        "leader": chosen_id(given.get("leader", ""), "leader"),
        "calendar": chosen_id(given.get("calendar", ""), "calendar"),
    }
