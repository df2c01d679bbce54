"""The last results of reports, kept for readers who see the same.

Two readers share a result when what they may see of the dataset is the same: everything, under the same rules
of fields, in the same language. Whoever reaches less has results of their own. Concurrent asks for one result
run it once.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import DatabaseError, connection
from django.utils import timezone, translation

from headwater.insight.engine import Definition, Result, run
from headwater.insight.engine.datasets import dataset, seen_nodes
from headwater.insight.engine.settings import TIME_LIMIT
from headwater.insight.errors import ReportsBusy
from headwater.kernel import clock, sql
from headwater.kernel.access import Access, load_actor, permit
from headwater.kernel.errors import DomainError
from headwater.platform.jobs import defer, task

ASKED_LATELY = timedelta(minutes=30)
KEPT = timedelta(days=3)
MOST_KEPT = 5_000
MOST_ROWS = 2_000  # more is read again rather than kept
_AT_ONCE = 20
_NOTE_EVERY = timedelta(minutes=1)  # how exactly it is known when a result was last asked for
_PERSONAL = b'"@'  # me, my team, my department
_PAUSES = (0.02, 0.05, 0.1, 0.2)


def cached(
    access: Access,
    definition: Definition,
    max_age: timedelta,
    *,
    refresh: bool = False,
    stale: timedelta | None = None,
) -> Result:
    """The last result if it is younger than `max_age` and of today, else a new one.

    `stale`: one up to that old is given at once, and made anew in the background. `refresh`: a new one in any
    case. While somebody else computes the same, an older result of today will do, else theirs is waited for.
    Raises what `run` raises.
    """
    key = key_of(access, definition)
    began = clock.now()
    found = _read(key)
    if found is not None and not refresh:
        _note(key, began, max_age)
        if _is_young(found, began, max_age):
            return found
        if stale is not None and began - found.as_of <= stale:
            defer(refresh_result, queueing_lock=f"insight.{key}", key=key)
            return found
    return _once(key, access, definition, max_age, found, takes_old=not refresh)


def peek(access: Access, definitions: Sequence[Definition]) -> list[Result | None]:
    """The last results whatever their age, in one query; never runs anything."""
    keys = [key_of(access, one) for one in definitions]
    rows = sql.rows(
        "SELECT key, result::text AS result FROM insight_storedresult WHERE key = ANY(%s::text[])", (keys,)
    )
    found = {row["key"]: Result.from_json(orjson.loads(row["result"])) for row in rows}
    return [found.get(key) for key in keys]


def key_of(access: Access, definition: Definition) -> str:
    """What a result is kept under: the question, and all that its answer depends on in the reader.

    How it is drawn is part of the question only as far as its kind: lines have points where nothing was.
    """
    said = definition.as_json() | {"chart": definition.chart.get("kind")}
    text = orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)
    seen = [text.decode(), translation.get_language(), *_eyes(access, definition, _PERSONAL in text)]
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def _eyes(access: Access, definition: Definition, is_personal: bool) -> list[Any]:
    """Which nodes the reader sees, how far, and which fields they do not.

    Scopes know more than owners (members of pools, teams of accounts): whoever does not reach everything
    reaches what nobody else does.
    """
    of = dataset(definition.dataset)
    reaches: dict[str, Any] = {}
    for node in seen_nodes(of, access) if of is not None else ():
        code = node.permission or (node.kind.permission("view") if node.kind is not None else "")
        reach = access.also(code).reach if code else None
        is_whole = reach is None or reach.everyone
        reaches[node.key] = None if is_whole or reach is None else sorted(reach.people)
        is_personal = is_personal or not is_whole
    rules = sorted((*key, str(rule)) for key, rule in access.actor.field_rules.items())
    return [reaches, rules, access.user_id if is_personal else None]


def _read(key: str) -> Result | None:
    raw = sql.value("SELECT result::text FROM insight_storedresult WHERE key = %s", (key,))
    return None if raw is None else Result.from_json(orjson.loads(raw))


def _note(key: str, now: Any, max_age: timedelta) -> None:
    """That it was asked for, once a minute: what is asked for is kept fresh."""
    sql.execute(
        "UPDATE insight_storedresult SET asked_at = %s, wanted_age = %s WHERE key = %s AND asked_at < %s",
        (now, _seconds(max_age), key, now - _NOTE_EVERY),
    )


def _is_young(found: Result, now: datetime, max_age: timedelta) -> bool:
    """A result of yesterday is old however young: its days have moved on."""
    return is_of_day(found, now) and now - found.as_of <= max_age


def is_of_day(found: Result, now: datetime) -> bool:
    """Whether it was computed on the company's day of `now`: wherever the reader is, "today" begins at the
    company's midnight.
    """
    zone = timezone.get_default_timezone()
    return timezone.localdate(found.as_of, zone) == timezone.localdate(now, zone)


def _once(
    key: str,
    access: Access,
    definition: Definition,
    max_age: timedelta,
    found: Result | None,
    *,
    takes_old: bool,
) -> Result:
    """Compute and keep it, or take what somebody else computes just now."""
    began, waited = time.monotonic(), 0
    while True:
        with _turn(key) as is_mine:
            if is_mine:
                made = _read(key)  # somebody may have been ready between our look and our turn
                if made is not None and (found is None or made.as_of > found.as_of):
                    return made
                return _compute(key, access, definition, max_age)
        if found is not None and takes_old and is_of_day(found, clock.now()):
            return found
        if time.monotonic() - began > TIME_LIMIT.get() + 5:
            raise ReportsBusy(limit=1, retry_after=5)
        time.sleep(_PAUSES[min(waited, len(_PAUSES) - 1)])
        waited += 1


@contextmanager
def _turn(key: str) -> Iterator[bool]:
    """Whether it is ours to compute. Within a transaction the turn lasts until its end."""
    name = int.from_bytes(bytes.fromhex(key[:16]), "big", signed=True)
    if connection.in_atomic_block:
        yield bool(sql.value("SELECT pg_try_advisory_xact_lock(%s)", (name,)))
        return
    is_mine = bool(sql.value("SELECT pg_try_advisory_lock(%s)", (name,)))
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(DatabaseError):  # a session that is gone took its locks along
                sql.value("SELECT pg_advisory_unlock(%s)", (name,))


def _compute(key: str, access: Access, definition: Definition, max_age: timedelta) -> Result:
    started = time.monotonic()
    made = run(access, definition)
    took = int((time.monotonic() - started) * 1000)
    if len(made.rows) > MOST_ROWS:
        return made
    now = clock.now()
    sql.execute(
        "INSERT INTO insight_storedresult AS kept (key, definition, language, user_id, result, as_of,"
        " took_ms, asked_at, wanted_age) VALUES (%s, %s::jsonb, %s, %s, %s::jsonb, %s, %s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET result = excluded.result, as_of = excluded.as_of,"
        " took_ms = excluded.took_ms, user_id = excluded.user_id WHERE kept.as_of <= excluded.as_of",
        (
            key,
            orjson.dumps(definition.as_json(), default=str).decode(),
            translation.get_language() or "zh-hans",
            access.user_id,
            orjson.dumps(made.as_json()).decode().replace("\\u0000", ""),
            made.as_of,
            took,
            now,
            _seconds(max_age),
        ),
    )
    return made


def _seconds(age: timedelta) -> int:
    return min(int(age.total_seconds()), 2**31 - 1)


# --- in the background


def refresh_asked() -> int:
    """Have the results that were asked for lately and have grown old made anew; how many."""
    now = clock.now()
    keys = sql.values(
        "SELECT key FROM insight_storedresult WHERE asked_at > %s AND user_id IS NOT NULL"
        " AND as_of < %s::timestamptz - make_interval(secs => greatest(wanted_age, 60))"
        " ORDER BY asked_at DESC LIMIT %s",
        (now - ASKED_LATELY, now, _AT_ONCE),
    )
    for key in keys:
        defer(refresh_result, queueing_lock=f"insight.{key}", key=key)
    return len(keys)


@task("insight.refresh", retries=0)
def refresh_result(*, key: str) -> None:
    """Make one anew with the eyes of who asked; forget it when those see something else by now."""
    found = sql.rows(
        "SELECT definition::text AS definition, language, user_id, wanted_age FROM insight_storedresult"
        " WHERE key = %s AND user_id IS NOT NULL",
        (key,),
    )
    for row in found:
        with translation.override(row["language"]):
            try:
                access = permit(load_actor(row["user_id"]), "reports.view")
                definition = Definition.stored(orjson.loads(row["definition"]), access)
            except DomainError:  # they left, or a field did
                _forget(key)
                return
            if key_of(access, definition) != key:
                _forget(key)
                return
            with suppress(DomainError):  # too slow or too busy now: the old one stays, with its moment
                cached(access, definition, timedelta(seconds=row["wanted_age"]), refresh=True)


def _forget(key: str) -> None:
    sql.execute("DELETE FROM insight_storedresult WHERE key = %s", (key,))


def prune() -> int:
    """Let go of results that nobody asks for any more; how many."""
    return sql.execute(
        "DELETE FROM insight_storedresult WHERE asked_at < %s OR key IN ("
        "SELECT key FROM insight_storedresult ORDER BY asked_at DESC OFFSET %s)",
        (clock.now() - KEPT, MOST_KEPT),
    )
