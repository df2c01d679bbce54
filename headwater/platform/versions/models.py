"""The table of versions. A trigger refuses every change of a written row."""

from django.db import models


class StoredVersion(models.Model):
    """One saved state of one record of some kind; `number` counts from 1 without gaps."""

    kind = models.TextField()
    record_id = models.BigIntegerField()
    number = models.IntegerField()
    content = models.JSONField()
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    note = models.TextField(blank=True, default="")

    class Meta:
        db_table = "platform_version"
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id", "number"], name="platform_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} v{self.number}"
