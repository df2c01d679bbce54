"""Nobody hands out more than they hold."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from headwater.kernel.access import Access, ActorKind, Scope, permissions
from headwater.kernel.errors import Invalid
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.errors import MoreThanYourOwn
from headwater.organization.models import Role, RoleGrant, User


def grants_of(roles: Collection[Role]) -> dict[str, Scope]:
    """The widest scope per permission that the roles give."""
    if any(role.key == ADMINISTRATOR for role in roles):
        return {permission.code: Scope.ALL for permission in permissions()}
    merged: dict[str, Scope] = {}
    rows = RoleGrant.objects.filter(role__in=roles).values_list("permission", "scope")
    for permission, raw in rows:
        scope = Scope(raw)
        if permission not in merged or scope.width > merged[permission].width:
            merged[permission] = scope
    return merged


def require_within_own(access: Access, grants: Mapping[str, Scope]) -> None:
    """Refuse with `MoreThanYourOwn` when the actor holds less than `grants`; the system holds all."""
    if access.actor.kind == ActorKind.SYSTEM:
        return
    held = access.actor.permissions
    lacking = [code for code, scope in grants.items() if code not in held or held[code].width < scope.width]
    if lacking:
        raise MoreThanYourOwn(permission=lacking[0], permissions=sorted(lacking)[:10])


def require_not_more_powerful(access: Access, user: User) -> None:
    """Refuse to change somebody who may do more than the actor: their address is the way to their account."""
    if user.pk != access.user_id:
        require_within_own(access, grants_of(list(user.roles.all())))


def roles_from(keys: Collection[int | str]) -> list[Role]:
    """Roles by id or built-in key; `Invalid` names what is unknown."""
    ids = {key for key in keys if isinstance(key, int) and 0 < key < 2**63}
    names = {key for key in keys if isinstance(key, str)}
    found = list(Role.objects.filter(pk__in=ids)) + list(Role.objects.filter(key__in=names))
    known = {role.pk for role in found} | {role.key for role in found}
    if not set(keys) <= known:
        raise Invalid.one("roles", "role.unknown", _("There is no such role."))
    return list({role.pk: role for role in found}.values())
