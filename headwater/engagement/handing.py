"""Open tasks of a leaver pass on to whoever takes over, most often along with the record they are about."""

from collections.abc import Sequence

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, Gift, Given, Lent, held_in
from headwater.organization.queries import active_ids
from headwater.platform import audit


def records_of(ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """The record that each task is about, of those that have one."""
    rows = sql.rows(
        "SELECT id, record_type, record_id FROM engagement_task"
        " WHERE id = ANY(%s::bigint[]) AND record_id IS NOT NULL",
        (list(ids),),
    )
    return {row["id"]: (row["record_type"], row["record_id"]) for row in rows}


class OpenTasks:
    """Tasks that are not done. The reminder stays; what the receiver finished meanwhile stays theirs."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("engagement_task", user_id, where, open_only="t.done_at IS NULL")

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        receivers = {gift.record_id: gift.owner_id for gift in gifts}
        active = active_ids({owner_id for owner_id in receivers.values() if owner_id is not None})
        owners = _lock_open(list(receivers))
        refused: dict[int, str] = {}
        pairs: dict[int, int] = {}
        for task_id, owner_id in receivers.items():
            if owners.get(task_id) != user_id:
                refused[task_id] = MOVED
            elif owner_id is None or owner_id not in active:
                refused[task_id] = RECEIVER_LEFT
            else:
                pairs[task_id] = owner_id
        _pass_on(access, user_id, pairs)
        return [Given(task_id, refused.get(task_id, "")) for task_id in receivers]

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        owners = _lock_open([one.record_id for one in lent])
        results = {
            one.record_id: "" if owners.get(one.record_id, -1) == one.owner_id else MOVED for one in lent
        }
        back = [one for one in lent if not results[one.record_id]]
        for owner_id in {one.owner_id for one in back}:
            assert owner_id is not None
            _pass_on(access, owner_id, {one.record_id: user_id for one in back if one.owner_id == owner_id})
        return results


def _lock_open(ids: Sequence[int]) -> dict[int, int]:
    rows = sql.rows(
        "SELECT id, owner_id FROM engagement_task WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL"
        " AND done_at IS NULL ORDER BY id FOR NO KEY UPDATE",
        (list(ids),),
    )
    return {row["id"]: row["owner_id"] for row in rows}


def _pass_on(access: Access, from_id: int, owners: dict[int, int]) -> None:
    if not owners:
        return
    sql.execute(
        "UPDATE engagement_task t SET owner_id = x.owner_id, version = t.version + 1, updated_at = %s"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner_id) WHERE t.id = x.id",
        (clock.now(), list(owners), list(owners.values())),
    )
    changes = [(task_id, {"owner": [from_id, owner_id]}) for task_id, owner_id in owners.items()]
    audit.record_many(access, "task", "handover", changes)
