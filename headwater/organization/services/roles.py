"""Roles change; the built-in ones are written at the first start."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, text
from headwater.kernel.access import Access, FieldRule, Scope, permissions
from headwater.kernel.errors import Invalid, Stale
from headwater.organization import models
from headwater.organization.builtin import ADMINISTRATOR, BUILTIN_ROLES, BuiltinRole
from headwater.organization.errors import AdministratorRoleFixed, BuiltinRoleKept, RoleInUse
from headwater.organization.events import RolesChanged
from headwater.organization.models import Role, RoleGrant
from headwater.organization.queries import get_role
from headwater.organization.services.rights import grants_of, require_within_own
from headwater.organization.services.structure import take_turn
from headwater.platform import audit
from headwater.platform.events import emit

Grants = Mapping[str, str]
Rules = Mapping[tuple[str, str], str]


@transaction.atomic
def create_role(
    access: Access,
    *,
    name: str,
    description: str = "",
    grants: Grants | None = None,
    rules: Rules | None = None,
) -> Role:
    """A role of the company's own. Refuses with `Invalid` or `MoreThanYourOwn`."""
    now = clock.now()
    role = Role(name=_name(name), description=text.tidy(description)[:400], created_at=now, updated_at=now)
    role.position = Role.objects.count()
    _save(role)
    changes: dict[str, list[Any]] = {"name": [None, role.name]}
    changes |= _set_grants(access, role, grants or {})
    changes |= _set_rules(role, rules or {})
    _told(access, role, "create", changes)
    return role


@transaction.atomic
def update_role(
    access: Access,
    role_id: int,
    *,
    version: int | None = None,
    name: str | None = None,
    description: str | None = None,
    grants: Grants | None = None,
    rules: Rules | None = None,
) -> Role:
    """Change a role; `grants` and `rules`, where given, are the whole new set.

    Refuses with `Invalid`, `Stale`, `AdministratorRoleFixed` or `MoreThanYourOwn`.
    """
    role = get_role(access, role_id, lock=True)
    if version is not None and version != role.version:
        raise Stale(version=role.version)
    if role.key == ADMINISTRATOR:
        raise AdministratorRoleFixed(name=role.label)
    changes: dict[str, list[Any]] = {}
    if name is not None and (cleaned := _name(name)) != role.name:
        changes["name"] = [role.name, cleaned]
        role.name = cleaned
    if description is not None and (cleaned := text.tidy(description)[:400]) != role.description:
        changes["description"] = [role.description, cleaned]
        role.description = cleaned
    if grants is not None:
        changes |= _set_grants(access, role, grants)
    if rules is not None:
        changes |= _set_rules(role, rules)
    if changes:
        role.version += 1
        role.updated_at = clock.now()
        _save(role)
        _told(access, role, "update", changes)
    return role


@transaction.atomic
def copy_role(access: Access, role_id: int, *, name: str) -> Role:
    """A new role with the same grants and field rules; what is added to a copy is its own."""
    source = get_role(access, role_id)
    grants = {code: str(scope) for code, scope in grants_of([source]).items()}
    rules = {(rule.record, rule.field): rule.rule for rule in source.field_rules.all()}
    return create_role(access, name=name, description=source.description, grants=grants, rules=rules)


@transaction.atomic
def delete_role(access: Access, role_id: int) -> None:
    """Remove an own role that nobody has. Refuses with `BuiltinRoleKept` or `RoleInUse`."""
    take_turn()
    role = get_role(access, role_id, lock=True)
    if role.is_builtin:
        raise BuiltinRoleKept(name=role.label)
    people = role.people.filter(deactivated_at__isnull=True).count()
    if people:
        raise RoleInUse(name=role.label, people=people)
    _told(access, role, "delete", {"name": [role.name, None]})
    role.people.clear()
    role.delete()


@transaction.atomic
def ensure_builtin_roles() -> dict[str, Role]:
    """Write the built-in roles and the default grants that are new since the last time; by key.

    Run after every migration. A grant is offered to a role once: what an administrator took away stays away.
    """
    roles = {role.key: role for role in Role.objects.filter(is_builtin=True) if role.key}
    known = {permission.code: permission.scoped for permission in permissions()}
    if all(
        key in roles and not _unoffered(builtin, roles[key], known) for key, builtin in BUILTIN_ROLES.items()
    ):
        return roles
    take_turn()
    for position, builtin in enumerate(BUILTIN_ROLES.values()):
        role = Role.objects.filter(key=builtin.key).first() or _new_builtin(builtin, position)
        fresh = _unoffered(builtin, role, known)
        RoleGrant.objects.bulk_create(
            [
                RoleGrant(role=role, permission=code, scope=scope if known[code] else Scope.ALL)
                for code, scope in fresh.items()
            ],
            ignore_conflicts=True,
        )
        role.offered = sorted({*role.offered, *fresh})
        role.save(update_fields=["offered"])
        roles[builtin.key] = role
    return roles


def _unoffered(builtin: BuiltinRole, role: Role, known: Mapping[str, bool]) -> dict[str, Scope]:
    offered = set(role.offered)
    return {code: scope for code, scope in builtin.grants.items() if code in known and code not in offered}


def _new_builtin(builtin: BuiltinRole, position: int) -> Role:
    now = clock.now()
    return Role.objects.create(
        key=builtin.key,
        name=builtin.given_name,
        description=builtin.given_description,
        is_builtin=True,
        position=position,
        created_at=now,
        updated_at=now,
    )


def _set_grants(access: Access, role: Role, wanted: Grants) -> dict[str, list[Any]]:
    known = {permission.code: permission.scoped for permission in permissions()}
    after: dict[str, Scope] = {}
    for code, raw in wanted.items():
        if code not in known:
            raise Invalid.one(
                "grants", "permission.unknown", _("There is no permission “%(code)s”.") % {"code": code}
            )
        if raw not in Scope.values:
            raise Invalid.one(
                "grants", "scope.unknown", _("“%(scope)s” is not a data scope.") % {"scope": raw}
            )
        after[code] = Scope(raw) if known[code] else Scope.ALL
    rows = RoleGrant.objects.filter(role=role).values_list("permission", "scope")
    # Grants of rooms that are not installed now are kept: they come back with the room.
    before = {code: Scope(scope) for code, scope in rows if code in known}
    added = {code: scope for code, scope in after.items() if before.get(code) != scope}
    removed = [code for code in before if code not in after]
    if not added and not removed:
        return {}
    require_within_own(access, added)
    RoleGrant.objects.filter(role=role, permission__in=[*removed, *added]).delete()
    RoleGrant.objects.bulk_create(
        [RoleGrant(role=role, permission=code, scope=scope) for code, scope in added.items()]
    )
    return {
        code: [before[code].value if code in before else None, after[code].value if code in after else None]
        for code in sorted({*added, *removed})
    }


def _set_rules(role: Role, wanted: Rules) -> dict[str, list[Any]]:
    after = {}
    for key, raw in wanted.items():
        if raw not in FieldRule.values:
            raise Invalid.one("rules", "rule.unknown", _("“%(rule)s” is not a field rule.") % {"rule": raw})
        if raw != FieldRule.VISIBLE:
            after[key] = raw
    rows = models.FieldRule.objects.filter(role=role)
    before = {(row.record, row.field): row.rule for row in rows}
    if before == after:
        return {}
    rows.delete()
    models.FieldRule.objects.bulk_create(
        [
            models.FieldRule(role=role, record=record, field=field, rule=rule)
            for (record, field), rule in after.items()
        ]
    )
    touched = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return {
        f"{record}.{field}": [before.get((record, field)), after.get((record, field))]
        for record, field in touched
    }


def _name(raw: str) -> str:
    name = text.tidy(raw)
    if not name:
        raise Invalid.one("name", "value.required", _("This is required."))
    if len(name) > 80:
        raise Invalid.one("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 80})
    return name


def _save(role: Role) -> None:
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError as refusal:
        if "role_name_once" not in str(refusal):
            raise
        raise Invalid.one("name", "role.name_taken", _("There already is a role of this name.")) from None


def _told(access: Access, role: Role, action: str, changes: dict[str, list[Any]]) -> None:
    audit.record(access, "role", role.pk, action, changes)
    emit(RolesChanged(role_ids=[role.pk]), access)
