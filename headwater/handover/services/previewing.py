"""What a handover would do, counted by the same plan that runs."""

from collections import Counter

from headwater.handover.services.planning import leaver_of, plan
from headwater.handover.types import KindPreview, Order, Preview, Share
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.organization.belongings import Belonging, Room, transferable
from headwater.organization.queries import names_of
from headwater.pools.queries import pools_by_id

Receiver = tuple[int | None, int | None]


def holdings_of(access: Access, user_id: int) -> dict[str, int]:
    """How many of each kind the person has that could be handed over, empty kinds included."""
    leaver_of(access, user_id)
    return {kind.key: kind.count([user_id]).get(user_id, 0) for kind in transferable()}


def preview(access: Access, order: Order) -> Preview:
    """Counts by kind and receiver, with how far books would be exceeded. Refuses like running it."""
    leaver = leaver_of(access, order.leaver_id)
    planned = plan(access, order)
    counted: dict[str, Counter[Receiver]] = {}
    for one in planned:
        counted.setdefault(one.kind, Counter())[one.owner_id, one.pool_id] += 1
    people = names_of({one.owner_id for one in planned if one.owner_id is not None})
    pools = {key: pool.name for key, pool in pools_by_id(_pools(counted)).items()}
    kinds = []
    for kind in transferable():
        shares = counted.get(kind.key, Counter())
        total = kind.count([leaver.pk]).get(leaver.pk, 0)
        if not total:
            continue
        rooms = _rooms(kind, shares)
        kinds.append(
            KindPreview(
                kind.key,
                str(kind.label),
                kind.icon,
                total,
                tuple(
                    Share(
                        owner_id,
                        pool_id,
                        people.get(owner_id, "") if owner_id is not None else pools.get(pool_id or 0, ""),
                        count,
                        held=rooms[owner_id].held if owner_id in rooms else None,
                        cap=rooms[owner_id].cap if owner_id in rooms else None,
                    )
                    for (owner_id, pool_id), count in shares.most_common()
                ),
                stays=max(0, total - shares.total()),
            )
        )
    sessions, tokens = _ways_in(leaver.pk)
    return Preview(
        leaver.pk, leaver.name, tuple(kinds), order.account, sessions, tokens, is_active=leaver.is_active
    )


def _pools(counted: dict[str, "Counter[Receiver]"]) -> set[int]:
    return {pool_id for shares in counted.values() for _owner, pool_id in shares if pool_id is not None}


def _rooms(kind: Belonging, shares: "Counter[Receiver]") -> dict[int | None, Room]:
    if kind.rooms is None:
        return {}
    rooms: dict[int | None, Room] = {}
    rooms.update(kind.rooms([owner_id for owner_id, _pool in shares if owner_id is not None]).items())
    return rooms


def _ways_in(user_id: int) -> tuple[int, int]:
    """Sessions and tokens that would end."""
    row = sql.rows(
        "SELECT (SELECT count(*) FROM usersessions_usersession WHERE user_id = %s) AS sessions,"
        " (SELECT count(*) FROM platform_token WHERE user_id = %s AND revoked_at IS NULL) AS tokens",
        (user_id, user_id),
    )[0]
    return row["sessions"], row["tokens"]
