"""Who is at work, and who is away."""

from collections.abc import Collection
from datetime import datetime

from headwater.kernel import clock, sql


def people_on_duty(user_ids: Collection[int], at: datetime | None = None) -> set[int]:
    """Those of `user_ids` who are active, switched on and not absent at `at` (default: now).

    At the moment an absence ends the person is back.
    """
    moment = at or clock.now()
    return set(
        sql.values(
            """
            SELECT u.id FROM organization_user u
            WHERE u.id = ANY(%s) AND u.is_active AND u.is_on_duty AND NOT EXISTS (
                SELECT 1 FROM organization_absence a
                WHERE a.user_id = u.id AND a.ends_at > %s AND a.starts_at <= %s)
            """,
            [list(user_ids), moment, moment],
        )
    )
