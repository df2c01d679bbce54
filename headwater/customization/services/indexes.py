"""Indexes behind filterable custom fields, built and dropped without stopping anybody's work."""

import structlog
from django.db import DatabaseError, connection

from headwater.customization.models import CustomField
from headwater.customization.queries.snapshot import as_field
from headwater.customization.types import IndexState
from headwater.kernel import clock, sql
from headwater.kernel.catalogue import FieldType, record_type

log = structlog.get_logger(__name__)


def ask_for_index(row: CustomField, *, wanted: bool) -> None:
    """Note that the field shall (not) have an index; a job builds or drops it after the commit."""
    row.is_filterable = wanted
    row.index_state = IndexState.WANTED if wanted else IndexState.UNWANTED
    row.index_error = ""
    row.save(update_fields=["is_filterable", "index_state", "index_error"])


def bring_index_in_step(field_id: int) -> IndexState:
    """Build or drop the index as the field says; outside any transaction; safe to repeat."""
    if connection.in_atomic_block:
        raise RuntimeError("an index is built concurrently, outside a transaction")
    row = CustomField.objects.filter(pk=field_id).first()
    if row is None:
        return IndexState.NONE
    wanted = row.is_filterable and row.retired_at is None
    state, error = (IndexState.READY if wanted else IndexState.NONE), ""
    if not (wanted and _is_valid(index_name(row))):
        try:
            # What a broken build left behind is invalid and only in the way.
            sql.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index_name(row)}")
            if wanted:
                sql.execute(_build(row))
        except DatabaseError as broken:
            state, error = IndexState.FAILED, str(broken).splitlines()[0][:400]
            log.warning("customization.index_failed", field=row.key, record=row.record, error=error)
    CustomField.objects.filter(pk=row.pk, is_filterable=row.is_filterable).update(
        index_state=state, index_error=error, updated_at=clock.now()
    )
    return state


def index_name(row: CustomField) -> str:
    """By the field's number: names of fields may be longer than an index's name."""
    return f"custom_field_{row.pk}"


def _build(row: CustomField) -> str:
    table = record_type(row.record).table
    field = as_field(row)
    expression = f"({field.expression(table)})"
    if field.type == FieldType.MULTI_PICK:
        return f"CREATE INDEX CONCURRENTLY {index_name(row)} ON {table} USING gin ({expression})"
    # The id behind it makes the order complete, so that sorted pages are read from the index; empty values
    # come last either way, so one direction has to be chosen: numbers and days are wanted largest first.
    falling = field.type.is_numeric or field.type.is_temporal
    columns = f"{expression} DESC NULLS LAST, id DESC" if falling else f"{expression}, id"
    return f"CREATE INDEX CONCURRENTLY {index_name(row)} ON {table} ({columns})"


def _is_valid(name: str) -> bool:
    return bool(sql.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", (name,)))
