"""Controls for choosing people, departments and roles."""

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.organization import queries
from headwater.organization.models import User
from headwater.organization.queries import DepartmentNode
from headwater.ui.pages import FieldControl, Option


def chosen_id(raw: str, field: str) -> int | None:
    """The id that a select sent for `field`; None when nothing was chosen. Refuses `Invalid`."""
    if raw and not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise Invalid.one(field, "value.record", _("This must be the id of a record."))
    return int(raw) if raw else None


def department_options(
    nodes: list[DepartmentNode], *, without: frozenset[int] = frozenset()
) -> tuple[Option, ...]:
    """The tree as indented choices."""
    return tuple(
        Option(str(node.id), node.name, depth=node.depth) for node in nodes if node.id not in without
    )


def department_control(
    name: str, label: str, value: str, *, span: int = 12, without: frozenset[int] = frozenset()
) -> FieldControl:
    """A tree select over the departments in use."""
    options = department_options(queries.department_tree(), without=without)
    return FieldControl(name, label, kind="department", value=value, options=options, span=span)


def person_control(name: str, label: str, present: User | None, *, span: int = 12) -> FieldControl:
    """A searchable select over active people."""
    return FieldControl(
        name,
        label,
        kind="user",
        value=str(present.pk) if present else "",
        options=(Option(str(present.pk), present.name),) if present else (),
        options_url="/options/user.json",
        span=span,
    )


def roles_control(access: Access, chosen: list[str]) -> FieldControl:
    """All roles as ticks, with what they are for."""
    return FieldControl(
        "roles",
        _("Roles"),
        kind="checks",
        value=chosen,
        options=tuple(
            Option(str(sheet.role.pk), sheet.role.label, note=sheet.role.note)
            for sheet in queries.role_sheets()
        ),
    )
