"""Row outcomes, and identities met within a file."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import orjson

from headwater.kernel import sql
from headwater.kernel.copying import cell, copy_lines
from headwater.platform.imports.cells import Key
from headwater.platform.imports.types import Outcome, RowResult

NULL = cell(None)


def keep_results(job_id: int, results: Sequence[RowResult], *, only_problems: bool) -> None:
    """Write what became of rows; after a check only those that are not plainly created."""
    copy_lines(
        "platform_import_row",
        ("job_id", "number", "outcome", "record_id", "code", "field", "detail", "changes"),
        (
            f"{job_id}\t{one.number}\t{one.outcome.value}\t{one.record_id or NULL}\t\t\t\t{NULL}"
            if not one.code and one.changes is None
            else "\t".join(map(cell, (job_id, *_told(one))))
            for one in results
            if not only_problems or one.outcome != Outcome.CREATED or one.code
        ),
    )


def _told(one: RowResult) -> tuple[object, ...]:
    return (
        one.number,
        one.outcome.value,
        one.record_id,
        one.code,
        one.field,
        one.detail.replace("\x00", "")[:2000],
        None if one.changes is None else orjson.dumps(one.changes, default=str).decode(),
    )


def mark_of(key: Key) -> int:
    """An identity as 64 bits, for finding duplicates within a file of any length."""
    digest = blake2b(f"{key[0]}\0{key[1]}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def seen_marks(job_id: int, marks: Sequence[int]) -> dict[int, int]:
    """Which of these identities earlier rows of the file had, and which row; while a file is checked."""
    found = sql.rows(
        "SELECT mark, number FROM platform_import_seen WHERE job_id = %s AND mark = ANY(%s::bigint[])",
        (job_id, list(marks)),
    )
    return {row["mark"]: row["number"] for row in found}


def keep_marks(job_id: int, marks: Mapping[int, int]) -> None:
    """Remember identities (mark -> row number) for the chunks to come."""
    sql.execute(
        "INSERT INTO platform_import_seen (job_id, mark, number)"
        " SELECT %s, mark, number FROM unnest(%s::bigint[], %s::int[]) AS m(mark, number)"
        " ON CONFLICT DO NOTHING",
        (job_id, list(marks), list(marks.values())),
    )
