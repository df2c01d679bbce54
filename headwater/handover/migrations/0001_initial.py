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
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("undoing", "Being taken back"),
                            ("undone", "Taken back"),
                        ],
                        default="running",
                        max_length=8,
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("now", "Deactivate at the start"),
                            ("after", "Deactivate when everything is handed over"),
                            ("keep", "Only hand over; the person stays"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("plan", headwater.kernel.models.OrjsonField(default=list)),
                ("has_deactivated", models.BooleanField(default=False)),
                ("sessions_ended", models.PositiveIntegerField(default=0)),
                ("tokens_ended", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("kept_count", models.PositiveIntegerField(default=0)),
                ("over_cap_count", models.PositiveIntegerField(default=0)),
                ("back_count", models.PositiveIntegerField(default=0)),
                ("left_count", models.PositiveIntegerField(default=0)),
                ("started_by_id", models.BigIntegerField(null=True)),
                ("started_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("undo_by_id", models.BigIntegerField(null=True)),
                ("undo_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "leaver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("running", "undoing"))),
                        fields=("leaver",),
                        name="handover_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandoverItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("record_id", models.BigIntegerField()),
                ("part", models.PositiveSmallIntegerField(default=0)),
                ("to_owner_id", models.BigIntegerField(null=True)),
                ("to_pool_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Handed over"), ("kept", "Stayed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("over_cap", models.BooleanField(default=False)),
                ("before", headwater.kernel.models.OrjsonField(default=dict)),
                (
                    "undone",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not taken back"), ("back", "Came back"), ("left", "Left where it is")],
                        default="",
                        max_length=4,
                    ),
                ),
                ("undo_code", models.CharField(blank=True, default="", max_length=40)),
                (
                    "handover",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="handover.handover",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["handover", "id"], name="handover_item_order"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["handover", "id"],
                        name="handover_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handover", "kind", "record_id"), name="handover_item_once"
                    )
                ],
            },
        ),
    ]
