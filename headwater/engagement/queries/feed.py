"""The feed 工作: follow-ups a person may see, newest first.

At ten million rows each page must touch only what it shows. Whose follow-ups are wanted decides the way:
few people - the newest of each, merged; everybody - the index by time; and always those on records one owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.engagement import cursors
from headwater.engagement.queries.activities import COLUMNS, ActivityRow, activity_rows
from headwater.engagement.subjects import owned_by, owned_records
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import FALSE, TRUE, Fragment, all_of
from headwater.organization.queries import people_in

MAX_LIMIT = 100
NEW_CAP = 99
NEW_LOOKS_AT = 5000  # an import of a million follow-ups must not make a badge slow
MERGED_PEOPLE = 400  # beyond, the index by time with a filter is the shorter way
FEW_PEOPLE = 3  # their follow-ups may all be looked through for a rare outcome
LOOKS_AT = 100_000  # otherwise a page looks at no more than this: a rare outcome must not read the table


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """What the reader narrows the feed to."""

    person: int | None = None
    department: int | None = None
    kind: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False  # only those on records I own or that mention me
    mentioned: bool = False
    help: bool = False  # with an open request for help


@dataclass(frozen=True, slots=True)
class FeedPage:
    rows: list[ActivityRow]
    next: str | None  # given with fewer rows, even none, when the page looked at all it may look at
    newest_id: int  # what `feed_news` counts from


def feed(
    access: Access, chosen: FeedFilter | None = None, *, cursor: str | None = None, limit: int = 20
) -> FeedPage:
    """A page of follow-ups within the reader's scope of `activities.view`: authors in reach, own records."""
    chosen = chosen or FeedFilter()
    limit = max(1, min(limit, MAX_LIMIT))
    at, last_id = cursors.FAR_FUTURE, cursors.LAST_ID
    if cursor:
        at, (last_id,) = cursors.decode(cursor, (int,))
    newest = sql.value("SELECT max(id) FROM engagement_activity") or 0
    seeking = _is_search(access, chosen)
    query = (
        _search(access, chosen, at, last_id, limit + 1)
        if seeking
        else _page(access, chosen, at, last_id, limit + 1)
    )
    rows = sql.rows(query.text, query.params)
    after: str | None = None
    if len(rows) > limit:
        after = cursors.encode(rows[limit - 1]["occurred_at"], rows[limit - 1]["id"])
    elif seeking:
        after = _horizon(chosen, at, last_id)
    rows = rows[:limit]
    return FeedPage(activity_rows(access, rows, with_records=True), after, newest)


def _is_search(access: Access, chosen: FeedFilter) -> bool:
    """Whether what is wanted may be rare among what many people wrote."""
    if not (chosen.kind or chosen.outcome) or chosen.mine or chosen.mentioned or chosen.help:
        return False
    people = _people(access, chosen)
    return people is None or len(people) > FEW_PEOPLE


def _search(access: Access, chosen: FeedFilter, at: datetime, last_id: int, limit: int) -> Fragment:
    """What fits among the next `LOOKS_AT` follow-ups by time."""
    span = _span(chosen, at, last_id)
    fits = all_of([_wanted(chosen), _scope(access, chosen)])
    return Fragment(
        f"SELECT {COLUMNS} FROM (SELECT * FROM engagement_activity a WHERE {span.text}"
        f" ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s) a WHERE {fits.text}"
        " ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s",
        (*span.params, LOOKS_AT, *fits.params, limit),
    )


def _horizon(chosen: FeedFilter, at: datetime, last_id: int) -> str | None:
    """Where a search that did not fill its page goes on; None when it has seen everything."""
    span = _span(chosen, at, last_id)
    found = sql.rows(
        f"SELECT a.occurred_at, a.id FROM engagement_activity a WHERE {span.text}"
        " ORDER BY a.occurred_at DESC, a.id DESC OFFSET %s LIMIT 1",
        [*span.params, LOOKS_AT - 1],
    )
    return cursors.encode(found[0]["occurred_at"], found[0]["id"]) if found else None


def _span(chosen: FeedFilter, at: datetime, last_id: int) -> Fragment:
    """The part of the index by time that is asked for."""
    parts = [Fragment("(a.occurred_at, a.id) < (%s, %s)", (at, last_id))]
    if chosen.since is not None:
        parts.append(Fragment("a.occurred_at >= %s", (chosen.since,)))
    if chosen.until is not None:
        parts.append(Fragment("a.occurred_at < %s", (chosen.until,)))
    return all_of(parts)


def _conditions(chosen: FeedFilter, at: datetime, last_id: int) -> Fragment:
    return _wanted(chosen) & _span(chosen, at, last_id)


def _wanted(chosen: FeedFilter) -> Fragment:
    parts = [Fragment("a.archived_at IS NULL")]
    for column, wanted in (("kind", chosen.kind), ("outcome", chosen.outcome)):
        if wanted:  # PostgreSQL's text holds no NUL: such a value matches nothing
            parts.append(FALSE if "\x00" in wanted else Fragment(f"a.{column} = %s", (wanted,)))
    return all_of(parts)


def _people(access: Access, chosen: FeedFilter) -> list[int] | None:
    """The authors asked for that are in reach; None for everybody."""
    wanted: frozenset[int] | None = None
    if chosen.department is not None:
        wanted = people_in(chosen.department, active=False)
    if chosen.person is not None:
        wanted = frozenset({chosen.person}) if wanted is None else wanted & {chosen.person}
    if access.reach.everyone:
        return None if wanted is None else sorted(wanted)
    return sorted(access.reach.people if wanted is None else access.reach.people & wanted)


def _asked(access: Access, chosen: FeedFilter) -> Fragment:
    """Whose follow-ups are wanted at all, in reach or not: restricts those on own records."""
    wanted: list[int] | None = None
    if chosen.department is not None:
        wanted = sorted(people_in(chosen.department, active=False))
    if chosen.person is not None:
        wanted = [chosen.person] if wanted is None or chosen.person in wanted else []
    return TRUE if wanted is None else Fragment("a.author_id = ANY(%s::bigint[])", (wanted,))


def _ordered(where: Fragment, limit: int) -> Fragment:
    return Fragment(
        f"SELECT {COLUMNS} FROM engagement_activity a WHERE {where.text}"
        " ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s",
        (*where.params, limit),
    )


def _page(access: Access, chosen: FeedFilter, at: datetime, last_id: int, limit: int) -> Fragment:
    conditions = _conditions(chosen, at, last_id)
    if chosen.mentioned or chosen.help:
        return _ordered(all_of([conditions, _remarked(access, chosen), _scope(access, chosen)]), limit)
    people = _people(access, chosen)
    own = all_of([conditions, _asked(access, chosen)])
    if chosen.mine:
        return _merged([_on_own_records(access, own, limit)], limit)
    if people is None:
        return _ordered(conditions, limit)
    if access.reach.everyone or access.user_id is None:
        return _by_people(people, conditions, limit)
    return _merged([_by_people(people, conditions, limit), _on_own_records(access, own, limit)], limit)


def _by_people(people: Sequence[int], conditions: Fragment, limit: int) -> Fragment:
    if len(people) > MERGED_PEOPLE:
        return _ordered(
            all_of([Fragment("a.author_id = ANY(%s::bigint[])", (list(people),)), conditions]), limit
        )
    return Fragment(
        f"SELECT x.* FROM unnest(%s::bigint[]) p(id) CROSS JOIN LATERAL ("
        f" SELECT {COLUMNS} FROM engagement_activity a WHERE a.author_id = p.id AND {conditions.text}"
        " ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s) x ORDER BY x.occurred_at DESC, x.id DESC LIMIT %s",
        (list(people), *conditions.params, limit, limit),
    )


def _on_own_records(access: Access, conditions: Fragment, limit: int) -> Fragment:
    owned = owned_records(access.user_id or 0)
    return Fragment(
        f"SELECT x.* FROM ({owned.text}) s CROSS JOIN LATERAL ("
        f" SELECT {COLUMNS} FROM engagement_activity a"
        f" WHERE a.record_type = s.record_type AND a.record_id = s.record_id AND {conditions.text}"
        " ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s) x ORDER BY x.occurred_at DESC, x.id DESC LIMIT %s",
        (*owned.params, *conditions.params, limit, limit),
    )


def _merged(parts: Sequence[Fragment], limit: int) -> Fragment:
    text = " UNION ".join(f"(SELECT y.id FROM ({part.text}) y)" for part in parts)
    return Fragment(
        f"SELECT {COLUMNS} FROM engagement_activity a WHERE a.id IN ({text})"
        " ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s",
        (*(param for part in parts for param in part.params), limit),
    )


def _remarked(access: Access, chosen: FeedFilter) -> Fragment:
    """Follow-ups with a comment that mentions the reader, or with an open request for help."""
    parts: list[Fragment] = [Fragment("c.archived_at IS NULL AND c.activity_id IS NOT NULL")]
    if chosen.mentioned:
        parts.append(
            Fragment("c.mentions @> ARRAY[%s::bigint] AND c.mentions <> '{}'", (access.user_id or 0,))
        )
    if chosen.help:
        parts.append(Fragment("c.is_help AND c.resolved_at IS NULL"))
    where = all_of(parts)
    return Fragment(
        f"a.id IN (SELECT c.activity_id FROM engagement_comment c WHERE {where.text})", where.params
    )


def _scope(access: Access, chosen: FeedFilter) -> Fragment:
    """Authors in reach or own records, or - who was mentioned was let in - those that mention the reader."""
    asked = _asked(access, chosen)
    if access.reach.everyone:
        return asked
    reach = Fragment("a.author_id = ANY(%s::bigint[])", (sorted(access.reach.people),))
    named = _remarked(access, FeedFilter(mentioned=True))
    return all_of([asked, reach | owned_by(access.user_id, "a") | named])


def feed_news(access: Access, after_id: int, chosen: FeedFilter | None = None) -> int:
    """How many follow-ups by others came in since the page was read; at most `NEW_CAP`."""
    chosen = chosen or FeedFilter()
    conditions = [
        _conditions(chosen, cursors.FAR_FUTURE, cursors.LAST_ID),
        _scope(access, chosen),
        Fragment("a.author_id <> %s", (access.user_id or 0,)),
    ]
    if chosen.mine:
        conditions.append(owned_by(access.user_id, "a"))
    where = all_of(conditions)
    found: Any = sql.value(
        "SELECT count(*) FROM (SELECT 1 FROM (SELECT * FROM engagement_activity WHERE id > %s"
        f" ORDER BY id LIMIT %s) a WHERE {where.text} LIMIT %s) counted",
        [max(0, min(after_id, cursors.LAST_ID)), NEW_LOOKS_AT, *where.params, NEW_CAP],
    )
    return int(found)
