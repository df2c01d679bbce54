"""Orders of somebody who leaves, and how they pass on."""

from collections.abc import Collection, Mapping, Sequence

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.orders.services.orders import give
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent, held_in
from headwater.organization.queries import active_ids

_LIVING = "t.state IN ('draft', 'active')"


def open_orders(user_ids: Collection[int]) -> Mapping[int, int]:
    """Drafts and active orders by owner."""
    rows = sql.rows(
        "SELECT owner_id, count(*) AS held FROM orders_order t WHERE owner_id = ANY(%s::bigint[])"
        f" AND archived_at IS NULL AND {_LIVING} GROUP BY owner_id",
        (list(user_ids),),
    )
    return {row["owner_id"]: row["held"] for row in rows}


def accounts_of(ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """The account of each order."""
    rows = sql.rows("SELECT id, account_id FROM orders_order WHERE id = ANY(%s::bigint[])", (list(ids),))
    return {row["id"]: ("account", row["account_id"]) for row in rows}


def _locked(ids: Sequence[int]) -> dict[int, tuple[int | None, int]]:
    rows = sql.rows(
        "SELECT id, owner_id, version FROM orders_order WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL"
        " ORDER BY id FOR NO KEY UPDATE",
        (list(ids),),
    )
    return {row["id"]: (row["owner_id"], row["version"]) for row in rows}


class Orders:
    """See `headwater.organization.belongings.Holding`."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("orders_order", user_id, where, open_only=_LIVING)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        held = _locked([gift.record_id for gift in gifts])
        refused: dict[int, str] = {}
        owners: dict[int, int] = {}
        for gift in gifts:
            if held.get(gift.record_id, (None, 0))[0] != user_id:
                refused[gift.record_id] = MOVED
            elif gift.owner_id is None or gift.owner_id not in active:
                refused[gift.record_id] = RECEIVER_LEFT
            else:
                owners[gift.record_id] = gift.owner_id
        give(access, owners, why="handover")
        return [Given(gift.record_id, refused.get(gift.record_id, "")) for gift in gifts]

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        held = _locked([one.record_id for one in lent])
        results = {
            one.record_id: "" if held.get(one.record_id, (None, 0))[0] == one.owner_id else MOVED
            for one in lent
        }
        give(access, {one: user_id for one, code in results.items() if not code}, why="handover")
        return results


ORDERS = Orders()
