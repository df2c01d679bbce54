"""Whatever points to a lead, an account or a contact moves with a merge, or is said to stay and why."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from headwater.kernel.catalogue import record_type
from headwater.sales.merging import EVERY, looked_after

# Columns without a foreign key that name a record by their name or by a type beside them.
_OF_ANY = {"record_id", "survivor_id", "source_id", "subject_id", "low_id", "high_id"}
_TYPES = {"record_type", "record", "source_type", "subject_type", "kind"}


def pointing(record: str) -> Iterator[tuple[str, str]]:
    """(table, column) of what can name a record of the type."""
    table = record_type(record).table
    for model in apps.get_models():
        if not model.__module__.startswith("headwater.") or model._meta.proxy:
            continue
        names = {field.name for field in model._meta.get_fields() if isinstance(field, models.Field)}
        for field in model._meta.concrete_fields:
            related = field.related_model
            if related is not None:
                if isinstance(related, type) and related._meta.db_table == table and related is not model:
                    yield model._meta.db_table, field.column
            elif (
                field.column == f"{record}_id"
                or field.column.endswith(f"_{record}_id")
                or (field.column in _OF_ANY and names & _TYPES)
            ):
                yield model._meta.db_table, field.column


@pytest.mark.parametrize("record", EVERY)
def test_everything_moves_or_stays_on_purpose(record: str) -> None:
    found = set(pointing(record))
    assert found, record
    forgotten = sorted(found - looked_after(record))
    assert not forgotten, (
        f"say in registrations.py how these move when a {record} is merged"
        f" (`register_rows` or `leave_rows` of headwater/sales/merging.py): {forgotten}"
    )
