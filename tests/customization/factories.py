"""Custom fields and views for tests of any room."""

from typing import Any

from headwater.customization import services
from headwater.customization.models import CustomField
from headwater.kernel.access import system_access

ADMIN = system_access("tests")


def make_field(
    label: str = "主题",
    type: str = "text",  # noqa: A002
    *,
    record: str = "campaign",
    **options: Any,
) -> CustomField:
    """A custom field; of campaigns unless another record type is named."""
    return services.create_field(ADMIN, record=record, label=label, type=type, **options)
