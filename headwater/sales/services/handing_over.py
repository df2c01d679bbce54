"""A leaver's records pass on, each to its receiver, in a few statements however many there are."""

from collections.abc import Mapping, Sequence

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.services.kinds import Kind
from headwater.sales.services.sets import chunks
from headwater.sales.types import Why


def lock_owners(kind: Kind, ids: Sequence[int]) -> dict[int, int | None]:
    """Owners of the living ones among `ids`, locked in the order of their ids."""
    rows = sql.rows(
        f"SELECT id, owner_id FROM {kind.table} WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL"
        " ORDER BY id FOR NO KEY UPDATE",
        (list(ids),),
    )
    return {row["id"]: row["owner_id"] for row in rows}


def last_changes(kind: Kind, ids: Sequence[int]) -> dict[int, int]:
    """The latest change of owner of each record."""
    rows = sql.rows(
        "SELECT record_id, max(id) AS id FROM sales_ownerchange"
        " WHERE record_type = %s AND record_id = ANY(%s::bigint[]) GROUP BY record_id",
        (kind.key.value, list(ids)),
    )
    return {row["record_id"]: row["id"] for row in rows}


def pass_on(
    access: Access, kind: Kind, owners: Mapping[int, int], *, note: str | None = None
) -> dict[int, int]:
    """Give each record to its new owner; the id of the change of owner of each.

    The caller has locked the rows and knows whom they belong to. Nobody's reach or state is asked here.
    """
    if not owners:
        return {}
    moment = clock.now()
    ids = list(owners)
    rows = sql.rows(
        "WITH target AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, owner_id)),"
        f" before AS (SELECT r.id, r.owner_id FROM {kind.table} r JOIN target USING (id)),"
        f" moved AS (UPDATE {kind.table} r SET owner_id = target.owner_id, version = r.version + 1,"
        "   updated_at = %s FROM target WHERE r.id = target.id RETURNING r.id),"
        " kept AS (INSERT INTO sales_ownerchange"
        "   (record_type, record_id, from_owner_id, to_owner_id, why, note, by_id, at)"
        "   SELECT %s, before.id, before.owner_id, target.owner_id, %s, %s::text, %s::bigint, %s::timestamptz"
        "   FROM before JOIN target USING (id) JOIN moved USING (id) ORDER BY before.id"
        "   RETURNING id, record_id, from_owner_id, to_owner_id)"
        " SELECT * FROM kept",
        (
            ids,
            [owners[one] for one in ids],
            moment,
            kind.key.value,
            Why.HANDOVER.value,
            note,
            access.user_id,
            moment,
        ),
    )
    audit.record_many(
        access,
        kind.key,
        "handover",
        [(row["record_id"], {"owner": [row["from_owner_id"], row["to_owner_id"]]}) for row in rows],
    )
    received: dict[int, list[int]] = {}
    for row in rows:
        received.setdefault(row["to_owner_id"], []).append(row["record_id"])
    for owner_id, given in received.items():
        for piece in chunks(given):
            emit(kind.assigned(ids=piece, owner_id=owner_id, why=Why.HANDOVER.value), access)
    return {row["record_id"]: row["id"] for row in rows}
