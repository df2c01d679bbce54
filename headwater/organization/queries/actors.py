"""From a person or token to an `Actor`: roles merged, scopes turned into people, rules weighed."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Protocol

import orjson

from headwater.kernel import sql
from headwater.kernel.access import Actor, ActorKind, FieldRule, Scope, permissions
from headwater.kernel.catalogue import record_types
from headwater.kernel.errors import NotSignedIn
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.models import User
from headwater.organization.queries.remembered import Stamp, company_stamp, remembered


class TokenLike(Protocol):
    """What an actor needs to know of an API token."""

    id: int
    stamp: Any

    def allows(self, code: str) -> bool:
        """Whether the token covers a permission of its person."""
        ...


_ROLES = """
SELECT d.path, r.id, r.key,
       (SELECT jsonb_object_agg(g.permission, g.scope)::text FROM organization_rolegrant g
         WHERE g.role_id = r.id) AS grants,
       (SELECT jsonb_agg(jsonb_build_array(f.record, f.field, f.rule))::text FROM organization_fieldrule f
         WHERE f.role_id = r.id) AS rules
FROM organization_user u
LEFT JOIN organization_department d ON d.id = u.department_id
LEFT JOIN organization_user_roles ur ON ur.user_id = u.id
LEFT JOIN organization_role r ON r.id = ur.role_id
WHERE u.id = %s
ORDER BY r.id
"""

# UNION, not UNION ALL: even a reporting line that somebody bent into a circle in the database ends.
_PEOPLE = """
WITH RECURSIVE me(id, department) AS (
    VALUES (%s::bigint, %s::bigint)
), line(id) AS (
    SELECT u.id FROM organization_user u JOIN me ON u.manager_id = me.id
    UNION
    SELECT u.id FROM organization_user u JOIN line ON u.manager_id = line.id
), mine AS (
    SELECT d.id, d.path FROM organization_department d JOIN me ON d.id = me.department OR d.leader_id = me.id
)
SELECT u.id,
       u.id = me.id OR coalesce(u.manager_id = me.id, FALSE)
           OR coalesce(u.department_id IN (SELECT id FROM mine), FALSE) AS near
FROM me CROSS JOIN organization_user u LEFT JOIN organization_department d ON d.id = u.department_id
WHERE u.id = me.id
   OR u.id IN (SELECT id FROM line)
   OR EXISTS (SELECT 1 FROM mine WHERE starts_with(d.path, mine.path))
"""


def actor_for(user: User, token: TokenLike | None = None, *, stamp: Stamp | None = None) -> Actor:
    """The actor of a person, narrowed to the token's scopes when they come with one.

    Remembered while nothing about the company changes; then one query (none with a `stamp` just read).
    Else one for roles and department, and one more when some scope asks for other people.
    """
    if not user.is_active:
        raise NotSignedIn
    stamp = stamp or company_stamp()
    if token is None:
        return remembered(stamp, ("actor", user.pk), lambda: _actor(user, stamp))
    return remembered(stamp, ("actor", user.pk, token.id), lambda: _narrowed(user, token, stamp))


def _narrowed(user: User, token: TokenLike, stamp: Stamp) -> Actor:
    whole = remembered(stamp, ("actor", user.pk), lambda: _actor(user, stamp))
    granted = {code: scope for code, scope in whole.permissions.items() if token.allows(code)}
    return replace(whole, kind=ActorKind.TOKEN, permissions=granted, token_id=token.id)


def _actor(user: User, stamp: Stamp) -> Actor:
    found = sql.rows(_ROLES, [user.pk])
    roles = [row for row in found if row["id"] is not None]
    path = (found[0]["path"] if found else "") or ""
    granted = merged_grants(roles)
    return Actor(
        id=user.pk,
        kind=ActorKind.PERSON,
        name=user.name,
        permissions=granted,
        people=_people(user, granted.values()),
        field_rules=merged_rules(roles),
        department_id=user.department_id,
        department_ids=frozenset(int(part) for part in path.split("/") if part),
        role_ids=frozenset(role["id"] for role in roles),
        language=user.language,
        stamp=stamp,
    )


def load_actor(user_id: int, token: Any = None) -> Actor:
    """The actor of a person by id; `NotSignedIn` when they are gone or not active."""
    stamp = getattr(token, "stamp", None) or company_stamp()
    user = person_remembered(user_id, stamp)
    if user is None or not user.is_active:
        raise NotSignedIn
    return actor_for(user, token, stamp=stamp)


def person_remembered(user_id: int, stamp: Stamp) -> User | None:
    """The person, as a copy of their own: requests may put things on it."""
    found = remembered(stamp, ("user", user_id), lambda: User.objects.filter(pk=user_id).first())
    return copy(found)


def merged_grants(roles: Iterable[Mapping[str, Any]]) -> dict[str, Scope]:
    """Permission to its widest scope over the roles; the administrator has everything registered."""
    merged: dict[str, Scope] = {}
    for role in roles:
        if role["key"] == ADMINISTRATOR:
            return {permission.code: Scope.ALL for permission in permissions()}
        for code, raw in (orjson.loads(role["grants"]) if role["grants"] else {}).items():
            scope = Scope(raw)
            if code not in merged or scope.width > merged[code].width:
                merged[code] = scope
    return merged


_PERMISSIVE = [FieldRule.HIDDEN, FieldRule.MASKED, FieldRule.READ_ONLY, FieldRule.VISIBLE]


def merged_rules(roles: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], FieldRule]:
    """The most permissive rule over those roles that give any permission on the record.

    A role without a rule for a field shows it. A role that has nothing to do with the record has no say:
    a second role for tickets must not open the leads' hidden fields.
    """
    plurals = {kind.key: f"{kind.plural}." for kind in record_types()}
    having_rules: set[tuple[str, str]] = set()
    weighed: list[tuple[Mapping[str, Any], dict[tuple[str, str], FieldRule]]] = []
    for role in roles:
        if role["key"] == ADMINISTRATOR:
            return {}
        rules = {
            (record, name): FieldRule(rule)
            for record, name, rule in (orjson.loads(role["rules"]) if role["rules"] else [])
        }
        having_rules |= rules.keys()
        weighed.append((orjson.loads(role["grants"]) if role["grants"] else {}, rules))
    merged: dict[tuple[str, str], FieldRule] = {}
    for record, name in having_rules:
        prefix = plurals.get(record, "")
        voices = [
            rules.get((record, name), FieldRule.VISIBLE)
            for grants, rules in weighed
            if not prefix or any(code.startswith(prefix) for code in grants)
        ]
        if not voices:  # nobody grants the record at all: the narrowest word stands
            given = [rules[record, name] for _, rules in weighed if (record, name) in rules]
            voices = [min(given, key=_PERMISSIVE.index)]
        rule = max(voices, key=_PERMISSIVE.index)
        if rule != FieldRule.VISIBLE:
            merged[record, name] = rule
    return merged


def _people(user: User, scopes: Iterable[Scope]) -> dict[Scope, frozenset[int]]:
    me = frozenset([user.pk])
    if not {Scope.DEPARTMENT, Scope.DEPARTMENT_BELOW} & set(scopes):
        return {Scope.OWN: me, Scope.DEPARTMENT: me, Scope.DEPARTMENT_BELOW: me}
    rows = sql.rows(_PEOPLE, [user.pk, user.department_id])
    return {
        Scope.OWN: me,
        Scope.DEPARTMENT: frozenset(row["id"] for row in rows if row["near"]),
        Scope.DEPARTMENT_BELOW: frozenset(row["id"] for row in rows),
    }
