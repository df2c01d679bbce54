"""What every record has in common, as an abstract model; the kernel itself has no tables."""

from typing import Any

import orjson
from django.db import models


class OrjsonField(models.JSONField):
    """JSONB read with orjson: list pages decode it fifty times a request."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else orjson.loads(value)


class Record(models.Model):
    """A business record: versioned for ETags, archivable, with room for custom fields."""

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)
    custom = OrjsonField(default=dict)

    class Meta:
        abstract = True
