"""People, departments and roles for tests of any room."""

import itertools
from collections.abc import Mapping
from typing import Any

from django.test import Client

from headwater.kernel.access import Access, Actor, permit, system_access
from headwater.organization import services
from headwater.organization.models import Department, Role, User
from headwater.organization.queries import actor_for

PASSWORD = "correct horse 42"

_numbers = itertools.count(1)


def make_user(
    name: str = "张三",
    *,
    role: str | Role | tuple[str | Role, ...] = "rep",
    department: Department | None = None,
    manager: User | None = None,
    email: str | None = None,
    password: str | None = None,
    **values: Any,
) -> User:
    """An active person with roles by built-in key (or `Role`); signs in by form only with a `password`."""
    known = services.ensure_builtin_roles()
    given = role if isinstance(role, tuple) else (role,)
    roles = [item.pk if isinstance(item, Role) else known[item].pk for item in given]
    return services.create_user(
        system_access("tests"),
        name=name,
        email=email or f"person{next(_numbers)}@example.com",
        password=password,
        department=department and department.pk,
        manager=manager and manager.pk,
        roles=roles,
        **values,
    )


def make_department(
    name: str | None = None, *, parent: Department | None = None, leader: User | None = None
) -> Department:
    """A department under `parent`; the name is made unique unless given."""
    return services.create_department(
        system_access("tests"),
        name=name or f"部门{next(_numbers)}",
        parent=parent and parent.pk,
        leader=leader and leader.pk,
    )


def make_role(
    name: str | None = None,
    *,
    grants: Mapping[str, str] | None = None,
    rules: Mapping[tuple[str, str], str] | None = None,
) -> Role:
    """A role of the company's own."""
    name = name or f"角色{next(_numbers)}"
    return services.create_role(system_access("tests"), name=name, grants=grants, rules=rules)


def actor(user: User) -> Actor:
    """What the person may do now."""
    return actor_for(User.objects.get(pk=user.pk))


def access(user: User, permission: str) -> Access:
    """The person's access under a permission; refused like a request would be."""
    return permit(actor(user), permission)


def client_for(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client
