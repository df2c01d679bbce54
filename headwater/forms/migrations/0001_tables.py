import django.db.models.deletion
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acquisition", "0001_initial"),
        ("pools", "0004_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "form_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("form_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("views", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
                ("name", models.CharField(max_length=120)),
                ("token", models.CharField(max_length=24, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("intro", models.TextField(blank=True, default="")),
                ("questions", headwater.kernel.models.OrjsonField(default=list)),
                ("submit_label", models.CharField(blank=True, default="", max_length=40)),
                ("consent_text", models.TextField(blank=True, default="")),
                ("consent_version", models.PositiveIntegerField(default=0)),
                ("thanks", models.TextField(blank=True, default="")),
                ("redirect_url", models.CharField(blank=True, default="", max_length=500)),
                ("embed_origins", models.CharField(blank=True, default="", max_length=500)),
                ("business_line", models.CharField(blank=True, default="", max_length=80)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acquisition.campaign",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pools.pool",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acquisition.source",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at", "-id"], name="form_by_creation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="form_has_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("name",),
                        name="form_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("by_id", models.BigIntegerField(null=True)),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="forms.form",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("form", "version"), name="consent_text_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("nonce", models.CharField(max_length=40)),
                ("values", headwater.kernel.models.OrjsonField(default=dict)),
                ("consent_version", models.PositiveIntegerField(default=0)),
                ("is_proven", models.BooleanField(default=False)),
                ("lead_id", models.BigIntegerField(null=True)),
                ("touch_id", models.BigIntegerField(null=True)),
                ("is_new", models.BooleanField(default=False)),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="forms.form",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["form", "-at"], name="submission_by_time")],
                "constraints": [models.UniqueConstraint(fields=("form", "nonce"), name="submission_once")],
            },
        ),
    ]
