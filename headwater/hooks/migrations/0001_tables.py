import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acquisition", "0001_initial"),
        ("organization", "__first__"),
        ("pools", "0004_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="HookDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hook_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hook_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("refused", models.PositiveIntegerField(default=0)),
                ("last_code", models.CharField(blank=True, default="", max_length=60)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Hook",
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
                ("key", models.CharField(max_length=32, unique=True)),
                ("preset", models.CharField(max_length=20)),
                (
                    "signing",
                    models.CharField(
                        choices=[
                            ("standard", "Standard Webhooks (HMAC-SHA256)"),
                            ("tencent", "Tencent Ads (SHA-1 in the address)"),
                            ("oceanengine", "Feiyu open interface (HMAC-SHA256 of address and time)"),
                            ("token", "Token in the address or in a header"),
                        ],
                        max_length=20,
                    ),
                ),
                ("secret", models.TextField()),
                ("previous_secret", models.TextField(blank=True, default="")),
                ("previous_until", models.DateTimeField(null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("per_minute", models.PositiveIntegerField(default=600)),
                ("id_path", models.CharField(blank=True, default="", max_length=200)),
                ("mapping", headwater.kernel.models.OrjsonField(default=list)),
                ("business_line", models.CharField(blank=True, default="", max_length=80)),
                ("failure_told_at", models.DateTimeField(null=True)),
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
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acquisition.channel",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "indexes": [models.Index(fields=["-created_at", "-id"], name="hook_by_creation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="hook_has_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("name",),
                        name="hook_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=130)),
                ("at", models.DateTimeField()),
                ("body", headwater.kernel.models.OrjsonField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "Waiting"),
                            ("captured", "Became a lead"),
                            ("failed", "Failed"),
                            ("discarded", "Discarded"),
                            ("ping", "Test message"),
                        ],
                        default="kept",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(blank=True, default="", max_length=60)),
                ("detail", models.TextField(blank=True, default="")),
                ("done_at", models.DateTimeField(null=True)),
                ("lead_id", models.BigIntegerField(null=True)),
                ("touch_id", models.BigIntegerField(null=True)),
                ("is_new", models.BooleanField(default=False)),
                (
                    "hook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="hooks.hook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["hook", "-id"], name="delivery_by_hook"),
                    models.Index(
                        condition=models.Q(("state", "kept")), fields=["id"], name="delivery_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")),
                        fields=["hook", "-id"],
                        name="delivery_failed",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("body__isnull", False), models.Q(("state", "failed"), _negated=True)
                        ),
                        fields=["at"],
                        name="delivery_with_body",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("hook", "number"), name="delivery_once")],
            },
        ),
    ]
