"""Automatic numbers. Each field has a database sequence: no create waits for another; gaps may occur."""

from collections.abc import Sequence
from typing import Any

from headwater.customization.models import CustomField
from headwater.customization.numbering import NumberFormat
from headwater.customization.queries.snapshot import AutoNumber, current, sequence_name
from headwater.kernel import clock, sql
from headwater.kernel.catalogue import record_type


def fill_auto_numbers(record: str, customs: Sequence[dict[str, Any]]) -> None:
    """Give each of the `custom` dicts of new records its numbers, in place.

    Services that create records call it before they write; one query per numbered field for any number of
    records, none when the record type has no such field.
    """
    for field in current().auto_numbers.get(record, ()):
        missing = [custom for custom in customs if not custom.get(field.name)]
        for custom, number in zip(missing, _draw(field.sequence, len(missing)), strict=True):
            custom[field.name] = _shown(field, number)


def make_sequence(row: CustomField) -> None:
    """The sequence of a new field."""
    sql.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence_name(row.pk)}")


def number_existing(row: CustomField, *, chunk: int = 1000) -> int:
    """Number the records that were there before the field, oldest first; how many. Safe to repeat."""
    table = record_type(row.record).table
    field = AutoNumber(row.name, sequence_name(row.pk), NumberFormat(row.number_format))
    done = 0
    while True:
        ids = sql.values(
            f"SELECT id FROM {table} WHERE custom->>%s IS NULL ORDER BY id LIMIT %s", (row.name, chunk)
        )
        if not ids:
            return done
        numbers = [_shown(field, number) for number in _draw(field.sequence, len(ids))]
        done += sql.execute(
            f"UPDATE {table} t SET custom = t.custom || jsonb_build_object(%s::text, given.number)"
            " FROM unnest(%s::bigint[], %s::text[]) AS given (id, number)"
            " WHERE t.id = given.id AND t.custom->>%s IS NULL",
            (row.name, ids, numbers, row.name),
        )


def _draw(sequence: str, count: int) -> list[int]:
    if not count:
        return []
    return sql.values("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, count))


def _shown(field: AutoNumber, number: int) -> str:
    return field.format.show(number, clock.today())
