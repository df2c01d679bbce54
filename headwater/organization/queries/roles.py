"""Roles with what they grant, read."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from headwater.kernel.access import Access, FieldRule, Scope
from headwater.kernel.errors import NotFound
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.models import Role


@dataclass(frozen=True, slots=True)
class RoleSheet:
    """A role and everything in it."""

    role: Role
    people: int
    grants: dict[str, Scope] = field(default_factory=dict)
    rules: dict[tuple[str, str], FieldRule] = field(default_factory=dict)

    @property
    def is_administrator(self) -> bool:
        """Has every permission; nothing in it can be changed."""
        return self.role.key == ADMINISTRATOR


def get_role(access: Access, role_id: int, *, lock: bool = False) -> Role:
    """The role; `NotFound` when there is none."""
    roles = Role.objects.select_for_update(no_key=True) if lock else Role.objects
    role = roles.filter(pk=role_id).first()
    if role is None:
        raise NotFound(record="role", id=role_id)
    return role


def role_sheets(role_id: int | None = None) -> list[RoleSheet]:
    """All roles (or one) with grants, field rules and how many active people have them."""
    roles = Role.objects.prefetch_related("grants", "field_rules").order_by("position", "id")
    if role_id is not None:
        roles = roles.filter(pk=role_id)
    counted = roles.annotate(people_count=Count("people", filter=Q(people__is_active=True)))
    return [
        RoleSheet(
            role=role,
            people=role.people_count,
            grants={grant.permission: Scope(grant.scope) for grant in role.grants.all()},
            rules={(rule.record, rule.field): FieldRule(rule.rule) for rule in role.field_rules.all()},
        )
        for role in counted
    ]
