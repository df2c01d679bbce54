"""Long work of the room."""

from headwater.customization.models import CustomField
from headwater.customization.services.indexes import bring_index_in_step
from headwater.customization.services.numbers import number_existing
from headwater.platform.jobs import task


@task("customization.keep_index", queue="long", retries=2)
def keep_index(*, field_id: int) -> None:
    """Build or drop the index of a field, as the field says by then."""
    bring_index_in_step(field_id)


@task("customization.number_existing", queue="long", retries=3)
def number_records(*, field_id: int) -> None:
    """Give the records that were there before an auto-number field their numbers."""
    row = CustomField.objects.filter(pk=field_id, retired_at=None).first()
    if row is not None:
        number_existing(row)
