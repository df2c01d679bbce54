"""What a person who leaves still owns in the room."""

from collections.abc import Collection, Mapping

from headwater.kernel import sql


def _count(table: str, condition: str, user_ids: Collection[int]) -> dict[int, int]:
    rows = sql.rows(
        f"SELECT owner_id, count(*) AS held FROM {table}"
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
    return _count("sales_opportunity", "status = 'open'", user_ids)
