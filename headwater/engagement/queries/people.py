"""Whom to ask."""

from headwater.kernel import sql


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
