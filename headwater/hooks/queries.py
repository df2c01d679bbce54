"""Hooks, their deliveries and their figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from headwater.hooks.models import Delivery, Hook
from headwater.hooks.types import State
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows, value

MOST = 100


def open_hook(key: str) -> Hook | None:
    """The hook behind a public address, asleep or not; archived ones are gone."""
    return Hook.objects.filter(key=key[:32], archived_at=None).first()


def hook_by_id(access: Access, hook_id: int) -> Hook:
    """A hook, archived ones too; who may see hooks sees all. Refuses `NotFound`."""
    hook = Hook.objects.filter(pk=hook_id).first()
    if hook is None:
        raise NotFound(record="hook", id=hook_id)
    return hook


def delivery_of(access: Access, hook_id: int, delivery_id: int) -> Delivery:
    """A delivery of this hook. Refuses `NotFound`."""
    found = Delivery.objects.filter(pk=delivery_id, hook_id=hook_id).first()
    if found is None:
        raise NotFound(record="delivery", id=delivery_id)
    return found


def last_delivery(access: Access, hook_id: int) -> Delivery | None:
    """The newest one whose content is still kept."""
    return Delivery.objects.filter(hook_id=hook_id, body__isnull=False).order_by("-id").first()


def deliveries(
    access: Access, hook_id: int, *, state: str = "", before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest first, without their content; the next page is `before` the last id."""
    return rows(
        "SELECT id, at, state, code, detail, tries, lead_id, touch_id, is_new, done_at,"
        " body IS NOT NULL AS has_body FROM hooks_delivery"
        " WHERE hook_id = %s AND (%s = '' OR state = %s) AND (%s::bigint IS NULL OR id < %s)"
        " ORDER BY id DESC LIMIT %s",
        (hook_id, state, state, before, before, min(limit, MOST)),
    )


def failed_count(hook_id: int) -> int:
    """How many dead letters there are, no further than 1,000."""
    return int(
        value(
            "SELECT count(*) FROM (SELECT 1 FROM hooks_delivery WHERE hook_id = %s AND state = 'failed'"
            " LIMIT 1000) x",
            (hook_id,),
        )
    )


def waiting(
    older_than: timedelta, *, after: int = 0, limit: int = 200, hook_id: int | None = None
) -> list[int]:
    """Deliveries that were kept and not made into a lead since, oldest first, with ids `after` this one."""
    found = Delivery.objects.filter(state=State.KEPT, at__lte=clock.now() - older_than, pk__gt=after)
    if hook_id is not None:
        found = found.filter(hook_id=hook_id)
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of a hook."""

    day: date
    delivered: int
    new_leads: int
    failed: int
    refused: int


_DAYS = """
SELECT d::date AS day, COALESCE(s.delivered, 0) AS delivered, COALESCE(s.new_leads, 0) AS new_leads,
  COALESCE(s.failed, 0) AS failed, COALESCE(v.refused, 0) AS refused
FROM generate_series(%s::date, %s::date, interval '1 day') d
LEFT JOIN hooks_hookday v ON v.hook_id = %s AND v.day = d::date
LEFT JOIN (
  SELECT (at AT TIME ZONE %s)::date AS day, count(*) AS delivered,
    count(*) FILTER (WHERE is_new) AS new_leads, count(*) FILTER (WHERE state = 'failed') AS failed
  FROM hooks_delivery WHERE hook_id = %s AND at >= %s GROUP BY 1
) s ON s.day = d::date ORDER BY 1 DESC
"""


def figures(access: Access, hook_id: int, *, days: int = 30) -> list[DayFigures]:
    """The last days, newest first, empty ones too."""
    today, zone = clock.today(), timezone.get_current_timezone_name()
    since = clock.now() - timedelta(days=days + 1)  # whole days are cut by the calendar above
    found = rows(_DAYS, (today - timedelta(days=days - 1), today, hook_id, zone, hook_id, since))
    return [DayFigures(**row) for row in found]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last delivery that was turned away."""

    code: str
    at: datetime


def last_refusal(access: Access, hook_id: int) -> Refusal | None:
    """Within thirty days; a hook that turns everything away has a wrong secret."""
    found = rows(
        "SELECT last_code AS code, last_at AS at FROM hooks_hookday WHERE hook_id = %s AND day > %s"
        " ORDER BY day DESC LIMIT 1",
        (hook_id, clock.today() - timedelta(days=30)),
    )
    return Refusal(**found[0]) if found else None
