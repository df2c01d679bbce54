"""One timeline per record, merged from every source by time, paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.engagement import cursors
from headwater.engagement.timeline import Before, Entry, RecordRef, Source, groups_in_use, source, sources
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.organization.queries import names_of

MAX_LIMIT = 100
MAX_STEPS = 4  # lead -> account -> opportunity is two
MAX_SUBJECTS = 50


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An entry with who did it and how it is shown."""

    entry: Entry
    source: Source
    actor: dict[str, Any] | None

    @property
    def key(self) -> str:
        return f"{self.entry.source}-{self.entry.id}"


@dataclass(frozen=True, slots=True)
class TimelinePage:
    entries: list[TimelineEntry]
    next: str | None


def subjects_of(ref: RecordRef) -> list[RecordRef]:
    """The record and those whose history was linked to it, directly or through other links."""
    rows = sql.rows(
        """
        WITH RECURSIVE reached (record_type, record_id, steps) AS (
            SELECT %s::text, %s::bigint, 0
            UNION
            SELECT l.source_type, l.source_id, r.steps + 1
            FROM reached r JOIN engagement_timelinelink l
              ON l.record_type = r.record_type AND l.record_id = r.record_id
            WHERE r.steps < %s)
        SELECT record_type, record_id FROM reached GROUP BY 1, 2 ORDER BY min(steps), 1, 2 LIMIT %s
        """,
        [ref.record_type, ref.record_id, MAX_STEPS, MAX_SUBJECTS],
    )
    return [RecordRef(row["record_type"], row["record_id"]) for row in rows]


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
    """
    limit = max(1, min(limit, MAX_LIMIT))
    subjects = subjects_of(RecordRef(record_type, record_id))
    position = None if cursor is None else _position(cursor)
    found: list[Entry] = []
    for item in sources(groups):
        found.extend(item.fetch(access, subjects, _before(position, item.name), limit + 1))
    found.sort(key=lambda entry: (entry.at, entry.source, entry.id), reverse=True)
    shown = found[:limit]
    more = len(found) > limit
    last = shown[-1] if more else None
    after = None if last is None else cursors.encode(last.at, last.source, last.id)
    names = names_of({entry.actor_id for entry in shown if entry.actor_id is not None})
    return TimelinePage([_with_actor(entry, names) for entry in shown], after)


def _with_actor(entry: Entry, names: dict[int, str]) -> TimelineEntry:
    name = None if entry.actor_id is None else names.get(entry.actor_id)
    actor = None if name is None else {"id": entry.actor_id, "name": name}
    return TimelineEntry(entry, source(entry.source), actor)


def _position(cursor: str) -> tuple[Any, str, int]:
    at, (name, last_id) = cursors.decode(cursor, (str, int))
    return at, name, last_id


def _before(position: tuple[Any, str, int] | None, name: str) -> Before:
    """What a source must lie before, so that the merged order goes on exactly after `position`."""
    if position is None:
        return Before(cursors.FAR_FUTURE, cursors.LAST_ID)
    at, last_source, last_id = position
    if name == last_source:
        return Before(at, last_id)
    # Of the same moment, sources that sort after the last one shown were before it on the page.
    return Before(at, cursors.LAST_ID if name < last_source else 0)


def timeline_json(access: Access, record_type: str, record_id: int, params: Any) -> dict[str, Any]:
    """The body of GET /api/v1/<plural>/{id}/timeline; `params` is the query: cursor, limit, kinds."""
    limit = str(params.get("limit") or "20")
    page = timeline(
        access,
        record_type,
        record_id,
        cursor=params.get("cursor") or None,
        limit=int(limit) if limit.isdigit() and len(limit) < 6 else 20,
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
