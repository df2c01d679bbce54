"""Who may do what to which records: the one door.

`permit()` turns a person or token into an `Access` for one permission, with the reach of its data
scope; `system_access()` does so for jobs. Queries and services take an `Access`, so no row is read
without one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Forbidden, NotSignedIn, Text, TokenForbids


class Scope(models.TextChoices):
    """How far a permission reaches, along the department tree and the reporting line."""

    OWN = "own", _("Own")
    DEPARTMENT = "department", _("Department")
    DEPARTMENT_BELOW = "department_below", _("Department and below")
    ALL = "all", _("Everything")

    @property
    def width(self) -> int:
        return list(Scope).index(self)


class FieldRule(models.TextChoices):
    """What a role may do with one field."""

    VISIBLE = "visible", _("Visible")
    READ_ONLY = "read_only", _("Read only")
    MASKED = "masked", _("Masked")
    HIDDEN = "hidden", _("Hidden")


class ActorKind(models.TextChoices):
    PERSON = "person", _("Person")
    TOKEN = "token", _("API token")
    SYSTEM = "system", _("System")


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that a role can be given. `scoped` ones come with a data scope."""

    code: str
    label: Text
    scoped: bool = True
    group: Text = ""


_permissions: dict[str, Permission] = {}


def register_permission(code: str, label: Text, *, scoped: bool = True, group: Text = "") -> None:
    """Make a permission known; rooms call this from `registrations.py`."""
    _permissions[code] = Permission(code, label, scoped, group)


def permissions() -> list[Permission]:
    """All permissions, in the order of registration."""
    return list(_permissions.values())


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, with what their roles grant; built by the organization."""

    id: int | None
    kind: ActorKind
    name: str
    permissions: Mapping[str, Scope] = field(default_factory=dict)
    people: Mapping[Scope, frozenset[int]] = field(default_factory=dict)
    field_rules: Mapping[tuple[str, str], FieldRule] = field(default_factory=dict)
    department_id: int | None = None
    department_ids: frozenset[int] = frozenset()  # own department and those above it
    role_ids: frozenset[int] = frozenset()
    token_id: int | None = None
    language: str = "zh-hans"
    stamp: Any = field(default=None, compare=False)  # the state of the company that these rights are of

    def may(self, permission: str) -> bool:
        return self.kind == ActorKind.SYSTEM or permission in self.permissions


@dataclass(frozen=True, slots=True)
class Reach:
    """The owners whose records an access covers."""

    everyone: bool
    people: frozenset[int] = frozenset()

    def covers(self, owner_id: int | None) -> bool:
        return self.everyone or (owner_id is not None and owner_id in self.people)


_KEY = object()


@dataclass(frozen=True, slots=True)
class Access:
    """A granted permission. Only this module makes one."""

    actor: Actor
    permission: str
    reach: Reach
    key: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.key is not _KEY:
            raise TypeError("an Access comes from permit() or system_access()")

    @property
    def user_id(self) -> int | None:
        return self.actor.id

    def may(self, permission: str) -> bool:
        return self.actor.may(permission)

    def also(self, permission: str) -> "Access":
        """The same actor under another permission; refused like `permit`."""
        return permit(self.actor, permission)

    def field_rule(self, record: str, name: str) -> FieldRule:
        return self.actor.field_rules.get((record, name), FieldRule.VISIBLE)


class HasActor(Protocol):
    actor: Actor | None


def permit(who: Any, permission: str) -> Access:
    """The access of a request (`request.actor`) or an actor under `permission`.

    Raises `NotSignedIn` without an actor and `Forbidden` (facts: permission) without the grant.
    """
    actor = who if isinstance(who, Actor) else getattr(who, "actor", None)
    if actor is None:
        raise NotSignedIn
    if permission not in _permissions:
        raise LookupError(f"unknown permission {permission!r}: register it in registrations.py")
    if actor.kind == ActorKind.SYSTEM:
        return Access(actor, permission, Reach(everyone=True), _KEY)
    scope = actor.permissions.get(permission)
    if scope is None:
        label = _permissions[permission].label
        refusal = Forbidden if actor.token_id is None else TokenForbids
        raise refusal(permission=permission, label=label)
    everyone = scope == Scope.ALL or not _permissions[permission].scoped
    people = frozenset() if everyone else actor.people.get(scope, frozenset())
    return Access(actor, permission, Reach(everyone, people), _KEY)


def system_access(reason: str) -> Access:
    """Access for jobs and subscribers; `reason` names the work in the audit ("imports.run")."""
    actor = Actor(id=None, kind=ActorKind.SYSTEM, name=reason)
    return Access(actor, reason, Reach(everyone=True), _KEY)


ActorLoader = Callable[[int, Any], Actor]
_loader: list[ActorLoader] = []


def register_actor_loader(loader: ActorLoader) -> None:
    """How an actor is built from a user id and an API token (or None); the organization knows."""
    _loader[:] = [loader]


def load_actor(user_id: int, token: Any = None) -> Actor:
    """The present actor of a person: jobs use it to act with somebody's rights."""
    return _loader[0](user_id, token)
