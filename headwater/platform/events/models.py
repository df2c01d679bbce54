"""Tables of the event log. Hot statements are written as SQL beside them."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    TextColumn = models.Field[str, str]
else:
    TextColumn = models.Field


class Xid8Field(TextColumn):
    """A 64-bit transaction id, as text in Python: it is only stored and compared in SQL."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class StoredEventRow(models.Model):
    """One event; rows are added and, after the retention time, removed, never changed.

    `xid` orders the log: ids are given before commit, so a lower id may become visible later.
    """

    id = models.BigAutoField(primary_key=True)
    xid = Xid8Field(db_default=models.Func(function="pg_current_xact_id"))
    name = models.TextField()
    payload = models.JSONField()
    actor_id = models.BigIntegerField(null=True)
    actor_kind = models.TextField(db_default="system")
    cause_id = models.BigIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(db_default=0)
    request_id = models.TextField(db_default="")
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "platform_event"
        indexes = [models.Index(fields=["xid", "id"], name="platform_event_order")]


class SubscriberCursor(models.Model):
    """How far one subscriber has read."""

    subscriber = models.TextField(primary_key=True)
    xid = Xid8Field()
    event_id = models.BigIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "platform_event_cursor"


class SetAsideEvent(models.Model):
    """An event that one subscriber could not take; tried again at `next_try_at`, null = left for a person."""

    subscriber = models.TextField()
    event_id = models.BigIntegerField()
    event_name = models.TextField()
    attempts = models.PositiveIntegerField()
    error = models.TextField()
    set_aside_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_event_set_aside"
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "event_id"], name="platform_event_set_aside_once")
        ]
