"""People join and change."""

from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, Stale
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.errors import LastAdministrator, ReportingCycle
from headwater.organization.events import DutyChanged, UserChanged, UserJoined
from headwater.organization.models import Role, User
from headwater.organization.queries import administrators, get_user
from headwater.organization.services.addresses import keep_address
from headwater.organization.services.rights import (
    grants_of,
    require_not_more_powerful,
    require_within_own,
    roles_from,
)
from headwater.organization.services.structure import take_turn
from headwater.organization.services.values import (
    ProfileValues,
    UserValues,
    apply_values,
    checked_password,
    department_from,
)
from headwater.platform import audit
from headwater.platform.events import emit

_SHAPE = frozenset({"manager", "roles", "department"})


@transaction.atomic
def create_user(access: Access, *, password: str | None = None, **values: Unpack[UserValues]) -> User:
    """A person who may sign in at once (with `password`, or after a reset without one).

    Refuses with `Invalid`, `ReportingCycle` or `MoreThanYourOwn`.
    """
    user = new_user(access, values, password=password)
    join(access, user)
    return user


def new_user(access: Access, values: UserValues, *, password: str | None = None) -> User:
    """An invited person: in the directory, with place and roles, but not yet able to sign in."""
    now = clock.now()
    user = User(created_at=now, updated_at=now)
    given: UserValues = {"name": "", "email": "", **values}
    changes = apply_values(user, given)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(checked_password(password, user))
    take_turn()
    department = department_from(values.get("department"))
    user.department = department
    if department is not None:
        changes["department"] = [None, department.pk]
    _save(user)
    if values.get("manager") is not None:
        changes |= _set_manager(user, values["manager"])
        user.save(update_fields=["manager"])
    changes |= _set_roles(access, user, roles_from(values.get("roles", ())))
    keep_address(user)
    audit.record(access, "user", user.pk, "create", changes)
    return user


def join(access: Access, user: User) -> None:
    """From now on the person may sign in; repeating it does nothing."""
    if user.joined_at is not None:
        return
    user.joined_at = clock.now()
    user.is_active = True
    user.updated_at = clock.now()
    user.save(update_fields=["joined_at", "is_active", "updated_at", "password"])
    emit(UserJoined(user_id=user.pk), access)


@transaction.atomic
def update_user(
    access: Access, user_id: int, *, version: int | None = None, **values: Unpack[UserValues]
) -> User:
    """Change profile, place or roles; saving what is already so does nothing.

    Refuses with `Invalid`, `Stale`, `ReportingCycle`, `LastAdministrator` or `MoreThanYourOwn`.
    """
    if _SHAPE & values.keys():
        take_turn()
    user = get_user(access, user_id, lock=True)
    require_not_more_powerful(access, user)
    if version is not None and version != user.version:
        raise Stale(version=user.version)
    changes = apply_values(user, values)
    if "department" in values and values["department"] != user.department_id:
        changes["department"] = [user.department_id, values["department"]]
        user.department = department_from(values["department"])
    if "manager" in values:
        changes |= _set_manager(user, values["manager"])
    if "roles" in values:
        changes |= _set_roles(access, user, roles_from(values["roles"]))
    return _keep(access, user, changes)


@transaction.atomic
def update_profile(access: Access, **values: Unpack[ProfileValues]) -> User:
    """Change what people may change about themselves."""
    assert access.user_id is not None
    user = get_user(access, access.user_id, lock=True)
    allowed = ProfileValues.__annotations__
    changes = apply_values(user, {key: value for key, value in values.items() if key in allowed})  # type: ignore[arg-type]
    return _keep(access, user, changes)


def _keep(access: Access, user: User, changes: dict[str, list[Any]]) -> User:
    if not changes:
        return user
    user.version += 1
    user.updated_at = clock.now()
    _save(user)
    if "email" in changes:
        keep_address(user)
    audit.record(access, "user", user.pk, "update", changes)
    emit(UserChanged(user_id=user.pk, fields=sorted(changes)), access)
    if "is_on_duty" in changes:
        emit(DutyChanged(user_ids=[user.pk]), access)
    return user


def _save(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as refusal:
        if "user_email_once" not in str(refusal):
            raise
        detail = _("Somebody already has this address.")
        raise Invalid.one("email", "user.email_taken", detail) from None


def _set_manager(user: User, manager_id: int | None) -> dict[str, list[Any]]:
    if manager_id == user.manager_id:
        return {}
    before = user.manager_id
    if manager_id is None:
        user.manager = None
        return {"manager": [before, None]}
    manager = User.objects.filter(pk=manager_id, deactivated_at__isnull=True).first()
    if manager is None:
        raise Invalid.one("manager", "user.unknown", _("There is no such person."))
    if user.pk in _line_above(manager_id):
        raise ReportingCycle(name=user.name, manager=manager.name)
    user.manager = manager
    return {"manager": [before, manager_id]}


def _line_above(user_id: int) -> frozenset[int]:
    """The person and everybody they report to, directly or through others."""
    above = sql.values(
        """
        WITH RECURSIVE above(id) AS (
            SELECT %s::bigint
            UNION
            SELECT u.manager_id FROM organization_user u JOIN above ON u.id = above.id
            WHERE u.manager_id IS NOT NULL
        )
        SELECT id FROM above
        """,
        [user_id],
    )
    return frozenset(above)


def _set_roles(access: Access, user: User, roles: list[Role]) -> dict[str, list[Any]]:
    before = {role.pk: role for role in user.roles.all()}
    after = {role.pk: role for role in roles}
    if before.keys() == after.keys():
        return {}
    touched = [role for pk, role in (before | after).items() if (pk in before) != (pk in after)]
    require_within_own(access, grants_of(touched))
    losing = any(role.key == ADMINISTRATOR for pk, role in before.items() if pk not in after)
    if losing and user.is_active and administrators() <= {user.pk}:
        raise LastAdministrator(name=user.name)
    user.roles.set(roles)
    return {"roles": [_role_keys(before.values()), _role_keys(after.values())]}


def _role_keys(roles: Any) -> list[str]:
    return sorted(role.key or role.name for role in roles)
