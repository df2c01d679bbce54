"""Bulk writing: COPY on Django's connection, row outcomes, and identities met within a file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from headwater.kernel import sql
from headwater.platform.imports.types import Outcome, RowResult


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows with COPY inside the running transaction; values in column order, JSON as text.

    Errors come as psycopg's own, with the transaction broken.
    """
    copy_lines(table, columns, ("\t".join(map(cell, row)) for row in rows))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """The same with rows already in COPY's text form: their cells joined by tabs."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write("\n".join([*lines, ""]).encode())


def cell(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    text = value if type(value) is str else str(value)
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


def keep_results(job_id: int, results: Sequence[RowResult], *, only_problems: bool) -> None:
    """Write what became of rows; after a check only those that are not plainly created."""
    copy_rows(
        "platform_import_row",
        ("job_id", "number", "outcome", "record_id", "code", "field", "detail", "changes"),
        (
            (
                job_id,
                one.number,
                one.outcome.value,
                one.record_id,
                one.code,
                one.field,
                one.detail.replace("\x00", "")[:2000],
                None if one.changes is None else orjson.dumps(one.changes, default=str).decode(),
            )
            for one in results
            if not only_problems or one.outcome != Outcome.CREATED or one.code
        ),
    )


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
