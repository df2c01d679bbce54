"""Which pools there are and who stands where in them."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import models

from headwater.kernel.access import Access, Actor
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows
from headwater.organization.queries import remembered_of
from headwater.pools.models import Pool, PoolMember
from headwater.pools.types import Standing


def standing(actor: Actor) -> Standing:
    """Where the actor is a member or an administrator, by name, department (and those below) or role.

    Who may configure pools administers all of them; the system does too. Remembered while nothing about
    the company's people and pools changes, else one query.
    """
    return remembered_of(actor, "standing", lambda: _standing(actor))


def _standing(actor: Actor) -> Standing:
    if actor.may("pools.configure"):
        everything = frozenset(_pools().values_list("id", flat=True))
        return Standing(member=everything, admin=everything)
    found = rows(
        "SELECT m.pool_id, bool_or(m.is_admin) AS is_admin FROM pools_poolmember m"
        " JOIN pools_pool p ON p.id = m.pool_id AND p.archived_at IS NULL"
        " WHERE m.kind = 'everyone' OR m.user_id = %s::bigint"
        " OR m.department_id = ANY(%s::bigint[]) OR m.role_id = ANY(%s::bigint[]) GROUP BY m.pool_id",
        (actor.id, list(actor.department_ids), list(actor.role_ids)),
    )
    member = frozenset(row["pool_id"] for row in found)
    admin = frozenset(row["pool_id"] for row in found if row["is_admin"])
    return Standing(member, admin)


def _pools() -> models.QuerySet[Pool]:
    return Pool.objects.filter(archived_at__isnull=True)


def pools_within(access: Access) -> models.QuerySet[Pool]:
    """The pools the actor may look into, in their order."""
    pools = _pools().order_by("position", "id")
    if access.reach.everyone:
        return pools
    return pools.filter(id__in=standing(access.actor).member)


def get_pool(access: Access, pool_id: int, *, hold: bool = False) -> Pool:
    """A pool within reach; `NotFound` otherwise. `hold` keeps it from closing until the transaction ends."""
    if access.reach.everyone or pool_id in standing(access.actor).member:
        for pool in _read("id = %s::bigint AND archived_at IS NULL", (pool_id,), hold=hold):
            return pool
    raise NotFound(record="pool", id=pool_id)


def pools_by_id(ids: Iterable[int]) -> dict[int, Pool]:
    """Pools by id, archived ones too: history names them."""
    return {pool.pk: pool for pool in _read("id = ANY(%s::bigint[])", (list(set(ids)),))}


def default_pool(*, hold: bool = False) -> Pool:
    """The pool for leads that name none; there always is one. `hold` as in `get_pool`."""
    for pool in _read("archived_at IS NULL", one=True, hold=hold):
        return pool
    raise NotFound(record="pool", id=None)


def pools_taking(ids: Iterable[int]) -> dict[int, Pool]:
    """The pool that takes the leads of each: itself, or the default one when it has been closed.

    None of them closes before the caller's transaction ends, so that no lead comes to lie in a closed pool.
    """
    wanted = sorted(set(ids))
    found = _read("id = ANY(%s::bigint[]) AND archived_at IS NULL", (wanted,), hold=True) if wanted else []
    taking = {pool.pk: pool for pool in found}
    if len(taking) < len(wanted):
        fallback = default_pool(hold=True)
        taking |= {pool_id: fallback for pool_id in wanted if pool_id not in taking}
    return taking


def _read(condition: str, params: Sequence[Any] = (), *, hold: bool = False, one: bool = False) -> list[Pool]:
    # Who closes a pool takes its row FOR UPDATE, which waits for holders and makes later ones wait.
    # Own SQL: every capture, claim and assignment reads its pool, and composing the query anew each time
    # would be most of its cost.
    columns = [column.attname for column in Pool._meta.concrete_fields]
    found = rows(
        f"SELECT {', '.join(columns)} FROM pools_pool WHERE {condition}"
        f" ORDER BY is_default DESC, position, id{' LIMIT 1' if one else ''}"
        f"{' FOR KEY SHARE' if hold else ''}",
        params,
    )
    for row in found:
        row["custom"] = orjson.loads(row["custom"])
    return [Pool.from_db("default", columns, list(row.values())) for row in found]


def members_of(pool_id: int) -> list[PoolMember]:
    """Memberships with their names, administrators first."""
    return list(
        PoolMember.objects.filter(pool_id=pool_id)
        .select_related("user", "department", "role")
        .order_by("-is_admin", "kind", "id")
    )


_EVERY_MEMBER = """
SELECT DISTINCT u.id FROM organization_user u
JOIN pools_poolmember m ON m.pool_id = ANY(%s::bigint[])
LEFT JOIN organization_department d ON d.id = u.department_id
WHERE u.is_active AND (NOT %s::boolean OR m.is_admin) AND (
  m.kind = 'everyone' OR m.user_id = u.id
  OR (m.kind = 'department' AND starts_with(d.path,
      (SELECT path FROM organization_department x WHERE x.id = m.department_id)))
  OR (m.kind = 'role' AND EXISTS (SELECT 1 FROM organization_user_roles r
      WHERE r.user_id = u.id AND r.role_id = m.role_id)))
"""


def people_of(pool_id: int, *, admins_only: bool = False) -> frozenset[int]:
    """The active people whom the memberships of a pool name."""
    return frozenset(row["id"] for row in rows(_EVERY_MEMBER, ([pool_id], admins_only)))


def pools_masked_for(actor: Actor) -> frozenset[int]:
    """The pools whose contact methods are hidden from the actor: masking ones they do not administer."""
    if actor.may("pools.configure"):
        return frozenset()
    return remembered_of(actor, "masked", lambda: _masked_for(actor))


def _masked_for(actor: Actor) -> frozenset[int]:
    found = rows(
        "SELECT p.id FROM pools_pool p WHERE p.masks_contacts AND NOT EXISTS ("
        " SELECT 1 FROM pools_poolmember m WHERE m.pool_id = p.id AND m.is_admin AND (m.kind = 'everyone'"
        " OR m.user_id = %s::bigint OR m.department_id = ANY(%s::bigint[])"
        " OR m.role_id = ANY(%s::bigint[])))",
        (actor.id, list(actor.department_ids), list(actor.role_ids)),
    )
    return frozenset(row["id"] for row in found)
