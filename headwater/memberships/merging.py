"""How memberships move when leads or contacts become one."""

from typing import Any

import orjson

from headwater.kernel.access import Access
from headwater.kernel.sql import execute, value, values
from headwater.memberships.types import OF
from headwater.sales.merging import register_merge_part

TABLE = "memberships_member"


def register() -> None:
    """Called from `registrations.py`."""
    for of in OF:
        _register(of, f"{of}_id")


def _register(record: str, column: str) -> None:
    same = f"k.{column} = %s AND k.campaign_id = t.campaign_id"
    # Of two memberships in one campaign the one that says more stays: a living one, then one that reacted.
    says_more = (
        "t.archived_at IS NULL AND (k.archived_at IS NOT NULL"
        " OR (k.responded_at IS NULL AND t.responded_at IS NOT NULL))"
    )

    def carry(_access: Access, from_id: int, to_id: int) -> dict[str, Any]:
        taken = values(
            f"DELETE FROM {TABLE} k WHERE k.{column} = %s AND EXISTS (SELECT 1 FROM {TABLE} t"
            f" WHERE t.{column} = %s AND k.campaign_id = t.campaign_id AND {says_more})"
            " RETURNING to_jsonb(k)::text",
            (to_id, from_id),
        )
        taken += values(
            f"DELETE FROM {TABLE} t WHERE t.{column} = %s AND EXISTS (SELECT 1 FROM {TABLE} k WHERE {same})"
            " RETURNING to_jsonb(t)::text",
            (from_id, to_id),
        )
        moved = values(
            f"UPDATE {TABLE} SET {column} = %s, version = version + 1 WHERE {column} = %s RETURNING id",
            (to_id, from_id),
        )
        return {"moved": moved, "taken": [orjson.loads(row) for row in taken]}

    def carry_back(_access: Access, from_id: int, to_id: int, carried: Any) -> None:
        execute(
            f"UPDATE {TABLE} SET {column} = %s, version = version + 1"
            f" WHERE id = ANY(%s::bigint[]) AND {column} = %s",
            (from_id, carried["moved"], to_id),
        )
        for row in carried["taken"]:
            execute(
                f"INSERT INTO {TABLE} SELECT * FROM jsonb_populate_record(NULL::{TABLE}, %s::jsonb)"
                " ON CONFLICT DO NOTHING",
                (orjson.dumps(row).decode(),),
            )

    def waiting(from_id: int) -> bool:
        return bool(value(f"SELECT EXISTS (SELECT 1 FROM {TABLE} WHERE {column} = %s)", (from_id,)))

    register_merge_part(
        record,
        "campaign_members",
        carry=carry,
        carry_back=carry_back,
        waiting=waiting,
        columns=((TABLE, column),),
    )
