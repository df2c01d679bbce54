"""Tables of notifications. Hot statements are written as SQL beside them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from headwater.kernel.models import OrjsonField
from headwater.platform.notifications.types import BotKind, DeliveryState, EscalationState, MailRhythm


class Notification(models.Model):
    """Something one person should know; kept as kind and parameters, put into words when it is read.

    With `in_app` off it is only carried outside: no list and no count shows it.
    """

    recipient_id = models.BigIntegerField()
    kind = models.TextField()
    params = models.JSONField()
    record_type = models.TextField(db_default="")
    record_id = models.BigIntegerField(null=True)
    url = models.TextField(db_default="")
    dedupe_key = models.TextField(null=True)
    in_app = models.BooleanField(db_default=True)
    escalation_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_notification"
        indexes: ClassVar = [
            models.Index(fields=["recipient_id", "id"], name="platform_notification_inbox"),
            models.Index(
                fields=["recipient_id"],
                condition=models.Q(read_at=None),
                name="platform_notification_unread",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient_id", "dedupe_key"],
                condition=models.Q(dedupe_key__isnull=False),
                name="platform_notification_once",
            )
        ]


class NotificationSwitch(models.Model):
    """A person's choice for one kind and channel that differs from the kind's default."""

    pk = models.CompositePrimaryKey("user_id", "kind", "channel")
    user_id = models.BigIntegerField()
    kind = models.TextField()
    channel = models.TextField()
    is_on = models.BooleanField()

    class Meta:
        db_table = "platform_notification_switch"


class NotificationPreference(models.Model):
    """When a person wants mail, and when to be left alone; no row: at once, never quiet."""

    user_id = models.BigIntegerField(primary_key=True)
    mail = models.TextField(choices=MailRhythm)
    digest_hour = models.SmallIntegerField()
    digest_weekday = models.SmallIntegerField()  # Monday is 1
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "platform_notification_preference"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="platform_notification_preference_values",
                condition=Q(mail__in=MailRhythm.values, digest_hour__range=(0, 23))
                & Q(digest_weekday__range=(1, 7)),
            ),
            models.CheckConstraint(
                name="platform_notification_preference_quiet",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
            ),
        ]


class Delivery(models.Model):
    """A notification on its way outside: by mail to the person `target_id`, or to the group bot of that id.

    Those of one channel and target are a lane: they go out together, one worker at a time.
    """

    notification_id = models.BigIntegerField()
    channel = models.TextField()
    target_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    state = models.TextField(choices=DeliveryState, db_default=DeliveryState.WAITING.value)
    attempts = models.SmallIntegerField(db_default=0)
    error = models.TextField(db_default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_notification_delivery"
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "target_id", "due_at"],
                condition=Q(state="waiting"),
                name="platform_delivery_lane",
            ),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="platform_delivery_due"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="platform_delivery_failed"),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="platform_delivery_old"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notification_id", "channel", "target_id"], name="platform_delivery_once"
            ),
            models.CheckConstraint(
                name="platform_delivery_finished",
                condition=Q(state="waiting", finished_at__isnull=True)
                | (~Q(state="waiting") & Q(finished_at__isnull=False)),
            ),
        ]


class Bot(models.Model):
    """A robot in a chat group. Its address is its key, so both address and secret are encrypted."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=BotKind)
    url = models.TextField()
    url_hint = models.CharField(max_length=120)  # enough to know it again, too little to use it
    secret = models.TextField(blank=True, default="")
    kinds = OrjsonField(default=list)  # of notifications; see kinds.py
    department_ids = OrjsonField(default=list)  # empty: everybody's
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    last_sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    failures = models.PositiveIntegerField(default=0)  # in a row
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_bot"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), name="platform_bot_name_once", condition=Q(archived_at__isnull=True)
            ),
            models.CheckConstraint(name="platform_bot_kind", condition=Q(kind__in=BotKind.values)),
        ]

    def __str__(self) -> str:
        return self.name


class Escalation(models.Model):
    """Something to act on: told to one person after the other up the reporting line until somebody does."""

    key = models.TextField(unique=True)
    kind = models.TextField()
    params = models.JSONField()
    record_type = models.TextField(db_default="")
    record_id = models.BigIntegerField(null=True)
    url = models.TextField(db_default="")
    within_seconds = models.BigIntegerField()
    max_steps = models.SmallIntegerField()
    reading_is_enough = models.BooleanField()
    told = OrjsonField(default=list)  # ids of people, the one asked first at the beginning
    state = models.TextField(choices=EscalationState, db_default=EscalationState.OPEN.value)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "platform_escalation"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="platform_escalation_due"),
            models.Index(
                fields=["record_type", "record_id"],
                condition=Q(state="open"),
                name="platform_escalation_record",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="platform_escalation_ended",
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="platform_escalation_within",
                condition=Q(within_seconds__gt=0, max_steps__range=(0, 10)),
            ),
        ]
