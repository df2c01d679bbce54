"""Opening leads of pools: counted once per person, lead and day, limited by setting, shown to who answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Forbidden
from headwater.kernel.sql import execute, rows, value
from headwater.leads.errors import ViewLimit
from headwater.leads.services.wording import moment_text
from headwater.leads.settings import VIEWS_PER_DAY
from headwater.pools.queries import standing

DAYS_SHOWN = 7
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Looks:
    """What one person looked at on one day."""

    user_id: int
    name: str
    day: date
    opened: int  # pooled leads
    revealed: int  # hidden contacts shown


@transaction.atomic
def view_pooled(access: Access, lead_id: int, pool_id: int | None) -> int | None:
    """Count that the actor opens a lead they see; how many more they may open today, None without limit.

    Only leads of pools that the actor does not administer count. Refuses with `ViewLimit`. Exact at any
    concurrency: the person's own row orders the count.
    """
    user_id = access.user_id
    if user_id is None or pool_id is None or pool_id in standing(access.actor).admin:
        return None
    limit, midnight = VIEWS_PER_DAY.get(), _midnight()
    day = midnight.date()
    if limit:
        execute("SELECT id FROM organization_user WHERE id = %s FOR NO KEY UPDATE", (user_id,))
        used = views_today(user_id)
        known = value(
            "SELECT 1 FROM leads_poolview WHERE user_id = %s AND day = %s AND lead_id = %s",
            (user_id, day, lead_id),
        )
        if known:
            return max(0, limit - used)
        if used >= limit:
            until = midnight + timedelta(days=1)
            raise ViewLimit(limit=limit, used=used, until=until, until_text=moment_text(until))
    execute(
        "INSERT INTO leads_poolview (user_id, day, lead_id, pool_id, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (user_id, day, lead_id, pool_id, clock.now()),
    )
    return limit - used - 1 if limit else None


def views_today(user_id: int) -> int:
    """How many pooled leads a person opened today."""
    return int(
        value(
            "SELECT count(*) FROM leads_poolview WHERE user_id = %s AND day = %s",
            (user_id, _midnight().date()),
        )
        or 0
    )


_LOOKS = """
WITH looks AS (
  SELECT v.user_id, v.day, 1 AS opened, 0 AS revealed FROM leads_poolview v
  WHERE v.day >= %s AND v.pool_id = ANY(%s::bigint[])
  UNION ALL
  SELECT r.user_id, (r.at AT TIME ZONE %s)::date, 0, 1
  FROM leads_reveal r JOIN leads_lead l ON l.id = r.lead_id
  WHERE r.at >= %s AND l.home_pool_id = ANY(%s::bigint[])
)
SELECT k.user_id, u.name, k.day, sum(k.opened)::int AS opened, sum(k.revealed)::int AS revealed
FROM looks k JOIN organization_user u ON u.id = k.user_id
GROUP BY k.user_id, u.name, k.day ORDER BY k.day DESC, sum(k.opened) DESC, k.user_id LIMIT %s
"""


def may_see_looks(access: Access) -> None:
    """Only who administers a pool may see who looked; refuses with `Forbidden`."""
    if not standing(access.actor).admin:
        raise Forbidden(permission="pools.configure")


def who_looked(access: Access, *, days: int = DAYS_SHOWN) -> list[Looks]:
    """Who opened and revealed how many leads of the pools that the actor administers, per day."""
    pools = sorted(standing(access.actor).admin)
    since = _midnight() - timedelta(days=days - 1)
    zone = timezone.get_current_timezone_name()
    found = rows(_LOOKS, (since.date(), pools, zone, since, pools, MOST_SHOWN))
    return [Looks(**row) for row in found]


def _midnight() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
