import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_type", models.CharField(max_length=40)),
                ("record_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("visit", "Visit"),
                            ("meeting", "Meeting"),
                            ("wechat", "WeChat"),
                            ("qq", "QQ"),
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("note", "Note"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=80, null=True)),
                ("content", models.TextField(blank=True, default="")),
                ("occurred_at", models.DateTimeField()),
                ("duration_seconds", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "participants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("messages", headwater.kernel.models.OrjsonField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("record_type"),
                        models.F("record_id"),
                        models.OrderBy(models.F("occurred_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="activity_record",
                    ),
                    models.Index(
                        models.F("author"),
                        models.OrderBy(models.F("occurred_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="activity_author",
                    ),
                    models.Index(
                        models.OrderBy(models.F("occurred_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="activity_recent",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["call", "visit", "meeting", "wechat", "qq", "email", "sms", "note", "other"],
                            )
                        ),
                        name="activity_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("outcome", models.CharField(blank=True, max_length=80, null=True)),
                ("content", models.TextField(blank=True, default="")),
                ("occurred_at", models.DateTimeField()),
                ("duration_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                (
                    "participants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("replaced_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="engagement.activity",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "version"), name="activity_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_type", models.CharField(max_length=40)),
                ("record_id", models.BigIntegerField()),
                ("content", models.TextField()),
                (
                    "mentions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("is_help", models.BooleanField(default=False)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="engagement.activity",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("activity__isnull", False)),
                        fields=["activity", "id"],
                        name="comment_activity",
                    ),
                    models.Index(
                        models.F("record_type"),
                        models.F("record_id"),
                        models.OrderBy(models.F("created_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("activity__isnull", True)),
                        name="comment_record",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("archived_at__isnull", True), ("is_help", True), ("resolved_at__isnull", True)
                        ),
                        fields=["created_at"],
                        name="comment_help_open",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("mentions", []), _negated=True),
                        fields=["mentions"],
                        name="comment_mentions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("content", models.TextField()),
                ("replaced_at", models.DateTimeField()),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="engagement.comment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "version"), name="comment_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Like",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likes",
                        to="engagement.activity",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("activity", "user"), name="like_once")],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("visit", "Visit"),
                            ("meeting", "Meeting"),
                            ("wechat", "WeChat"),
                            ("qq", "QQ"),
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("note", "Note"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("record_type", models.CharField(blank=True, max_length=40, null=True)),
                ("record_id", models.BigIntegerField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "repeat",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Does not repeat"),
                            ("daily", "Every day"),
                            ("workdays", "Monday to Friday"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("low", "Low"), ("normal", "Normal"), ("high", "High")],
                        default="normal",
                        max_length=6,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks",
                        to="engagement.activity",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="following",
                        to="engagement.task",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("archived_at__isnull", True), ("done_at__isnull", True)),
                        fields=["owner", "due_at", "id"],
                        name="task_open",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.OrderBy(models.F("done_at"), descending=True),
                        condition=models.Q(("done_at__isnull", False)),
                        name="task_done",
                    ),
                    models.Index(
                        condition=models.Q(("record_id__isnull", False)),
                        fields=["record_type", "record_id"],
                        name="task_record",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("done_at__isnull", True),
                            ("remind_at__isnull", False),
                            ("reminded_at__isnull", True),
                        ),
                        fields=["remind_at"],
                        name="task_remind",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["call", "visit", "meeting", "wechat", "qq", "email", "sms", "note", "other"],
                            )
                        ),
                        name="task_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeat__in", ["", "daily", "workdays", "weekly", "monthly"])),
                        name="task_repeat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("record_id__isnull", True), ("record_type__isnull", True)),
                            models.Q(("record_id__isnull", False), ("record_type__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_record_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["low", "normal", "high"])), name="task_priority"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeat", ""), ("due_at__isnull", False), _connector="OR"),
                        name="task_repeats_from_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimelineLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_type", models.CharField(max_length=40)),
                ("record_id", models.BigIntegerField()),
                ("source_type", models.CharField(max_length=40)),
                ("source_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["source_type", "source_id"], name="timeline_link_source")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record_type", "record_id", "source_type", "source_id"),
                        name="timeline_link_once",
                    )
                ],
            },
        ),
    ]
