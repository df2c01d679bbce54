"""Reads of the room: suggestions within sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from headwater.duplicates.matching.grouping import cliques
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import PARTS, State, agreement
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import TRUE, Fragment, all_of, rows, value
from headwater.sales.types import MOST_MERGED

PAGE = 30
_CAP = 1001
_OF_GROUPS = 20  # pairs looked at for each group of a page, on the whole


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair."""

    id: int
    name: str
    note: str
    owner: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be the same, and why."""

    pk: int
    record: str
    percent: int
    state: str
    found_at: datetime
    evidence: tuple[tuple[str, str, float], ...]
    sides: tuple[Side, Side]
    group_id: int | None = None

    @property
    def agrees(self) -> list[str]:
        """What speaks for it, in the reader's words."""
        return [agreement(part, level) for part, level, bits in self.evidence if bits > 0 and part in PARTS]

    @property
    def differs(self) -> list[str]:
        """What speaks against it."""
        return [
            str(PARTS[part]) for part, level, _bits in self.evidence if level == "differs" and part in PARTS
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "record": self.record,
            "percent": self.percent,
            "state": self.state,
            "found_at": self.found_at,
            "evidence": [{"field": part, "level": level} for part, level, _bits in self.evidence],
            "records": [
                {"id": side.id, "name": side.name, "owner": side.owner, "created_at": side.created_at}
                for side in self.sides
            ],
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Records of which every two may be the same, the likeliest pair first."""

    pairs: tuple[Pair, ...]
    sides: tuple[Side, ...]

    @property
    def ids(self) -> list[int]:
        """Of the suggestions."""
        return [pair.pk for pair in self.pairs]


_COLUMNS = {
    "lead": "{t}.company",
    "contact": "(SELECT ca.name FROM sales_account ca WHERE ca.id = {t}.account_id)",
    "account": "{t}.address",
}


_IMPORTED = (
    "EXISTS (SELECT 1 FROM platform_import_row r WHERE r.job_id = %s AND r.code = 'duplicate.suspected'"
    " AND r.record_id IN (s.low_id, s.high_id))"
)


def visible_suggestions(
    access: Access,
    *,
    record: str = "",
    state: str = State.OPEN,
    ids: Sequence[int] | None = None,
    of: int | None = None,
    import_id: int | None = None,
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> list[Pair]:
    """Pairs of which the reader sees both records, the likeliest first; `after` continues a page.

    With `ids` those, whatever their state; with `of` those of one record; with `import_id` those that an
    import brought.
    """
    among = TRUE
    if of is not None:
        among = Fragment("%s IN (s.low_id, s.high_id)", (of,))
    if import_id is not None:
        among = Fragment(_IMPORTED, (import_id,))
    found: list[Pair] = []
    for kind in [record] if record else _kinds(access):
        found += _pairs(access, kind, state, ids, after, limit, among=among)
    found.sort(key=lambda pair: (-pair.percent, -pair.pk))
    return found[:limit]


def visible_groups(
    access: Access, record: str, *, after: tuple[int, int] | None = None, limit: int = PAGE
) -> tuple[list[Group], tuple[int, int] | None]:
    """What is open as groups, the likeliest first, and where the next page begins.

    A page is cut by the likeliest visible pair of all that hang together; within that, groups are those of
    which every two are alike. What is alike beyond a group follows when that is decided.
    """
    heads = _pairs(access, record, State.OPEN, None, after, limit, is_head=True)
    following = (heads[-1].percent, heads[-1].pk) if len(heads) == limit else None
    if not heads:
        return [], None
    lone = [pair for pair in heads if pair.group_id is None]
    together = _pairs(access, record, State.OPEN, None, None, _OF_GROUPS * limit, of_groups=heads)
    gathered: dict[int, list[Pair]] = {}
    for pair in together:
        gathered.setdefault(pair.group_id or 0, []).append(pair)
    found = [Group((pair,), pair.sides) for pair in lone]
    for pairs in gathered.values():
        sides = {side.id: side for pair in pairs for side in pair.sides}
        for members in cliques([(pair.sides[0].id, pair.sides[1].id) for pair in pairs], most=MOST_MERGED):
            inside = tuple(pair for pair in pairs if {side.id for side in pair.sides} <= set(members))
            found.append(Group(inside, tuple(sides[one] for one in members)))
    found.sort(key=lambda group: (-group.pairs[0].percent, -group.pairs[0].pk))
    return found, following


def _kinds(access: Access) -> list[str]:
    return [kind for kind in SOURCES if access.may(record_type(kind).permission("view"))]


def _pairs(
    access: Access,
    kind: str,
    state: str,
    ids: Sequence[int] | None,
    after: tuple[int, int] | None,
    limit: int,
    *,
    is_head: bool = False,
    of_groups: Sequence[Pair] = (),
    among: Fragment = TRUE,
) -> list[Pair]:
    seen = _both_seen(access, kind)
    groups = [pair.group_id for pair in of_groups if pair.group_id is not None]
    where = all_of(
        [
            seen,
            among,
            # Nothing likelier hangs together with it.
            Fragment(
                f"(s.group_id IS NULL OR NOT EXISTS (SELECT 1{_joined(kind, 'b')} WHERE b.record = s.record"
                f" AND b.group_id = s.group_id AND b.state = 'open' AND {seen.text}"
                " AND (b.percent, b.id) > (s.percent, s.id)))",
                seen.params,
            )
            if is_head
            else TRUE,
            Fragment("s.group_id = ANY(%s::bigint[])", (groups,)) if of_groups else TRUE,
            Fragment("s.state = %s", (state,))
            if ids is None
            else Fragment("s.id = ANY(%s::bigint[])", (list(ids),)),
            Fragment("(s.percent, s.id) < (%s, %s)", after) if after else TRUE,
        ]
    )
    note = _COLUMNS[kind]
    selected = rows(
        "SELECT s.id, s.percent, s.state, s.found_at, s.group_id, s.evidence::text AS evidence,"
        f" lo.id AS low_id, lo.name AS low_name, {note.format(t='lo')} AS low_note, lo.created_at AS low_at,"
        f" hi.id AS high_id, hi.name AS high_name, {note.format(t='hi')} AS high_note,"
        " hi.created_at AS high_at,"
        " ua.name AS low_owner, ub.name AS high_owner"
        f"{_joined(kind)} LEFT JOIN organization_user ua ON ua.id = lo.owner_id"
        f" LEFT JOIN organization_user ub ON ub.id = hi.owner_id WHERE s.record = %s AND {where.text}"
        " ORDER BY s.percent DESC, s.id DESC LIMIT %s",
        (kind, *where.params, limit),
    )
    return [
        Pair(
            pk=row["id"],
            record=kind,
            percent=row["percent"],
            state=row["state"],
            found_at=row["found_at"],
            evidence=tuple((part, level, bits) for part, level, bits in orjson.loads(row["evidence"])),
            sides=(_side(row, "low"), _side(row, "high")),
            group_id=row["group_id"],
        )
        for row in selected
    ]


def _side(row: dict[str, Any], which: str) -> Side:
    return Side(
        row[f"{which}_id"],
        row[f"{which}_name"],
        row[f"{which}_note"] or "",
        row[f"{which}_owner"] or "",
        row[f"{which}_at"],
    )


def _joined(kind: str, of: str = "s") -> str:
    table = SOURCES[kind].table
    return (
        f" FROM duplicates_suggestion {of} JOIN {table} lo ON lo.id = {of}.low_id AND lo.archived_at IS NULL"
        f" JOIN {table} hi ON hi.id = {of}.high_id AND hi.archived_at IS NULL"
    )


def _both_seen(access: Access, kind: str) -> Fragment:
    described = record_type(kind)
    view = access.also(described.permission("view"))
    return all_of([described.scope(view, "lo"), described.scope(view, "hi")])


def count_open(access: Access, record: str) -> int:
    """How many pairs wait within sight, at most one more than a thousand."""
    seen = _both_seen(access, record)
    return int(
        value(
            f"SELECT count(*) FROM (SELECT 1{_joined(record)}"
            f" WHERE s.record = %s AND s.state = 'open' AND {seen.text} LIMIT {_CAP}) x",
            (record, *seen.params),
        )
        or 0
    )
