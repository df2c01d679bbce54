"""What follows in this room from what happened."""

from collections.abc import Sequence

from django.db.models import QuerySet

from headwater.customization.events import FieldsChanged
from headwater.customization.models import CustomField
from headwater.customization.tasks import keep_index, number_records
from headwater.customization.types import IndexState
from headwater.kernel.catalogue import FieldType
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.jobs import defer

_OPEN = (IndexState.WANTED, IndexState.UNWANTED)


@subscriber("customization.indexes", FieldsChanged)
def keep_indexes(events: Sequence[StoredEvent[FieldsChanged]]) -> None:
    """Leave building and dropping of indexes to jobs, one at a time per field."""
    for row in _changed(events).filter(index_state__in=_OPEN):
        defer(keep_index, field_id=row.pk, queueing_lock=f"customization.index.{row.pk}")


@subscriber("customization.numbers", FieldsChanged)
def number_old_records(events: Sequence[StoredEvent[FieldsChanged]]) -> None:
    """Number the records that were there before a new auto-number field."""
    for row in _changed(events).filter(type=FieldType.AUTO_NUMBER, retired_at=None, version=1):
        defer(number_records, field_id=row.pk, queueing_lock=f"customization.numbers.{row.pk}")


def _changed(events: Sequence[StoredEvent[FieldsChanged]]) -> QuerySet[CustomField]:
    names = {(stored.event.record, name) for stored in events for name in stored.event.fields}
    return CustomField.objects.filter(
        record__in={record for record, _name in names}, name__in={name for _record, name in names}
    )
