"""Acts on many records at once: the same rules, audit and events as for one, in a few statements."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.types import BulkResult
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.services.kinds import Kind
from headwater.sales.services.writing import is_id, lock_records
from headwater.sales.types import Why

CHUNK = 2000


def chunks(ids: Sequence[int]) -> Iterable[list[int]]:
    """Pieces small enough for one event."""
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])


def not_found(kind: Kind, ids: Iterable[int]) -> dict[int, BulkResult]:
    """The answer for ids that do not exist within reach."""
    refusal = NotFound(record=kind.key.value)
    return {one: BulkResult(one, False, refusal.code, refusal.detail) for one in ids}


@transaction.atomic
def assign(
    access: Access,
    kind: Kind,
    ids: Sequence[int],
    *,
    owner_id: int,
    why: str = Why.ASSIGNED,
    note: str | None = None,
) -> list[BulkResult]:
    """Give records to `owner_id`; repeating it does nothing. A result for every id, in the order asked.

    Refuses as a whole, with `Invalid`, an owner who is not active or lies outside the giver's reach.
    """
    if not is_id(owner_id) or owner_id not in active_ids([owner_id]):
        raise Invalid.one("owner", "owner.inactive", _("This person is not active."))
    if not access.reach.covers(owner_id):
        raise Invalid.one("owner", "owner.out_of_reach", _("You may not give records to this person."))
    wanted = list(dict.fromkeys(ids))
    found = lock_records(access, kind, wanted)
    given = [record for record in found if record.owner_id != owner_id]
    moment = clock.now()
    if given:
        moved = [record.pk for record in given]
        sql.execute(
            f"UPDATE {kind.table} SET owner_id = %s, version = version + 1, updated_at = %s"
            " WHERE id = ANY(%s::bigint[])",
            (owner_id, moment, moved),
        )
        sql.execute(
            "INSERT INTO sales_ownerchange"
            " (record_type, record_id, from_owner_id, to_owner_id, why, note, by_id, at)"
            " SELECT %s, x.id, x.owner, %s::bigint, %s, %s::text, %s::bigint, %s::timestamptz"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner)",
            (
                kind.key.value,
                owner_id,
                str(why),
                note,
                access.user_id,
                moment,
                moved,
                [record.owner_id for record in given],
            ),
        )
        audit.record_many(
            access,
            kind.key,
            "assign",
            [(record.pk, {"owner": [record.owner_id, owner_id]}) for record in given],
        )
        for piece in chunks(moved):
            emit(kind.assigned(ids=piece, owner_id=owner_id, why=str(why)), access)
    results: dict[int, Any] = {record.pk: BulkResult(record.pk, True) for record in found}
    missing = not_found(kind, [one for one in wanted if one not in results])
    return [(results | missing)[one] for one in wanted]


@transaction.atomic
def archive(access: Access, kind: Kind, ids: Sequence[int]) -> int:
    """Archive living records within reach (restorable); how many."""
    return _set_archived(access, kind, ids, archive=True)


@transaction.atomic
def restore(access: Access, kind: Kind, ids: Sequence[int]) -> int:
    """Bring archived records within reach back; how many."""
    return _set_archived(access, kind, ids, archive=False)


def _set_archived(access: Access, kind: Kind, ids: Sequence[int], *, archive: bool) -> int:
    found = [record.pk for record in lock_records(access, kind, ids, archived=not archive)]
    if not found:
        return 0
    moment = clock.now()
    sql.execute(
        f"UPDATE {kind.table} SET archived_at = %s::timestamptz, version = version + 1, updated_at = %s"
        " WHERE id = ANY(%s::bigint[])",
        (moment if archive else None, moment, found),
    )
    act = "archive" if archive else "restore"
    audit.record_many(access, kind.key, act, audit.same_changes(found, {"archived": [not archive, archive]}))
    event = kind.archived if archive else kind.restored
    for piece in chunks(found):
        emit(event(ids=piece), access)
    return len(found)
