"""Who was there, and whom to ask."""

from collections.abc import Collection
from dataclasses import dataclass

from headwater.kernel import sql


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody as follow-ups name them; the department where a list shows it."""

    id: int
    name: str
    department: str = ""


def colleagues(ids: Collection[int]) -> dict[int, Colleague]:
    """Those of `ids` who exist, active or not."""
    if not ids:
        return {}
    rows = sql.rows(
        """
        SELECT u.id, u.name, COALESCE(d.name, '') AS department FROM organization_user u
        LEFT JOIN organization_department d ON d.id = u.department_id WHERE u.id = ANY(%s::bigint[])
        """,
        [list(ids)],
    )
    return {row["id"]: Colleague(**row) for row in rows}


def supervisors_of(user_id: int) -> list[int]:
    """Active people directly above: the manager, else the leader of the department (or of the one above)."""
    found = sql.values(
        """
        SELECT m.id FROM organization_user u JOIN organization_user m ON m.id = u.manager_id AND m.is_active
        WHERE u.id = %s
        """,
        [user_id],
    )
    if found:
        return found
    return sql.values(
        """
        SELECT l.id FROM organization_user u
        JOIN organization_department mine ON mine.id = u.department_id
        JOIN organization_department d ON starts_with(mine.path, d.path)
        JOIN organization_user l ON l.id = d.leader_id AND l.is_active AND l.id <> u.id
        WHERE u.id = %s ORDER BY length(d.path) DESC LIMIT 1
        """,
        [user_id],
    )
