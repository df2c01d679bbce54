"""Saving a version and reading versions back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound, Stale

MOST = 200


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state of one record of some kind; `number` counts from 1 without gaps."""

    kind: str
    record_id: int
    number: int
    content: dict[str, Any]
    author_id: int | None
    at: datetime
    note: str


_COLUMNS = "kind, record_id, number, content::text AS content, author_id, at, note"
_RECORD = "kind = %s AND record_id = %s"


@transaction.atomic
def save_version(
    access: Access,
    kind: str,
    record_id: int,
    content: Mapping[str, Any],
    *,
    expected: int | None = None,
    note: str = "",
) -> Version:
    """Add the next version; content equal to the present one adds nothing and gives the present one back.

    `expected` is the number that the author started from (0: none yet; None: whatever there is). Refuses with
    `Stale` (facts: version) when somebody saved in between. Savers of one record wait for each other.
    """
    sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('platform_version:' || %s || ':' || %s, 0))",
        (kind, str(record_id)),
    )
    last = next(iter(versions_of(kind, record_id, limit=1)), None)
    number = last.number if last else 0
    if expected is not None and expected != number:
        raise Stale(version=number)
    text = orjson.dumps(content, default=str)
    if last is not None and last.content == orjson.loads(text):
        return last
    (saved,) = sql.rows(
        "INSERT INTO platform_version (kind, record_id, number, content, author_id, at, note)"
        f" VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s) RETURNING {_COLUMNS}",
        (kind, record_id, number + 1, text.decode(), access.user_id, clock.now(), note.strip()[:500]),
    )
    return _version(saved)


def versions_of(kind: str, record_id: int, *, limit: int = MOST) -> list[Version]:
    """The versions of a record, the latest first."""
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_version WHERE {_RECORD} ORDER BY number DESC LIMIT %s",
        (kind, record_id, limit),
    )
    return [_version(row) for row in found]


def version(kind: str, record_id: int, number: int) -> Version:
    """One version; refuses with `NotFound`."""
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_version WHERE {_RECORD} AND number = %s", (kind, record_id, number)
    )
    if not found:
        raise NotFound(record="version", id=number)
    return _version(found[0])


def _version(row: dict[str, Any]) -> Version:
    return Version(**row | {"content": orjson.loads(row["content"])})
