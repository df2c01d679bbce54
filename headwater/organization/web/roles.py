"""Roles: the list, what each may do, how it meets fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import FieldRule, Permission, Scope, permissions, permit
from headwater.kernel.catalogue import RecordType, record_types
from headwater.kernel.errors import NotFound
from headwater.organization import queries, services
from headwater.organization.queries import RoleSheet
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option, Tab
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in the list."""

    sheet: RoleSheet
    summary: str
    href: str
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RolesPage:
    """All roles."""

    lines: tuple[RoleLine, ...]
    may_change: bool


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The list."""
    access = permit(request, "roles.view")
    may_change = access.may("roles.configure")
    lines = tuple(
        RoleLine(
            sheet,
            _summary(sheet),
            reverse("role", args=[sheet.role.pk]),
            _tools(sheet) if may_change else (),
        )
        for sheet in queries.role_sheets()
    )
    return respond(request, "organization/roles.html", RolesPage(lines, may_change))


def _summary(sheet: RoleSheet) -> str:
    if sheet.is_administrator:
        return _("Everything")
    return _("%(grants)s permissions, %(rules)s field rules") % {
        "grants": len(sheet.grants),
        "rules": len(sheet.rules),
    }


def _tools(sheet: RoleSheet) -> tuple[Action, ...]:
    role = sheet.role
    copy = Action(_("Copy"), icon="copy", dialog=reverse("role_copy", args=[role.pk]))
    if role.is_builtin:
        return (copy,)
    delete = Action(
        _("Delete"),
        icon="trash-2",
        post=reverse("role_delete", args=[role.pk]),
        confirm=_("Delete the role “%(name)s”?") % {"name": role.label},
    )
    return (copy, delete)


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One permission with the scope the role has it in; empty: not at all."""

    permission: Permission
    chosen: str

    @property
    def name(self) -> str:
        """The name of its control."""
        return f"grant.{self.permission.code}"


@dataclass(frozen=True, slots=True)
class ObjectSection:
    """The permissions on one kind of thing."""

    label: str
    lines: tuple[GrantLine, ...]

    @property
    def given(self) -> int:
        """How many of them the role has."""
        return sum(bool(line.chosen) for line in self.lines)


@dataclass(frozen=True, slots=True)
class RolePage:
    """What a role may do."""

    sheet: RoleSheet
    tabs: tuple[Tab, ...]
    sections: tuple[ObjectSection, ...]
    scopes: tuple[Option, ...]
    may_change: bool


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """The matrix of permissions and scopes."""
    access = permit(request, "roles.view")
    if request.method == "POST":
        return _save_grants(request, role_id)
    sheet = _sheet(role_id)
    page = RolePage(
        sheet=sheet,
        tabs=_tabs(role_id, "grants"),
        sections=_sections(sheet),
        scopes=(
            Option("", pgettext("scope", "No")),
            *(Option(value, label) for value, label in Scope.choices),
        ),
        may_change=access.may("roles.configure") and not sheet.is_administrator,
    )
    return respond(request, "organization/role.html", page)


def _save_grants(request: HttpRequest, role_id: int) -> HttpResponse:
    access = permit(request, "roles.configure")
    given = request.POST
    grants = {
        key.removeprefix("grant."): str(value)
        for key, value in given.items()
        if key.startswith("grant.") and value
    }
    version = given.get("version", "")
    services.update_role(
        access, role_id, grants=grants, version=int(version) if version.isdecimal() else None
    )
    return done(request, _("Saved"), go=reverse("role", args=[role_id]))


def _sheet(role_id: int) -> RoleSheet:
    found = queries.role_sheets(role_id)
    if not found:
        raise NotFound(record="role", id=role_id)
    return found[0]


def _tabs(role_id: int, current: str) -> tuple[Tab, ...]:
    return (
        Tab(_("Permissions"), reverse("role", args=[role_id]), current=current == "grants"),
        Tab(_("Fields"), reverse("role_fields", args=[role_id]), current=current == "fields"),
    )


def _sections(sheet: RoleSheet) -> tuple[ObjectSection, ...]:
    labels = {kind.plural: str(kind.label_plural) for kind in record_types()}
    by_label: dict[str, list[Permission]] = {}
    for permission in permissions():
        thing = permission.code.split(".")[0]
        by_label.setdefault(labels.get(thing) or str(permission.group) or thing, []).append(permission)
    return tuple(
        ObjectSection(label, tuple(GrantLine(permission, _chosen(sheet, permission)) for permission in found))
        for label, found in by_label.items()
    )


def _chosen(sheet: RoleSheet, permission: Permission) -> str:
    if sheet.is_administrator:
        return Scope.ALL.value
    scope = sheet.grants.get(permission.code)
    return scope.value if scope else ""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field with how the role meets it."""

    key: str
    label: str
    group: str
    chosen: str

    @property
    def name(self) -> str:
        """The name of its control."""
        return f"rule.{self.key}"


@dataclass(frozen=True, slots=True)
class RoleFieldsPage:
    """How a role meets the fields of one record type."""

    sheet: RoleSheet
    tabs: tuple[Tab, ...]
    records: tuple[Tab, ...]
    record: str
    lines: tuple[FieldLine, ...]
    rules: tuple[Option, ...]
    may_change: bool


@require_http_methods(["GET", "POST"])
def role_fields(request: HttpRequest, role_id: int) -> HttpResponse:
    """Field by field: visible, read-only, masked or hidden."""
    access = permit(request, "roles.view")
    kinds = [kind for kind in record_types() if kind.fields]
    wanted = request.GET.get("record") or request.POST.get("record") or ""
    kind = next((kind for kind in kinds if kind.key == wanted), kinds[0])
    if request.method == "POST":
        return _save_rules(request, role_id, kind)
    sheet = _sheet(role_id)
    base = reverse("role_fields", args=[role_id])
    page = RoleFieldsPage(
        sheet=sheet,
        tabs=_tabs(role_id, "fields"),
        records=tuple(
            Tab(
                item.label_plural,
                f"{base}?record={item.key}",
                current=item is kind,
                count=sum(record == item.key for record, _field in sheet.rules) or None,
            )
            for item in kinds
        ),
        record=kind.key,
        lines=tuple(_field_lines(kind, sheet)),
        rules=tuple(Option(value, label) for value, label in FieldRule.choices),
        may_change=access.may("roles.configure") and not sheet.is_administrator,
    )
    return respond(request, "organization/role_fields.html", page)


def _field_lines(kind: RecordType, sheet: RoleSheet) -> Iterable[FieldLine]:
    for field in kind.all_fields.values():
        rule = sheet.rules.get((kind.key, field.key), FieldRule.VISIBLE)
        yield FieldLine(field.key, str(field.label), str(field.group), rule.value)


def _save_rules(request: HttpRequest, role_id: int, kind: RecordType) -> HttpResponse:
    access = permit(request, "roles.configure")
    sheet = _sheet(role_id)
    kept = {key: rule.value for key, rule in sheet.rules.items() if key[0] != kind.key}
    chosen = {
        (kind.key, key.removeprefix("rule.")): str(value)
        for key, value in request.POST.items()
        if key.startswith("rule.") and key.removeprefix("rule.") in kind.all_fields
    }
    version = request.POST.get("version", "")
    services.update_role(
        access, role_id, rules=kept | chosen, version=int(version) if version.isdecimal() else None
    )
    return done(request, _("Saved"), go=f"{reverse('role_fields', args=[role_id])}?record={kind.key}")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty role."""
    access = permit(request, "roles.configure")
    if request.method == "POST":
        made = services.create_role(access, **_words(request))
        return done(request, _("Saved"), go=reverse("role", args=[made.pk]))
    page = _words_form(_("New role"), reverse("role_new"), "", "", submit=_("Make the role"))
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, role_id: int) -> HttpResponse:
    """A new role that begins with the grants of another."""
    access = permit(request, "roles.configure")
    if request.method == "POST":
        made = services.copy_role(access, role_id, name=request.POST.get("name", ""))
        return done(request, _("Saved"), go=reverse("role", args=[made.pk]))
    source = queries.get_role(access, role_id)
    name = _("%(name)s (copy)") % {"name": source.label}
    page = FormPage(
        title=_("Copy “%(name)s”") % {"name": source.label},
        action=reverse("role_copy", args=[role_id]),
        groups=(FieldGroup((_name_control(name),)),),
        submit=_("Copy"),
        cancel_href=reverse("roles"),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, role_id: int) -> HttpResponse:
    """Another name and description."""
    access = permit(request, "roles.configure")
    if request.method == "POST":
        services.update_role(access, role_id, **_words(request))
        return done(request, _("Saved"), go=reverse("role", args=[role_id]))
    found = queries.get_role(access, role_id)
    page = _words_form(_("Rename"), reverse("role_rename", args=[role_id]), found.label, found.note)
    return respond(request, "ui/records/form.html", page)


@require_POST
def delete(request: HttpRequest, role_id: int) -> HttpResponse:
    """Remove a role that nobody has."""
    services.delete_role(permit(request, "roles.configure"), role_id)
    return done(request, _("The role is deleted."), go=reverse("roles"))


def _words(request: HttpRequest) -> dict[str, Any]:
    return {"name": request.POST.get("name", ""), "description": request.POST.get("description", "")}


def _name_control(value: str) -> FieldControl:
    return FieldControl(
        "name", pgettext("role", "Name"), value=value, required=True, max_length=80, autofocus=True
    )


def _words_form(title: str, action: str, name: str, description: str, *, submit: str = "") -> FormPage:
    about = FieldControl(
        "description", _("Description"), kind="long_text", value=description, max_length=400, rows=2
    )
    return FormPage(
        title=title,
        action=action,
        groups=(FieldGroup((_name_control(name), about)),),
        submit=submit,
        cancel_href=reverse("roles"),
    )
