"""A leaver's place in pools passes on: their own memberships, and being whom a pool gives new leads to."""

from collections.abc import Collection, Mapping, Sequence

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.events import PoolChanged
from headwater.pools.models import Pool, PoolMember
from headwater.pools.types import MemberKind

_MEMBERSHIPS = (
    "SELECT m.user_id, p.id FROM pools_poolmember m JOIN pools_pool p ON p.id = m.pool_id"
    " WHERE m.kind = 'user' AND m.user_id = ANY(%s::bigint[]) AND p.archived_at IS NULL"
)
_DEFAULTS = (
    "SELECT t.default_assignee_id AS user_id, t.id FROM pools_pool t"
    " WHERE t.default_assignee_id = ANY(%s::bigint[]) AND t.archived_at IS NULL"
)


def _counted(text: str, user_ids: Collection[int]) -> dict[int, int]:
    rows = sql.rows(f"SELECT user_id, count(*) AS held FROM ({text}) x GROUP BY 1", (list(user_ids),))
    return {row["user_id"]: row["held"] for row in rows}


def count_memberships(user_ids: Collection[int]) -> Mapping[int, int]:
    """Pools in which people are named themselves, not by department or role."""
    return _counted(_MEMBERSHIPS, user_ids)


def count_defaults(user_ids: Collection[int]) -> Mapping[int, int]:
    """Pools whose new leads go to a person."""
    return _counted(_DEFAULTS, user_ids)


def _lock_pools(ids: Sequence[int]) -> dict[int, Pool]:
    living = Pool.objects.select_for_update().filter(pk__in=ids, archived_at__isnull=True)
    return {pool.pk: pool for pool in living.order_by("pk")}


def _changed(access: Access, pool: Pool, field: str, before: object, after: object) -> None:
    pool.version += 1
    pool.updated_at = clock.now()
    pool.save(update_fields=["default_assignee", "version", "updated_at"])
    audit.record(access, "pool", pool.pk, "handover", {field: [before, after]})
    emit(PoolChanged(pool_id=pool.pk, fields=[field]), access)


class Memberships:
    """The receiver stands where the leaver stood; who is a member already keeps the wider right."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.rows(
            f"SELECT t.id FROM ({_MEMBERSHIPS}) t WHERE {where.text}", ([user_id], *where.params)
        )
        return sorted(row["id"] for row in found)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        pools = _lock_pools([gift.record_id for gift in gifts])
        given: list[Given] = []
        for gift in gifts:
            pool = pools.get(gift.record_id)
            mine = None if pool is None else _membership(pool.pk, user_id)
            if pool is None or mine is None:
                given.append(Given(gift.record_id, MOVED))
                continue
            if gift.owner_id is None or gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
                continue
            theirs = _membership(pool.pk, gift.owner_id)
            before = {"admin": mine.is_admin, "had": None if theirs is None else theirs.is_admin}
            mine.delete()
            _let_in(pool.pk, gift.owner_id, theirs, is_admin=before["admin"] or bool(before["had"]))
            _changed(access, pool, "members", user_id, gift.owner_id)
            given.append(Given(gift.record_id, before=before))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        pools = _lock_pools([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            pool = pools.get(one.record_id)
            theirs = None if pool is None or one.owner_id is None else _membership(pool.pk, one.owner_id)
            admin, had = bool(one.before.get("admin")), one.before.get("had")
            if pool is None or theirs is None or theirs.is_admin != (admin or bool(had)):
                results[one.record_id] = MOVED
                continue
            if had is None:
                theirs.delete()
            else:
                _let_in(pool.pk, theirs.user_id or 0, theirs, is_admin=bool(had))
            _let_in(pool.pk, user_id, _membership(pool.pk, user_id), is_admin=admin)
            _changed(access, pool, "members", one.owner_id, user_id)
            results[one.record_id] = ""
        return results


def _membership(pool_id: int, user_id: int) -> PoolMember | None:
    return PoolMember.objects.filter(pool_id=pool_id, kind=MemberKind.USER, user_id=user_id).first()


def _let_in(pool_id: int, user_id: int, present: PoolMember | None, *, is_admin: bool) -> None:
    if present is None:
        PoolMember.objects.create(pool_id=pool_id, kind=MemberKind.USER, user_id=user_id, is_admin=is_admin)
    elif present.is_admin != is_admin:
        present.is_admin = is_admin
        present.save(update_fields=["is_admin"])


class Defaults:
    """Pools whose new leads go to the leaver give them to the receiver."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.rows(f"SELECT t.id FROM ({_DEFAULTS}) t WHERE {where.text}", ([user_id], *where.params))
        return sorted(row["id"] for row in found)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        pools = _lock_pools([gift.record_id for gift in gifts])
        given: list[Given] = []
        for gift in gifts:
            pool = pools.get(gift.record_id)
            if pool is None or pool.default_assignee_id != user_id:
                given.append(Given(gift.record_id, MOVED))
            elif gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
            else:
                pool.default_assignee_id = gift.owner_id
                _changed(access, pool, "default_assignee", user_id, gift.owner_id)
                given.append(Given(gift.record_id))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        pools = _lock_pools([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            pool = pools.get(one.record_id)
            if pool is None or pool.default_assignee_id != one.owner_id:
                results[one.record_id] = MOVED
            else:
                pool.default_assignee_id = user_id
                _changed(access, pool, "default_assignee", one.owner_id, user_id)
                results[one.record_id] = ""
        return results
