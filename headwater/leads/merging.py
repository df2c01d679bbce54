"""What goes along when leads become one: each room that hangs something on a lead says how it moves.

A part carries what belongs to one lead over to another and tells, as JSON, what it moved; from that it can
carry it back. Both run in the caller's transaction, with the leads locked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.sql import execute, values

Carry = Callable[[Access, int, int], Any]  # from, to: what moved
CarryBack = Callable[[Access, int, int, Any], None]  # from, to: the same as at the carrying


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of thing that hangs on leads."""

    key: str
    carry: Carry
    carry_back: CarryBack


_parts: dict[str, Part] = {}


def register_merge_part(key: str, *, carry: Carry, carry_back: CarryBack) -> None:
    """Say how something moves with a merge; rooms call this from `registrations.py`."""
    _parts[key] = Part(key, carry, carry_back)


def merge_parts() -> dict[str, Part]:
    """All parts by key, in the order in which the rooms made them known."""
    return dict(_parts)


def register_rows(key: str, table: str, column: str = "lead_id", *, only: str = "TRUE") -> None:
    """Rows of a table that point to a lead; `only` (over the alias `t`) leaves out what cannot move.

    In `only`, `{to}` stands for the id of the survivor.
    """

    def carry(_access: Access, from_id: int, to_id: int) -> list[int]:
        return values(
            f"UPDATE {table} t SET {column} = %s WHERE {column} = %s AND ({only.format(to=int(to_id))})"
            " RETURNING t.id",
            (to_id, from_id),
        )

    def carry_back(_access: Access, from_id: int, to_id: int, ids: Any) -> None:
        execute(
            f"UPDATE {table} t SET {column} = %s WHERE t.id = ANY(%s::bigint[]) AND {column} = %s",
            (from_id, list(ids), to_id),
        )

    register_merge_part(key, carry=carry, carry_back=carry_back)
