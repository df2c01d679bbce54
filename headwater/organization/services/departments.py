"""The department tree changes."""

from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, Stale
from headwater.organization.errors import DepartmentArchived, DepartmentCycle, DepartmentInUse
from headwater.organization.events import DepartmentsChanged
from headwater.organization.models import Calendar, Department, User
from headwater.organization.queries import get_department
from headwater.organization.services.structure import take_turn
from headwater.platform import audit
from headwater.platform.events import emit

MAX_DEPTH = 12


class DepartmentValues(TypedDict, total=False):
    """What can be changed about a department; `parent` and `leader` are ids."""

    name: str
    parent: int | None
    leader: int | None
    position: int
    calendar: int | None


@transaction.atomic
def create_department(
    access: Access,
    *,
    name: str,
    parent: int | None = None,
    leader: int | None = None,
    position: int | None = None,
    calendar: int | None = None,
) -> Department:
    """A department under `parent`, last among its siblings unless `position` says otherwise."""
    take_turn()
    above = _parent(access, parent)
    now = clock.now()
    department = Department(name=_name(name), parent=above, created_at=now, updated_at=now)
    department.leader = _leader(leader)
    department.calendar = _calendar(calendar)
    siblings = Department.objects.filter(parent=above)
    department.position = siblings.count() if position is None else position
    _save(department)
    department.path = f"{above.path if above else ''}{department.pk}/"
    department.save(update_fields=["path"])
    changes: dict[str, list[Any]] = {"name": [None, department.name], "parent": [None, parent]}
    if calendar is not None:
        changes["calendar"] = [None, calendar]
    _told(access, department, "create", changes)
    return department


@transaction.atomic
def update_department(
    access: Access, department_id: int, *, version: int | None = None, **values: Unpack[DepartmentValues]
) -> Department:
    """Rename, move, reorder, give a leader or a working calendar; what is already so does nothing.

    Refuses with `Invalid`, `Stale`, `DepartmentCycle` or `DepartmentArchived`.
    """
    take_turn()
    department = get_department(access, department_id, lock=True)
    if version is not None and version != department.version:
        raise Stale(version=department.version)
    changes: dict[str, list[Any]] = {}
    if "name" in values and (name := _name(values["name"])) != department.name:
        changes["name"] = [department.name, name]
        department.name = name
    if "leader" in values and values["leader"] != department.leader_id:
        changes["leader"] = [department.leader_id, values["leader"]]
        department.leader = _leader(values["leader"])
    if "position" in values and values["position"] != department.position:
        changes["position"] = [department.position, values["position"]]
        department.position = values["position"]
    if "calendar" in values and values["calendar"] != department.calendar_id:
        changes["calendar"] = [department.calendar_id, values["calendar"]]
        department.calendar = _calendar(values["calendar"])
    if "parent" in values and values["parent"] != department.parent_id:
        changes["parent"] = [department.parent_id, values["parent"]]
        _move(access, department, values["parent"])
    if changes:
        department.version += 1
        department.updated_at = clock.now()
        _save(department)
        _told(access, department, "update", changes)
    return department


def move_department(
    access: Access, department_id: int, *, parent: int | None, position: int = 0
) -> Department:
    """Put the department, with all below it, under `parent` (None: the top)."""
    return update_department(access, department_id, parent=parent, position=position)


@transaction.atomic
def archive_department(access: Access, department_id: int) -> Department:
    """Take an empty department out of use; refuses with `DepartmentInUse`. Repeating it does nothing."""
    take_turn()
    department = get_department(access, department_id, lock=True)
    if department.archived_at is not None:
        return department
    people = User.objects.filter(department=department, deactivated_at__isnull=True).count()
    children = Department.objects.filter(parent=department, archived_at__isnull=True).count()
    if people or children:
        raise DepartmentInUse(name=department.name, people=people, departments=children)
    return _set_archived(access, department, archived=True)


@transaction.atomic
def restore_department(access: Access, department_id: int) -> Department:
    """Bring an archived department back; its parent must be in use."""
    take_turn()
    department = get_department(access, department_id, lock=True)
    if department.archived_at is None:
        return department
    if department.parent is not None and department.parent.archived_at is not None:
        raise DepartmentArchived(name=department.parent.name)
    return _set_archived(access, department, archived=False)


def _set_archived(access: Access, department: Department, *, archived: bool) -> Department:
    department.archived_at = clock.now() if archived else None
    department.version += 1
    department.updated_at = clock.now()
    _save(department)
    _told(access, department, "archive" if archived else "restore", {"archived": [not archived, archived]})
    return department


def _move(access: Access, department: Department, parent_id: int | None) -> None:
    above = _parent(access, parent_id)
    if above is not None and above.path.startswith(department.path):
        raise DepartmentCycle(name=department.name, under=above.name)
    before = department.path
    after = f"{above.path if above else ''}{department.pk}/"
    sql.execute(
        """
        UPDATE organization_department SET path = %s || substr(path, %s), updated_at = %s
        WHERE starts_with(path, %s)
        """,
        [after, len(before) + 1, clock.now(), before],
    )
    deepest = sql.value(
        "SELECT max(length(path) - length(replace(path, '/', ''))) FROM organization_department"
        " WHERE starts_with(path, %s)",
        [after],
    )
    if deepest > MAX_DEPTH:
        raise _too_deep()
    department.parent = above
    department.path = after


def _parent(access: Access, parent_id: int | None) -> Department | None:
    if parent_id is None:
        return None
    above = Department.objects.filter(pk=parent_id).first()
    if above is None:
        raise Invalid.one("parent", "department.unknown", _("There is no such department."))
    if above.archived_at is not None:
        raise DepartmentArchived(name=above.name)
    if above.depth + 2 > MAX_DEPTH:
        raise _too_deep()
    return above


def _too_deep() -> Invalid:
    detail = _("A department tree has at most %(limit)s levels.") % {"limit": MAX_DEPTH}
    return Invalid.one("parent", "department.too_deep", detail)


def _leader(user_id: int | None) -> User | None:
    if user_id is None:
        return None
    leader = User.objects.filter(pk=user_id, deactivated_at__isnull=True).first()
    if leader is None:
        raise Invalid.one("leader", "user.unknown", _("There is no such person."))
    return leader


def _calendar(calendar_id: int | None) -> Calendar | None:
    if calendar_id is None:
        return None
    found = Calendar.objects.select_for_update(no_key=True).filter(pk=calendar_id).first()
    if found is None:
        raise Invalid.one("calendar", "calendar.unknown", _("There is no such calendar."))
    return found


def _name(raw: str) -> str:
    name = text.tidy(raw)
    if not name:
        raise Invalid.one("name", "value.required", _("This is required."))
    if len(name) > 100:
        raise Invalid.one("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 100})
    return name


def _save(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError as refusal:
        if "department_name_once_per_parent" not in str(refusal):
            raise
        detail = _("There already is a department of this name here.")
        raise Invalid.one("name", "department.name_taken", detail) from None


def _told(access: Access, department: Department, action: str, changes: dict[str, list[Any]]) -> None:
    audit.record(access, "department", department.pk, action, changes)
    emit(DepartmentsChanged(department_ids=[department.pk]), access)
