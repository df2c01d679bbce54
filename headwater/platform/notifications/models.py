from django.db import models


class Notification(models.Model):
    """Something one person should know; kept as kind and parameters, put into words when it is read."""

    recipient_id = models.BigIntegerField()
    kind = models.TextField()
    params = models.JSONField()
    record_type = models.TextField(db_default="")
    record_id = models.BigIntegerField(null=True)
    url = models.TextField(db_default="")
    dedupe_key = models.TextField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_notification"
        indexes = [
            models.Index(fields=["recipient_id", "id"], name="platform_notification_inbox"),
            models.Index(
                fields=["recipient_id"],
                condition=models.Q(read_at=None),
                name="platform_notification_unread",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_id", "dedupe_key"],
                condition=models.Q(dedupe_key__isnull=False),
                name="platform_notification_once",
            )
        ]


class NotificationSwitch(models.Model):
    """A person's choice for one kind that differs from the kind's default."""

    pk = models.CompositePrimaryKey("user_id", "kind", "channel")
    user_id = models.BigIntegerField()
    kind = models.TextField()
    channel = models.TextField()
    is_on = models.BooleanField()

    class Meta:
        db_table = "platform_notification_switch"
