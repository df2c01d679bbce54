"""Reads of the room: suggestions within sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import LEVELS, PARTS, State
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import TRUE, Fragment, all_of, rows, value

PAGE = 30
_CAP = 1001


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

    @property
    def agrees(self) -> list[str]:
        """What speaks for it, in the reader's words."""
        return [
            f"{PARTS[part]}: {LEVELS[level]}"
            for part, level, bits in self.evidence
            if bits > 0 and part in PARTS
        ]

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


_COLUMNS = {
    "lead": "{t}.company",
    "contact": "(SELECT ca.name FROM sales_account ca WHERE ca.id = {t}.account_id)",
    "account": "{t}.address",
}


def visible_suggestions(
    access: Access,
    *,
    record: str = "",
    state: str = State.OPEN,
    ids: Sequence[int] | None = None,
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> list[Pair]:
    """Pairs of which the reader sees both records, the likeliest first; `after` continues a page.

    With `ids` those, whatever their state.
    """
    found: list[Pair] = []
    for kind in [record] if record else _kinds(access):
        found += _pairs(access, kind, state, ids, after, limit)
    found.sort(key=lambda pair: (-pair.percent, -pair.pk))
    return found[:limit]


def _kinds(access: Access) -> list[str]:
    return [kind for kind in SOURCES if access.may(record_type(kind).permission("view"))]


def _pairs(
    access: Access,
    kind: str,
    state: str,
    ids: Sequence[int] | None,
    after: tuple[int, int] | None,
    limit: int,
) -> list[Pair]:
    where = all_of(
        [
            _both_seen(access, kind),
            Fragment("s.state = %s", (state,))
            if ids is None
            else Fragment("s.id = ANY(%s::bigint[])", (list(ids),)),
            Fragment("(s.percent, s.id) < (%s, %s)", after) if after else TRUE,
        ]
    )
    note = _COLUMNS[kind]
    selected = rows(
        "SELECT s.id, s.percent, s.state, s.found_at, s.evidence::text AS evidence,"
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


def _joined(kind: str) -> str:
    table = SOURCES[kind].table
    return (
        f" FROM duplicates_suggestion s JOIN {table} lo ON lo.id = s.low_id AND lo.archived_at IS NULL"
        f" JOIN {table} hi ON hi.id = s.high_id AND hi.archived_at IS NULL"
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
