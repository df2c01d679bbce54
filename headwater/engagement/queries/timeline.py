"""One timeline per record, merged from every source by time, paged by key.

One query finds a page: a branch for each source, limited and read along an index, merged by the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from headwater.engagement import cursors
from headwater.engagement.timeline import Entry, Found, Source, groups_in_use, source, sources
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import Fragment

MAX_LIMIT = 100
MAX_STEPS = 4  # lead -> account -> opportunity is two
MAX_SUBJECTS = 50


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An entry with who did it and how it is shown."""

    entry: Entry
    source: Source

    @property
    def actor(self) -> dict[str, Any] | None:
        entry = self.entry
        return None if entry.actor_name is None else {"id": entry.actor_id, "name": entry.actor_name}

    @property
    def key(self) -> str:
        return f"{self.entry.source}-{self.entry.id}"


@dataclass(frozen=True, slots=True)
class TimelinePage:
    entries: list[TimelineEntry]
    next: str | None


class _Place(NamedTuple):
    """Where a page ended."""

    at: datetime
    source: str
    id: int


def timeline(
    access: Access,
    record_type: str,
    record_id: int,
    *,
    cursor: str | None = None,
    limit: int = 20,
    groups: Sequence[str] = (),
) -> TimelinePage:
    """A page of what happened, newest first. The caller has checked that the record may be seen.

    The order is (at, source, id) descending, so that entries of one moment keep their place between pages.
    The history of records linked to this one belongs to it. A page has fewer entries than `limit` before the
    end when some are not for this reader, but never none.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    chosen = tuple(sources(groups))
    place = None if cursor is None else _decoded(cursor)
    while True:
        found = _page(chosen, record_type, record_id, place, limit + 1)
        entries = _read(access, found[:limit])
        if len(found) <= limit:
            return TimelinePage(entries, None)
        last = found[limit - 1]
        place = _Place(last.at, last.source, last.id)
        if entries:
            return TimelinePage(entries, cursors.encode(*place))


def _read(access: Access, found: Sequence[Found]) -> list[TimelineEntry]:
    """The entries of these rows in their order; each source reads its own at once."""
    by_source: dict[str, list[Found]] = {}
    for row in found:
        by_source.setdefault(row.source, []).append(row)
    made: dict[tuple[str, int], TimelineEntry] = {}
    for name, rows in by_source.items():
        origin = source(name)
        for entry in origin.log.read(access, rows):
            made[name, entry.id] = TimelineEntry(entry, origin)
    return [made[key] for row in found if (key := (row.source, row.id)) in made]


# --- the query

# The record and those whose history was linked to it, directly or through other links; the nearest first.
_SUBJECTS = f"""
WITH RECURSIVE reached (record_type, record_id, steps) AS (
    SELECT %s::text, %s::bigint, 0
    UNION
    SELECT l.source_type, l.source_id, r.steps + 1
    FROM reached r JOIN engagement_timelinelink l
      ON l.record_type = r.record_type AND l.record_id = r.record_id
    WHERE r.steps < {MAX_STEPS}),
subject AS MATERIALIZED (
    SELECT record_type, record_id FROM reached GROUP BY 1, 2 ORDER BY min(steps), 1, 2 LIMIT {MAX_SUBJECTS})
"""


def _page(
    chosen: tuple[Source, ...], record_type: str, record_id: int, place: _Place | None, limit: int
) -> list[Found]:
    """The next rows after the place, of all chosen sources."""
    if not chosen:
        return []
    text = _text(chosen, None if place is None else place.source, limit)
    params: list[Any] = [record_type, record_id]
    if place is not None:
        for item in chosen:
            params += _after(item, place).params
    rows = sql.rows(text, params)
    return [Found(**(row | {"facts": orjson.loads(row["facts"])})) for row in rows]


@lru_cache(maxsize=128)
def _text(chosen: tuple[Source, ...], last_source: str | None, limit: int) -> str:
    """The query. Its text depends on nothing but these, so that it is planned once on each connection."""
    place = None if last_source is None else _Place(cursors.FAR_FUTURE, last_source, 0)
    branches = " UNION ALL ".join(f"({_branch(item, place, limit)})" for item in chosen)
    newest = "at DESC, source DESC, id DESC"
    return (
        f"{_SUBJECTS} SELECT p.*, u.name AS actor_name, (SELECT count(*) > 1 FROM subject) AS is_linked"
        f" FROM (SELECT * FROM ({branches}) b ORDER BY {newest} LIMIT {limit:d}) p"
        f" LEFT JOIN organization_user u ON u.id = p.actor_id ORDER BY {newest}"
    )


def _branch(item: Source, place: _Place | None, limit: int) -> str:
    """The newest rows of one source: of each record along its index, then merged; facts only for those."""
    log = item.log
    kind = f"s.record_type = '{log.of}'" if log.of else "e.record_type = s.record_type"
    after = "TRUE" if place is None else _after(item, place).text
    facts = ", ".join(f"'{name}', {expression}" for name, expression in log.facts.items())
    newest = f"e.{log.at} DESC, e.id DESC LIMIT {limit:d}"
    actor = f"e.{log.actor}" if log.actor else "NULL::bigint"
    return (
        f"SELECT '{item.name}'::text COLLATE \"C\" AS source, e.{log.at} AS at, e.id,"
        f" {actor} AS actor_id, e.subject_type AS record_type, e.subject_id AS record_id,"
        f" json_build_object({facts})::text AS facts"
        " FROM (SELECT e.*, s.record_type AS subject_type, s.record_id AS subject_id"
        " FROM subject s CROSS JOIN LATERAL"
        f" (SELECT * FROM {log.table} e WHERE {kind} AND e.{log.key} = s.record_id"
        f" AND ({log.where}) AND {after}"
        f" ORDER BY {newest}) e ORDER BY {newest}) e {log.joins}"
    )


def _after(item: Source, place: _Place) -> Fragment:
    """What a source's rows must fulfil so that the merged order goes on exactly after the place."""
    if item.name == place.source:
        return Fragment(f"(e.{item.log.at}, e.id) < (%s, %s)", (place.at, place.id))
    # Of the same moment, sources that sort after the last one shown were before it on the page.
    return Fragment(f"e.{item.log.at} {'<=' if item.name < place.source else '<'} %s", (place.at,))


def _decoded(cursor: str) -> _Place:
    at, (name, last_id) = cursors.decode(cursor, (str, int))
    return _Place(at, name, last_id)


# --- the API's shape


def timeline_json(access: Access, record_type: str, record_id: int, params: Any) -> dict[str, Any]:
    """The body of GET /api/v1/<plural>/{id}/timeline; `params` is the query: cursor, limit, kinds."""
    limit = str(params.get("limit") or "20")
    page = timeline(
        access,
        record_type,
        record_id,
        cursor=params.get("cursor") or None,
        limit=int(limit) if limit.isdecimal() and len(limit) < 6 else 20,
        groups=[part for part in (params.get("kinds") or "").split(",") if part],
    )
    return {"items": [entry_json(item) for item in page.entries], "next": page.next}


def entry_json(item: TimelineEntry) -> dict[str, Any]:
    """An entry as the API gives it."""
    entry = item.entry
    return {
        "at": entry.at,
        "source": entry.source,
        "group": item.source.group.value,
        "kind": entry.kind,
        "id": entry.id,
        "actor": item.actor,
        "record_type": entry.record_type,
        "record_id": entry.record_id,
        "data": entry.data,
    }


def group_choices() -> list[tuple[str, str]]:
    """Values and labels of the filter chips."""
    return [(group.value, str(group.label)) for group in groups_in_use()]


@dataclass(frozen=True, slots=True)
class LastWord:
    """The newest follow-up of a record and of those whose history belongs to it; how many lately."""

    kind: str
    outcome: str | None
    content: str
    occurred_at: datetime
    lately: int


def last_word(record_type: str, record_id: int, since: datetime) -> LastWord | None:
    """The last contact, and how many there were since a moment; the caller has checked the record."""
    found = sql.rows(
        f"{_SUBJECTS} SELECT a.kind, a.outcome, left(a.content, 200) AS content, a.occurred_at,"
        " (SELECT count(*) FROM subject s JOIN engagement_activity b ON b.record_type = s.record_type"
        "   AND b.record_id = s.record_id AND b.archived_at IS NULL AND b.occurred_at > %s) AS lately"
        " FROM subject s CROSS JOIN LATERAL (SELECT a.* FROM engagement_activity a"
        "   WHERE a.record_type = s.record_type AND a.record_id = s.record_id AND a.archived_at IS NULL"
        "   ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1) a ORDER BY a.occurred_at DESC LIMIT 1",
        (record_type, record_id, since),
    )
    return LastWord(**found[0]) if found else None
