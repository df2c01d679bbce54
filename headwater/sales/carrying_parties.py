"""What companies are to each other, and who works on them, moves along when accounts become one."""

from typing import Any

import orjson
from django.db import IntegrityError, transaction

from headwater.kernel.access import Access
from headwater.kernel.sql import execute, rows, value, values
from headwater.sales.merging import register_merge_part, register_rows

_ABOVE = """
WITH RECURSIVE way AS (
    SELECT parent_id AS id, 1 AS level FROM sales_account WHERE id = %s
    UNION ALL
    SELECT a.parent_id, way.level + 1 FROM way JOIN sales_account a ON a.id = way.id WHERE way.level < 20
) SELECT id FROM way WHERE id IS NOT NULL
"""
_PARENT = "UPDATE sales_account SET parent_id = %s, version = version + 1 WHERE id = %s"


def register_parties() -> None:
    """Called from `registrations.py`."""
    register_rows("account", "team", "sales_accountmember", "account_id", once=("user_id",))
    register_merge_part(
        "account",
        "companies",
        carry=_carry_tree,
        carry_back=_carry_tree_back,
        waiting=lambda from_id: _has("sales_account WHERE parent_id = %s", from_id),
        columns=[("sales_account", "parent_id")],
    )
    register_merge_part(
        "account",
        "relations",
        carry=_carry_relations,
        carry_back=_carry_relations_back,
        waiting=lambda from_id: _has("sales_accountrelation WHERE %s IN (account_id, other_id)", from_id),
        columns=[("sales_accountrelation", "account_id"), ("sales_accountrelation", "other_id")],
    )


def _has(what: str, record_id: int) -> bool:
    return bool(value(f"SELECT EXISTS (SELECT 1 FROM {what})", (record_id,)))


def _carry_tree(_access: Access, from_id: int, to_id: int) -> dict[str, Any]:
    """Subsidiaries move below the survivor, which takes the place of the other one where it stood below it.

    A survivor that belongs to nobody takes the other's parent.
    """
    parents = {row["id"]: row["parent_id"] for row in rows(
        "SELECT id, parent_id FROM sales_account WHERE id = ANY(%s::bigint[])", ([from_id, to_id],)
    )}  # fmt: skip
    above = values(_ABOVE, (to_id,))
    parent = parents[to_id]
    if from_id in above:
        parent = parents[from_id]
    elif parent is None and parents[from_id] not in (None, to_id):
        is_below = to_id in values(_ABOVE, (parents[from_id],))
        parent = None if is_below else parents[from_id]
    if parents[from_id] is not None:
        execute(_PARENT, (None, from_id))
    if parent != parents[to_id]:
        execute(_PARENT, (parent, to_id))
    moved = values(
        "SELECT id FROM sales_account WHERE parent_id = %s AND id <> %s ORDER BY id", (from_id, to_id)
    )
    for one in moved:
        if not _put_below(one, to_id):
            execute(_PARENT, (None, one))  # the tree would be too deep
    return {"moved": moved, "parents": [parents[from_id], parents[to_id]], "parent": parent}


def _put_below(record_id: int, parent_id: int | None) -> bool:
    """Whether the company could be put there: the tree has no rings and an end."""
    try:
        with transaction.atomic():
            execute(_PARENT, (parent_id, record_id))
    except IntegrityError:
        return False
    return True


def _carry_tree_back(_access: Access, from_id: int, to_id: int, carried: Any) -> None:
    """Where they were; what has moved on since stays."""
    of_from, of_to = carried["parents"]
    now = value("SELECT parent_id FROM sales_account WHERE id = %s", (to_id,))
    is_as_left = now == carried["parent"]
    if is_as_left and now != of_to:
        execute(_PARENT, (None, to_id))
    if of_from is not None:
        _put_below(from_id, of_from)
    still = values(
        "SELECT id FROM sales_account WHERE id = ANY(%s::bigint[]) AND (parent_id = %s OR parent_id IS NULL)",
        (list(carried["moved"]), to_id),
    )
    for one in still:
        _put_below(one, from_id)
    if is_as_left and now != of_to:
        _put_below(to_id, of_to)


def _carry_relations(_access: Access, from_id: int, to_id: int) -> dict[str, Any]:
    """Ties move; what the survivor has already, or would have with itself, is kept until it is undone."""
    taken = [
        orjson.loads(row)
        for row in values(
            "DELETE FROM sales_accountrelation t WHERE %s IN (account_id, other_id)"
            " RETURNING to_jsonb(t)::text",
            (from_id,),
        )
    ]
    made = []
    for row in taken:
        ends = [to_id if row[name] == from_id else row[name] for name in ("account_id", "other_id")]
        if ends[0] != ends[1]:
            made += values(
                "INSERT INTO sales_accountrelation"
                " (account_id, other_id, tie, note, created_by_id, created_at)"
                " SELECT %s, %s, r.tie, r.note, r.created_by_id, r.created_at"
                " FROM jsonb_populate_record(NULL::sales_accountrelation, %s::jsonb) r"
                " ON CONFLICT DO NOTHING RETURNING id",
                (*ends, orjson.dumps(row).decode()),
            )
    return {"taken": taken, "made": made}


def _carry_relations_back(_access: Access, _from_id: int, _to_id: int, carried: Any) -> None:
    execute("DELETE FROM sales_accountrelation WHERE id = ANY(%s::bigint[])", (list(carried["made"]),))
    for row in carried["taken"]:
        execute(
            "INSERT INTO sales_accountrelation SELECT * FROM"
            " jsonb_populate_record(NULL::sales_accountrelation, %s::jsonb) ON CONFLICT DO NOTHING",
            (orjson.dumps(row).decode(),),
        )
