from django.db import models


class KeptResponse(models.Model):
    """The answer to a request that carried a key, written in the transaction of its effect."""

    pk = models.CompositePrimaryKey("user_id", "key")
    user_id = models.BigIntegerField()
    key = models.TextField()
    fingerprint = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "platform_idempotency"
