"""Bulk writing: COPY on Django's connection, and foreign keys held once a parent instead of once a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from django.db import connection

from headwater.kernel.sql import execute, value, values

_LINES_AT_ONCE = 400
_MAY_HOLD = """
SELECT has_parameter_privilege('session_replication_role', 'SET') AND NOT EXISTS (
  SELECT FROM pg_trigger WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal AND tgenabled = 'O')
"""


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows with COPY inside the running transaction; values in column order, JSON as text.

    Errors come as psycopg's own, with the transaction broken.
    """
    copy_lines(table, columns, ("\t".join(map(cell, row)) for row in rows))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """The same with rows already in COPY's text form: their cells joined by tabs.

    Lines made on the way (a generator that asks the database nothing) are made while the server works
    on those before them.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    rest = iter(lines)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        while block := list(islice(rest, _LINES_AT_ONCE)):
            block.append("")
            copy.write("\n".join(block).encode())


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


@contextmanager
def holding_references(written: Sequence[str], parents: Mapping[str, Iterable[int]]) -> Iterator[None]:
    """Within it, rows of the tables `written` go without a foreign key check each: their parents are locked.

    `parents` = {table: every id that the rows refer to, outside of what is written in this transaction}.
    The lock is the one that a check takes (FOR KEY SHARE), so none can disappear before the commit; one
    that does not exist is a `ForeignKeyViolation`. PostgreSQL knows this only together with all triggers
    that do not fire ALWAYS; a table that has such triggers of its own, and a database user who may not
    (an external server), keep the check of each row.
    """
    if not value(_MAY_HOLD, (list(written),)):
        yield
        return
    for table in sorted(parents):
        wanted = sorted(set(parents[table]))
        held = values(
            f"SELECT id FROM {table} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE", (wanted,)
        )
        if held != wanted:
            raise psycopg.errors.ForeignKeyViolation(f"{table}: no {sorted(set(wanted) - set(held))}")
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = origin")
