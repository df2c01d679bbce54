"""Filling rollups from the raw tables, step by step beside running writers.

A step is a transaction of its own under the rollup's lock, and the next one goes on where it ended, in
whatever process. Subscribers write at the same time: whoever comes later counts from younger tables.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from headwater.kernel.sql import execute, value, values
from headwater.rollups.counting import (
    TOGETHER,
    count_stories,
    write_sales,
    write_span,
    write_spells,
    write_stories,
)
from headwater.rollups.filling import Filled, begin, finish, lock, move, state
from headwater.rollups.types import Key

_DAYS = 7


def fill(key: Key, *, seconds: float | None = None, told: Callable[[str], None] | None = None) -> bool:
    """Take steps until the rollup is full, or for so many seconds; whether it is full.

    A rollup of another reckoning or time zone begins anew. `told` hears how far each step came.
    """
    until = None if seconds is None else time.monotonic() + seconds
    while not _step(key):
        if told is not None:
            told(state(key).cursor)
        if until is not None and time.monotonic() > until:
            return False
    return True


@transaction.atomic
def start_anew(key: Key) -> None:
    """Forget that the rollup was filled: reports ask the raw tables until it is full again."""
    lock(key)
    begin(key)


@transaction.atomic
def _step(key: Key) -> bool:
    """One step; True when the rollup is full."""
    held = lock(key)
    if not held.is_current:
        begin(key)
        held = lock(key)
    if held.is_complete:
        return True
    return _STEPS[key](held)


def _lead_step(held: Filled) -> bool:
    ids = values(
        "SELECT id FROM leads_lead WHERE id > %s ORDER BY id LIMIT %s", (int(held.cursor or 0), TOGETHER)
    )
    if ids:
        write_stories(ids, zone=held.zone, counts=False)
        write_spells(ids)
        write_sales(ids, held.zone)
        move(held.key, str(ids[-1]))
        return False
    execute(
        "DELETE FROM rollups_leadstory s WHERE NOT EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = s.lead_id)"
    )
    execute("DELETE FROM rollups_sale s WHERE NOT EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = s.lead_id)")
    execute("DELETE FROM rollups_spell s WHERE NOT EXISTS (SELECT 1 FROM leads_transfer x WHERE x.id = s.id)")
    count_stories()
    finish(held.key)
    return True


def _follow_up_step(held: Filled) -> bool:
    """The latest week that is still to be counted: what people look at is there first."""
    if not held.cursor:
        execute("DELETE FROM rollups_followupday")
    last: date | None = value(
        "SELECT (max(occurred_at) AT TIME ZONE %s)::date FROM engagement_activity"
        " WHERE occurred_at < COALESCE(NULLIF(%s, '')::date::timestamp AT TIME ZONE %s, 'infinity')",
        (held.zone, held.cursor, held.zone),
    )
    if last is None:
        finish(held.key)
        return True
    since, until = last - timedelta(days=_DAYS - 1), last + timedelta(days=1)
    write_span(since, until, held.zone)
    move(held.key, since.isoformat())
    return False


_STEPS: dict[Key, Callable[[Filled], bool]] = {Key.LEADS: _lead_step, Key.FOLLOW_UPS: _follow_up_step}
