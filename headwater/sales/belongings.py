"""What a person who leaves still owns in the room, and how it passes on."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent, held_in
from headwater.organization.queries import active_ids
from headwater.sales.services.handing_over import last_changes, lock_owners, pass_on
from headwater.sales.services.kinds import ACCOUNT, CONTACT, OPPORTUNITY, Kind

_OPEN = "t.status = 'open'"


def _count(table: str, condition: str, user_ids: Collection[int]) -> dict[int, int]:
    rows = sql.rows(
        f"SELECT owner_id, count(*) AS held FROM {table} t"
        f" WHERE owner_id = ANY(%s::bigint[]) AND archived_at IS NULL AND {condition} GROUP BY owner_id",
        (list(user_ids),),
    )
    return {row["owner_id"]: row["held"] for row in rows}


def accounts(user_ids: Collection[int]) -> Mapping[int, int]:
    """Living accounts by owner."""
    return _count("sales_account", "TRUE", user_ids)


def contacts(user_ids: Collection[int]) -> Mapping[int, int]:
    """Living contacts by owner."""
    return _count("sales_contact", "TRUE", user_ids)


def open_opportunities(user_ids: Collection[int]) -> Mapping[int, int]:
    """Open opportunities by owner."""
    return _count("sales_opportunity", _OPEN, user_ids)


def accounts_of(table: str, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """The account of each contact or opportunity that has one."""
    rows = sql.rows(
        f"SELECT id, account_id FROM {table} WHERE id = ANY(%s::bigint[]) AND account_id IS NOT NULL",
        (list(ids),),
    )
    return {row["id"]: ("account", row["account_id"]) for row in rows}


class Records:
    """Records of one type; each change of owner is kept as `OwnerChange`, audited and told as an event.

    What was moved since is known by the last change of owner, not by who owns it now.
    """

    def __init__(self, kind: Kind, open_only: str = "TRUE") -> None:
        self.kind = kind
        self.open_only = open_only

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in(self.kind.table, user_id, where, open_only=self.open_only)

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        receivers = {gift.record_id: gift.owner_id for gift in gifts}
        active = active_ids({owner_id for owner_id in receivers.values() if owner_id is not None})
        owners = lock_owners(self.kind, list(receivers))
        pairs: dict[int, int] = {}
        refused: dict[int, str] = {}
        for record_id, owner_id in receivers.items():
            if owners.get(record_id) != user_id:
                refused[record_id] = MOVED
            elif owner_id is None or owner_id not in active:
                refused[record_id] = RECEIVER_LEFT
            else:
                pairs[record_id] = owner_id
        changes = pass_on(access, self.kind, pairs)
        return [
            Given(one, refused[one]) if one in refused else Given(one, before={"change": changes[one]})
            for one in receivers
        ]

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        ids = [one.record_id for one in lent]
        owners, changes = lock_owners(self.kind, ids), last_changes(self.kind, ids)
        results = {
            one.record_id: ""
            if owners.get(one.record_id) == one.owner_id
            and changes.get(one.record_id) == one.before.get("change")
            else MOVED
            for one in lent
        }
        back = {one: user_id for one, code in results.items() if not code}
        pass_on(access, self.kind, back, note=_("Handover taken back"))
        return results


ACCOUNTS = Records(ACCOUNT)
CONTACTS = Records(CONTACT)
OPPORTUNITIES = Records(OPPORTUNITY, _OPEN)
