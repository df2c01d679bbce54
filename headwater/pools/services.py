"""Setting pools up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.errors import DefaultPoolNeeded, PoolInUse
from headwater.pools.events import PoolChanged
from headwater.pools.models import Pool, PoolMember
from headwater.pools.types import MemberKind

_RELATIONS = {"default_assignee": "default_assignee_id", "calendar": "calendar_id"}
Member = Mapping[str, Any]  # {"kind", "id", "is_admin"}


@transaction.atomic
def create_pool(access: Access, values: Mapping[str, Any]) -> int:
    """Make a pool; its id. `members` = [{"kind", "id", "is_admin"}]; without any, everyone is a member."""
    values = dict(values)
    members = values.pop("members", None)
    cleaned = clean(record_type("pool"), values, access)
    _name_is_free(cleaned.fields["name"], None)
    moment = clock.now()
    if cleaned.fields.get("is_default"):
        _yield_default()
    pool = Pool.objects.create(
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        **{_RELATIONS.get(key, key): value for key, value in cleaned.fields.items() if value is not None},
    )
    _write_members(pool, members if members is not None else [{"kind": "everyone"}])
    audit.record(access, "pool", pool.pk, "create", {key: [None, value] for key, value in values.items()})
    emit(PoolChanged(pool_id=pool.pk, fields=sorted(cleaned.fields)), access)
    return pool.pk


@transaction.atomic
def update_pool(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a pool's rules or its members. A lowered cap takes nothing away; it stops the inflow."""
    pool = Pool.objects.select_for_update().filter(id=record_id, archived_at__isnull=True).first()
    if pool is None:
        raise NotFound(record="pool", id=record_id)
    if version is not None and version != pool.version:
        raise Stale(version=pool.version)
    values = dict(values)
    members = values.pop("members", None)
    cleaned = clean(record_type("pool"), values, access, partial=True)
    if "name" in cleaned.fields:
        _name_is_free(cleaned.fields["name"], pool.pk)
    if cleaned.fields.get("is_default") is False and pool.is_default:
        raise DefaultPoolNeeded(name=pool.name)
    if cleaned.fields.get("is_default") and not pool.is_default:
        _yield_default()
    changes: dict[str, Any] = {}
    for key, value in cleaned.fields.items():
        attribute = _RELATIONS.get(key, key)
        before = getattr(pool, attribute)
        value = "" if value is None and key in ("description", "business_line") else value
        if before != value:
            changes[key] = [before, value]
            setattr(pool, attribute, value)
    if members is not None:
        before_members = [_as_member(item) for item in PoolMember.objects.filter(pool=pool)]
        PoolMember.objects.filter(pool=pool).delete()
        _write_members(pool, members)
        changes["members"] = [before_members, list(members)]
    if not changes:
        return
    pool.version += 1
    pool.updated_at = clock.now()
    pool.save()
    audit.record(access, "pool", pool.pk, "update", changes)
    emit(PoolChanged(pool_id=pool.pk, fields=sorted(changes)), access)


@transaction.atomic
def archive_pools(access: Access, ids: Sequence[int]) -> int:
    """Close pools; refused with `PoolInUse` while leads lie in one, and for the default pool."""
    pools = list(Pool.objects.select_for_update().filter(id__in=ids, archived_at__isnull=True).order_by("id"))
    for pool in pools:
        if pool.is_default:
            raise DefaultPoolNeeded(name=pool.name)
        for count_leads in _counters:
            lying = count_leads(pool.pk)
            if lying:
                raise PoolInUse(leads=lying, name=pool.name)
    moment = clock.now()
    Pool.objects.filter(id__in=[pool.pk for pool in pools]).update(
        archived_at=moment, updated_at=moment, version=F("version") + 1
    )
    for pool in pools:
        audit.record(access, "pool", pool.pk, "archive", {})
        emit(PoolChanged(pool_id=pool.pk, fields=["archived_at"]), access)
    return len(pools)


_counters: list[Any] = []


def register_pool_content(count: Any) -> None:
    """How many records lie in a pool: `count(pool_id) -> int`; the rooms above know."""
    _counters.append(count)


def ensure_default_pool() -> Pool:
    """The pool every installation starts with; made once, with the tables, so it is nobody's act."""
    pool = Pool.objects.filter(is_default=True, archived_at__isnull=True).first()
    if pool is None:
        moment = clock.now()
        with translation.override(settings.LANGUAGE_CODE):  # the company's language, whoever comes first
            name = _("Public pool")
        pool = Pool.objects.create(name=name, is_default=True, created_at=moment, updated_at=moment)
        PoolMember.objects.create(pool=pool, kind=MemberKind.EVERYONE)
    return pool


def _yield_default() -> None:
    Pool.objects.filter(is_default=True).update(is_default=False, version=F("version") + 1)


def _name_is_free(name: str, pool_id: int | None) -> None:
    taken = Pool.objects.filter(name=name, archived_at__isnull=True).exclude(id=pool_id or 0)
    if taken.exists():
        raise Invalid.one("name", "pool.name_taken", _("There is a pool of this name already."))


def _as_member(item: PoolMember) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "id": item.user_id or item.department_id or item.role_id,
        "is_admin": item.is_admin,
    }


def _write_members(pool: Pool, members: Any) -> None:
    complaint = Invalid.one(
        "members", "pool.members", _("A member has a kind (user, department, role, everyone) and an id.")
    )
    if not isinstance(members, list | tuple) or len(members) > 500:
        raise complaint
    wanted: dict[tuple[str, int | None], bool] = {}
    for item in members:
        if not isinstance(item, Mapping) or item.get("kind") not in MemberKind.values:
            raise complaint
        kind, member_id = str(item["kind"]), item.get("id")
        if (kind == MemberKind.EVERYONE) != (member_id is None):
            raise complaint
        if member_id is not None and (not isinstance(member_id, int) or not 0 < member_id < 2**63):
            raise complaint
        wanted[kind, member_id] = wanted.get((kind, member_id), False) or bool(item.get("is_admin"))
    for kind in (MemberKind.USER, MemberKind.DEPARTMENT, MemberKind.ROLE):
        ids = {member_id for (of, member_id) in wanted if of == kind and member_id is not None}
        model = PoolMember._meta.get_field(kind.value).related_model
        if ids and model._default_manager.filter(id__in=ids).count() != len(ids):  # type: ignore[union-attr]
            raise complaint
    PoolMember.objects.bulk_create(
        PoolMember(
            pool=pool,
            kind=kind,
            is_admin=is_admin,
            **({} if member_id is None else {f"{kind}_id": member_id}),
        )
        for (kind, member_id), is_admin in wanted.items()
    )
