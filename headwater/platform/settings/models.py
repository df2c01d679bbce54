from django.db import models


class StoredSetting(models.Model):
    """A setting that differs from its default."""

    key = models.TextField(primary_key=True)
    value = models.JSONField()
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "platform_setting"
