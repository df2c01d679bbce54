"""When a repeated task comes again."""

from calendar import monthrange
from datetime import datetime, timedelta

from django.utils import timezone

from headwater.engagement.types import Repeat


def next_due(due_at: datetime, repeat: str, now: datetime) -> datetime:
    """The first moment after `now` that the rule gives, counted from `due_at`, at its local time of day."""
    local = timezone.localtime(due_at)
    months = 0
    following = local
    while True:
        if repeat == Repeat.MONTHLY:
            months += 1
            following = _months_later(local, months)
        else:
            following = _step(following, repeat)
        if following > now and following > due_at:
            return following


def _step(moment: datetime, repeat: str) -> datetime:
    if repeat == Repeat.WEEKLY:
        return moment + timedelta(days=7)
    moment += timedelta(days=1)
    if repeat == Repeat.WORKDAYS:
        while moment.weekday() >= 5:
            moment += timedelta(days=1)
    return moment


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day where it is shorter."""
    index = moment.month - 1 + months
    year, month = moment.year + index // 12, index % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
