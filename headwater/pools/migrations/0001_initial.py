import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "0001_initial"),
        ("organization", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pool",
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
                ("name", models.CharField(max_length=80)),
                ("description", models.TextField(blank=True, default="")),
                ("business_line", models.CharField(blank=True, default="", max_length=80)),
                ("position", models.IntegerField(default=0)),
                ("is_default", models.BooleanField(default=False)),
                ("allows_claim", models.BooleanField(default=True)),
                ("masks_contacts", models.BooleanField(default=True)),
                ("private_cap", models.PositiveIntegerField(null=True)),
                ("daily_claim_limit", models.PositiveIntegerField(null=True)),
                ("cooldown_days", models.PositiveIntegerField(default=7)),
                ("hold_hours", models.PositiveIntegerField(default=0)),
                (
                    "default_assignee",
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
                    models.UniqueConstraint(
                        models.F("name"),
                        condition=models.Q(("archived_at__isnull", True)),
                        name="pool_name_once",
                    ),
                    models.UniqueConstraint(
                        models.F("is_default"),
                        condition=models.Q(("archived_at__isnull", True), ("is_default", True)),
                        name="pool_default_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="pool_has_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("user", "Person"),
                            ("department", "Department"),
                            ("role", "Role"),
                            ("everyone", "Everyone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_admin", models.BooleanField(default=False)),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organization.department",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="pools.pool"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organization.role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pool", "kind", "user", "department", "role"),
                        name="pool_member_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("department", None),
                                ("kind", "user"),
                                ("role", None),
                                ("user__isnull", False),
                            ),
                            models.Q(
                                ("department__isnull", False),
                                ("kind", "department"),
                                ("role", None),
                                ("user", None),
                            ),
                            models.Q(
                                ("department", None),
                                ("kind", "role"),
                                ("role__isnull", False),
                                ("user", None),
                            ),
                            models.Q(
                                ("department", None), ("kind", "everyone"), ("role", None), ("user", None)
                            ),
                            _connector="OR",
                        ),
                        name="pool_member_names_one",
                    ),
                ],
            },
        ),
    ]
