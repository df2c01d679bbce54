"""Which record goes to whom. The preview and the run ask the same question here and get the same answer."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from headwater.handover.types import MOST_PARTS, MOST_RECEIVERS, MOST_WEIGHT, Mode, Order, Part, Planned
from headwater.kernel import criteria, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import find_record_type, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import TRUE, Fragment
from headwater.kernel.turns import next_turn
from headwater.organization.belongings import Belonging, transferable
from headwater.organization.models import User
from headwater.organization.queries import active_ids, get_user
from headwater.pools.queries import get_pool


def leaver_of(access: Access, user_id: int, *, lock: bool = False) -> User:
    """The person whose work may be handed over under this access; `NotFound` outside of reach."""
    if not 0 < user_id < 2**63 or not access.reach.covers(user_id):
        raise NotFound(record="user", id=user_id)
    return get_user(access, user_id, lock=lock)


def check(access: Access, order: Order) -> None:
    """Refuse with `Invalid` what cannot be meant: unknown kinds, nobody to receive, weights of zero."""
    kinds = {kind.key: kind for kind in transferable()}
    if len(order.parts) > MOST_PARTS:
        raise Invalid.one("parts", "batch.too_large", _("At most %(limit)s parts.") % {"limit": MOST_PARTS})
    named = {user_id for part in order.parts for user_id, _weight in part.people}
    if len(named) > MOST_RECEIVERS:
        raise Invalid.one(
            "parts", "batch.too_large", _("At most %(limit)s receivers.") % {"limit": MOST_RECEIVERS}
        )
    active = active_ids({one for one in named if 0 < one < 2**63})
    for part in order.parts:
        kind = kinds.get(part.kind)
        if kind is None:
            raise Invalid.one("parts", "handover.kind", _("There is nothing of this kind to hand over."))
        _check_part(access, order, part, kind, active)


def _check_part(access: Access, order: Order, part: Part, kind: Belonging, active: frozenset[int]) -> None:
    def refuse(code: str, detail: str) -> Invalid:
        return Invalid.one(f"parts.{part.kind}", code, detail)

    if part.where is not None and not kind.record:
        raise refuse("handover.no_criteria", _("This kind cannot be parted by criteria."))
    if part.mode == Mode.POOL:
        if not kind.takes_pool:
            raise refuse("handover.no_pool", _("Only open leads can go into a pool."))
        if part.pool_id is None or not 0 < part.pool_id < 2**63:
            raise refuse("value.required", _("Choose the pool."))
        get_pool(access.also("pools.view"), part.pool_id)
    if part.mode == Mode.FOLLOW and kind.parents is None:
        raise refuse("handover.follows_nothing", _("This kind belongs to no other record."))
    if part.mode == Mode.PEOPLE and not part.people:
        raise refuse("value.required", _("Choose who takes over."))
    for user_id, weight in part.people:
        if user_id == order.leaver_id:
            raise refuse("handover.to_leaver", _("The leaver cannot take over their own work."))
        if user_id not in active or not access.reach.covers(user_id):
            raise refuse("owner.inactive", _("A receiver is not active, or you may not give them work."))
        if not 0 <= weight <= MOST_WEIGHT:
            raise refuse("weights.invalid", _("A weight is a whole number up to 1000."))
    if part.people and not any(weight for _user, weight in part.people):
        raise refuse("weights.zero", _("At least one person needs a weight above zero."))


def condition(access: Access, kind: Belonging, part: Part) -> Fragment:
    """The criteria of a part as SQL over `t`, read with the rights of who hands over."""
    if part.where is None or not part.where:
        return TRUE
    known = record_type(kind.record)
    view = access.also(known.permission("view"))
    return criteria.to_sql(criteria.parse(part.where, known, view))


def plan(access: Access, order: Order) -> list[Planned]:
    """Every record that will go, with its receiver; what no part takes stays and is left out.

    Shares follow the weights exactly: each differs from weight x n by less than 1.
    """
    check(access, order)
    planned: list[Planned] = []
    followed: dict[tuple[str, int], int | None] = {}
    for kind in transferable():
        parts = [(number, part) for number, part in enumerate(order.parts) if part.kind == kind.key]
        taken: set[int] = set()
        for number, part in parts:
            assert kind.holding is not None
            held = kind.holding.held(order.leaver_id, condition(access, kind, part))
            ids = [one for one in held if one not in taken]
            taken.update(ids)
            planned += _dealt(kind, number, part, ids, followed, order.leaver_id)
        if kind.record:
            followed |= {
                (kind.record, one.record_id): one.owner_id for one in planned if one.kind == kind.key
            }
    return planned


def _dealt(
    kind: Belonging,
    number: int,
    part: Part,
    ids: list[int],
    followed: Mapping[tuple[str, int], int | None],
    leaver_id: int,
) -> list[Planned]:
    if part.mode == Mode.STAY:
        return []
    if part.mode == Mode.POOL:
        return [Planned(kind.key, one, number, pool_id=part.pool_id) for one in ids]
    owners: dict[int, int] = {}
    if part.mode == Mode.FOLLOW:
        owners = _parents_owners(kind, ids, followed, leaver_id)
    rest = [one for one in ids if one not in owners]
    owners |= dict(zip(rest, deal(len(rest), part.people), strict=False))
    return [Planned(kind.key, one, number, owner_id=owners[one]) for one in ids if one in owners]


def deal(count: int, people: Iterable[tuple[int, int]]) -> list[int]:
    """Whose turn it is, `count` times, by weights; empty when nobody has one."""
    weights = {user_id: weight for user_id, weight in people if weight > 0}
    credit: dict[int, int] = {}
    return [next_turn(credit, weights) for _turn in range(count)] if weights else []


def _parents_owners(
    kind: Belonging,
    ids: Sequence[int],
    followed: Mapping[tuple[str, int], int | None],
    leaver_id: int,
) -> dict[int, int]:
    """Who gets what each record belongs to, or owns it already."""
    assert kind.parents is not None
    parents = kind.parents(ids)
    owners: dict[int, int] = {}
    elsewhere: dict[str, set[int]] = {}
    for one, parent in parents.items():
        receiver = followed.get(parent)
        if receiver is not None:
            owners[one] = receiver
        elif parent not in followed:
            elsewhere.setdefault(parent[0], set()).add(parent[1])
    found: dict[tuple[str, int], int] = {}
    for key, parent_ids in elsewhere.items():
        table = find_record_type(key).table
        rows = sql.rows(
            f"SELECT id, owner_id FROM {table} WHERE id = ANY(%s::bigint[]) AND owner_id IS NOT NULL"
            " AND owner_id <> %s",
            (sorted(parent_ids), leaver_id),
        )
        found |= {(key, row["id"]): row["owner_id"] for row in rows}
    active = active_ids(set(found.values()))
    for one, parent in parents.items():
        owner_id = found.get(parent)
        if one not in owners and owner_id in active and owner_id is not None:
            owners[one] = owner_id
    return owners
