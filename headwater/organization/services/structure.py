"""The lock under which the company's shape changes.

Cycles in the tree and the reporting line, and the last administrator, are questions about many rows at
once. Changes of shape are rare, so they simply take turns.
"""

from django.db import connection

from headwater.kernel import sql

_LOCK = 4_207_001


def take_turn() -> None:
    """Wait until no other transaction changes the company's shape; held until this one ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("the structure lock belongs inside a transaction")
    sql.value("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
