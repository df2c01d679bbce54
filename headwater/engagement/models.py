"""The tables of the room. Verbs live in `services`.

A record of another room is a pair (record_type, record_id): this room stands below those that own records,
so it holds no foreign keys to them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from headwater.engagement.types import ActivityKind, Priority, Repeat
from headwater.kernel.models import OrjsonField

USER = "organization.User"


class Activity(models.Model):
    """A follow-up: one contact with the people behind a record and what came of it.

    Ten million of them are normal, so there are three indexes: the record's timeline, the author's feed
    and everybody's. Each serves its pages in order; reports by period read the last one.
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=ActivityKind)
    outcome = models.CharField(max_length=80, null=True, blank=True)  # a value of picklist activity_outcome
    content = models.TextField(default="", blank=True)
    occurred_at = models.DateTimeField()
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    participants = ArrayField(models.BigIntegerField(), default=list, blank=True)  # colleagues who were there
    messages = OrjsonField(null=True, blank=True)  # of a pasted chat: [{"sender", "at", "text"}]
    next_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=100, null=True, blank=True)  # its number in another system
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                "record_type", "record_id", F("occurred_at").desc(), F("id").desc(), name="activity_record"
            ),
            models.Index("author", F("occurred_at").desc(), F("id").desc(), name="activity_author"),
            models.Index(F("occurred_at").desc(), F("id").desc(), name="activity_recent"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="activity_kind", condition=Q(kind__in=ActivityKind.values)),
            models.UniqueConstraint(
                fields=["external_id"],
                name="activity_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ]


class ActivityVersion(models.Model):
    """What an activity said before an edit. Rows are added, never changed."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()  # the version that these values were
    kind = models.CharField(max_length=12)
    outcome = models.CharField(max_length=80, null=True, blank=True)
    content = models.TextField(default="", blank=True)
    occurred_at = models.DateTimeField()
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    participants = ArrayField(models.BigIntegerField(), default=list, blank=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "version"], name="activity_version_once"),
        ]


class Task(models.Model):
    """Something to do by somebody, often the next step of a follow-up."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ActivityKind, default=ActivityKind.OTHER)
    note = models.TextField(default="", blank=True)
    record_type = models.CharField(max_length=40, null=True, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    repeat = models.CharField(max_length=10, choices=Repeat, default=Repeat.NEVER, blank=True)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.NORMAL)
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="tasks", db_index=False
    )  # the follow-up whose next step this is
    previous = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="following"
    )  # of a repeated task; unique, so that finishing it twice at once makes one successor
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_at", "id"],
                name="task_open",
                condition=Q(done_at__isnull=True, archived_at__isnull=True),
            ),
            models.Index("owner", F("done_at").desc(), name="task_done", condition=Q(done_at__isnull=False)),
            models.Index(
                fields=["record_type", "record_id"], name="task_record", condition=Q(record_id__isnull=False)
            ),
            models.Index(
                fields=["remind_at"],
                name="task_remind",
                condition=Q(
                    remind_at__isnull=False,
                    reminded_at__isnull=True,
                    done_at__isnull=True,
                    archived_at__isnull=True,
                ),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="task_kind", condition=Q(kind__in=ActivityKind.values)),
            models.CheckConstraint(name="task_repeat", condition=Q(repeat__in=Repeat.values)),
            models.CheckConstraint(
                name="task_record_whole",
                condition=Q(record_type__isnull=True, record_id__isnull=True)
                | Q(record_type__isnull=False, record_id__isnull=False),
            ),
            models.CheckConstraint(name="task_priority", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(
                name="task_repeats_from_due", condition=Q(repeat="") | Q(due_at__isnull=False)
            ),
        ]


class Comment(models.Model):
    """A remark on a follow-up or on a record itself; `is_help` asks for help until it is resolved."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="comments", db_index=False
    )
    record_type = models.CharField(max_length=40)  # of the activity's record too
    record_id = models.BigIntegerField()
    content = models.TextField()
    mentions = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_help = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["activity", "id"], name="comment_activity", condition=Q(activity__isnull=False)
            ),
            models.Index(
                "record_type",
                "record_id",
                F("created_at").desc(),
                F("id").desc(),
                name="comment_record",
                condition=Q(activity__isnull=True),
            ),
            models.Index(
                fields=["created_at"],
                name="comment_help_open",
                condition=Q(is_help=True, resolved_at__isnull=True, archived_at__isnull=True),
            ),
            GinIndex(fields=["mentions"], name="comment_mentions", condition=~Q(mentions=[])),
        ]


class CommentVersion(models.Model):
    """What a comment said before an edit."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    content = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "version"], name="comment_version_once"),
        ]


class Like(models.Model):
    """One person likes one follow-up, once."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="likes", db_index=False)
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "user"], name="like_once"),
        ]


class TimelineLink(models.Model):
    """The history of a source is part of a record's timeline: a converted lead's of its account."""

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    source_type = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "source_type", "source_id"], name="timeline_link_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source_type", "source_id"], name="timeline_link_source"),
        ]


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar programme reads their tasks."""

    user = models.OneToOneField(USER, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
