"""Rollups beside the raw tables: every difference, found without stopping anybody.

Each look is one statement, so one moment of the database. What is on its way to the rollup is no difference:
where something differs, the same is looked at again once the subscriber has heard of the latest events.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.sql import rows, value, values
from headwater.rollups.counting import (
    FOLLOW_UP_COLUMNS,
    FOLLOW_UP_DAYS,
    LEAD_DAY_COLUMNS,
    LEAD_DAYS,
    LEAD_PLACE_COLUMNS,
    LEAD_PLACES,
)
from headwater.rollups.filling import state
from headwater.rollups.queries import as_of
from headwater.rollups.sales import SALE_COLUMNS, sales
from headwater.rollups.spells import SPELL_COLUMNS, spells
from headwater.rollups.story import COLUMNS, reckoning
from headwater.rollups.types import Key

_CHUNK = 5000
_DAYS = 31


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that one side has and the other has not, or not so."""

    table: str
    is_stored: bool  # it stands in the rollup; else it is missing there
    row: dict[str, Any]

    def __str__(self) -> str:
        side = "stored" if self.is_stored else "missing"
        return f"{self.table} {side}: {', '.join(f'{key}={one}' for key, one in self.row.items())}"


Look = Callable[[], list[Difference]]


def differences(key: Key, *, wait: float = 30.0) -> Iterator[Difference]:
    """All differences of a rollup, chunk by chunk; `wait` seconds are given to the subscriber to catch up."""
    looks = _lead_looks(key) if key is Key.LEADS else _follow_up_looks(key)
    for look in looks:
        if look():
            _catch_up(key, wait)
            yield from look()


def _catch_up(key: Key, wait: float) -> None:
    wanted, until = clock.now(), time.monotonic() + wait
    while as_of(key) < wanted and time.monotonic() < until:
        time.sleep(0.1)


def _lead_looks(key: Key) -> Iterator[Look]:
    zone, last = state(key).zone, 0
    while True:
        ids = values(
            "SELECT id FROM (SELECT id FROM leads_lead WHERE id > %s"
            " UNION SELECT lead_id FROM rollups_leadstory WHERE lead_id > %s"
            " UNION SELECT lead_id FROM rollups_spell WHERE lead_id > %s"
            " UNION SELECT lead_id FROM rollups_sale WHERE lead_id > %s) x ORDER BY id LIMIT %s",
            (last, last, last, last, _CHUNK),
        )
        if not ids:
            break
        last = ids[-1]
        yield lambda ids=ids: _stories(ids, zone)  # type: ignore[misc]
    yield lambda: _compared("rollups_leadday", LEAD_DAY_COLUMNS, LEAD_DAYS)
    yield lambda: _compared("rollups_leadplace", LEAD_PLACE_COLUMNS, LEAD_PLACES)


def _stories(ids: list[int], zone: str) -> list[Difference]:
    found, followed, sold = reckoning(zone, ids), spells(ids), sales(zone, ids)
    where = "WHERE lead_id = ANY(%s::bigint[])"
    return [
        *_compared("rollups_leadstory", COLUMNS, found.text, found.params, where=where, of=(ids,)),
        *_compared("rollups_spell", SPELL_COLUMNS, followed.text, followed.params, where=where, of=(ids,)),
        *_compared("rollups_sale", SALE_COLUMNS, sold.text, sold.params, where=where, of=(ids,)),
    ]


def _follow_up_looks(key: Key) -> Iterator[Look]:
    zone = state(key).zone
    until: date | None = None
    while True:
        last: date | None = value(
            "SELECT greatest((SELECT max(day) FROM rollups_followupday WHERE %s::date IS NULL OR day < %s),"
            " (SELECT (max(occurred_at) AT TIME ZONE %s)::date FROM engagement_activity"
            "  WHERE %s::date IS NULL OR occurred_at < %s::date::timestamp AT TIME ZONE %s))",
            (until, until, zone, until, until, zone),
        )
        if last is None:
            return
        since, end = last - timedelta(days=_DAYS - 1), last + timedelta(days=1)
        yield lambda since=since, end=end: _days(since, end, zone)  # type: ignore[misc]
        until = since


def _days(since: date, until: date, zone: str) -> list[Difference]:
    return _compared(
        "rollups_followupday",
        FOLLOW_UP_COLUMNS,
        FOLLOW_UP_DAYS,
        (zone, since, zone, until, zone),
        where="WHERE day >= %s AND day < %s",
        of=(since, until),
    )


def _compared(
    table: str,
    columns: Sequence[str],
    raw: str,
    params: Sequence[Any] = (),
    *,
    where: str = "",
    of: Sequence[Any] = (),
) -> list[Difference]:
    """Both sides of EXCEPT in one statement."""
    names = ", ".join(columns)
    found = rows(
        f"WITH raw AS MATERIALIZED (SELECT {names} FROM ({raw}) r),"
        f" stored AS MATERIALIZED (SELECT {names} FROM {table} {where})"
        f" (SELECT FALSE AS is_stored, x.* FROM (SELECT * FROM raw EXCEPT ALL SELECT * FROM stored) x)"
        f" UNION ALL (SELECT TRUE, x.* FROM (SELECT * FROM stored EXCEPT ALL SELECT * FROM raw) x)"
        f" ORDER BY 2, 1",
        (*params, *of),
    )
    return [Difference(table, row.pop("is_stored"), row) for row in found]
