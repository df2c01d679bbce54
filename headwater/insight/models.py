"""Tables of saved reports: whose they are, who pinned them, when they are sent, what they last came to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from headwater.insight.types import Attachment, ReportSharing, Rhythm, SentState
from headwater.kernel.models import OrjsonField, Record


class Report(Record):
    """A definition under a name. What it shows is cut to its reader's reach, never to its owner's."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000, blank=True, default="")
    definition = OrjsonField()
    owner = models.ForeignKey("organization.User", models.PROTECT, related_name="+", db_index=False)
    sharing = models.CharField(max_length=10, choices=ReportSharing, default=ReportSharing.PRIVATE)
    department_ids = ArrayField(models.BigIntegerField(), default=list)
    role_ids = ArrayField(models.BigIntegerField(), default=list)
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    preset_key = models.CharField(max_length=60, blank=True, default="")  # the preset that it began as

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="report_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="report_sharing", condition=Q(sharing__in=ReportSharing.values)),
            models.UniqueConstraint(
                "owner", Lower("name"), name="report_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["sharing"], name="report_shared", condition=~Q(sharing=ReportSharing.PRIVATE)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReportPin(models.Model):
    """A report or a preset that one person keeps at hand."""

    user = models.ForeignKey("organization.User", models.CASCADE, related_name="+", db_index=False)
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="pins", db_index=False)
    preset_key = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "report", "preset_key"], name="report_pin_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="report_pin_of_one",
                condition=Q(report__isnull=True, preset_key__gt="") | Q(report__isnull=False, preset_key=""),
            ),
        ]


class ReportSchedule(models.Model):
    """When a report is mailed, to whom. `next_at` is the one moment that is due next; None while paused."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="schedules")
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    day = models.PositiveSmallIntegerField(default=1)  # of the week (1 Monday) or of the month
    hour = models.PositiveSmallIntegerField()  # on the company's wall clock
    person_ids = ArrayField(models.BigIntegerField())
    attachment = models.CharField(max_length=8, choices=Attachment, default=Attachment.XLSX)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # due moments in a row that reached nobody
    pause_reason = models.CharField(max_length=400, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("organization.User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="report_schedule_hour", condition=Q(hour__lte=23)),
            models.CheckConstraint(name="report_schedule_day", condition=Q(day__gte=1, day__lte=31)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="report_schedule_due",
                condition=Q(next_at__isnull=False, archived_at__isnull=True),
            ),
        ]


class ReportDelivery(models.Model):
    """One person's copy of one due moment. It leaves `waiting` once, before its mail leaves: at most once."""

    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, related_name="deliveries", db_index=False)
    due_at = models.DateTimeField()
    user_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=SentState, default=SentState.WAITING)
    reason = models.CharField(max_length=400, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "due_at", "user_id"], name="report_delivery_once"),
            models.CheckConstraint(name="report_delivery_state", condition=Q(state__in=SentState.values)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["changed_at"],
                name="report_delivery_open",
                condition=Q(state__in=[SentState.WAITING, SentState.SENDING]),
            ),
        ]


class StoredResult(models.Model):
    """What a definition came to for readers of one reach: the last result, as of then."""

    key = models.CharField(max_length=64, primary_key=True)
    definition = OrjsonField()
    language = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)  # whose eyes make it anew in the background
    result = OrjsonField()
    as_of = models.DateTimeField()
    took_ms = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    wanted_age = models.IntegerField(default=0)  # seconds that the last asker thought young enough

    class Meta:
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="report_result_asked")]
