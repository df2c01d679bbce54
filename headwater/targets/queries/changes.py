"""Who set a target to what, from the audit."""

from typing import Any

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform import audit
from headwater.targets.queries.team import COMPANY, Key, team_of
from headwater.targets.types import Holder


def target_changes(access: Access, target_id: int) -> list[dict[str, Any]]:
    """at, by, before, after; the latest first. Refuses with `NotFound` a target out of reach."""
    found = sql.rows("SELECT user_id, department_id FROM targets_target WHERE id = %s", (target_id,))
    if not found or _key(found[0]) not in team_of(access):
        raise NotFound(record="target", id=target_id)
    return [
        {"at": entry.at, "by": entry.actor_name, "before": before, "after": after}
        for entry in audit.history("target", target_id).items
        for before, after in [entry.changes.get("amount", (None, None))]
    ]


def _key(row: dict[str, Any]) -> Key:
    if row["user_id"] is not None:
        return Holder.PERSON, row["user_id"]
    return COMPANY if row["department_id"] is None else (Holder.DEPARTMENT, row["department_id"])
