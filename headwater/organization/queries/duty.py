"""Who is at work, and who is away."""

from collections.abc import Collection
from datetime import datetime

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.models import Absence


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


def absences_of(
    access: Access,
    user_ids: Collection[int] | None = None,
    *,
    since: datetime | None = None,
    limit: int = 200,
) -> list[Absence]:
    """Absences in reach that end after `since`, the latest first; of some people or of all."""
    found = Absence.objects.select_related("user")
    if not access.reach.everyone:
        found = found.filter(user_id__in=access.reach.people)
    if user_ids is not None:
        found = found.filter(user_id__in=user_ids)
    if since is not None:
        found = found.filter(ends_at__gt=since)
    return list(found.order_by("-starts_at", "-pk")[:limit])


def get_absence(access: Access, absence_id: int) -> Absence:
    """The absence; `NotFound` when there is none in reach."""
    found = Absence.objects.select_related("user").filter(pk=absence_id).first()
    if found is None or not access.reach.covers(found.user_id):
        raise NotFound(record="absence", id=absence_id)
    return found


def away_until(user_ids: Collection[int], at: datetime | None = None) -> dict[int, datetime]:
    """When those of `user_ids` who are absent at `at` (default: now) come back. Everybody may know this."""
    moment = at or clock.now()
    away = Absence.objects.filter(user_id__in=user_ids, starts_at__lte=moment, ends_at__gt=moment)
    return dict(away.values_list("user_id", "ends_at"))
