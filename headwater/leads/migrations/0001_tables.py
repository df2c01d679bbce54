import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acquisition", "0001_initial"),
        ("organization", "__first__"),
        ("pools", "0001_initial"),
        ("sales", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
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
                ("company", models.CharField(blank=True, default="", max_length=200)),
                ("title", models.CharField(blank=True, default="", max_length=80)),
                ("mobile", models.CharField(max_length=20, null=True)),
                ("phone", models.CharField(max_length=20, null=True)),
                ("email", models.CharField(max_length=254, null=True)),
                ("wechat", models.CharField(max_length=64, null=True)),
                ("qq", models.CharField(max_length=20, null=True)),
                ("external_id", models.CharField(max_length=120, null=True)),
                ("contact_as_typed", headwater.kernel.models.OrjsonField(default=dict)),
                ("region", models.CharField(blank=True, default="", max_length=80)),
                ("address", models.CharField(blank=True, default="", max_length=255)),
                ("industry", models.CharField(blank=True, default="", max_length=80)),
                ("company_size", models.CharField(blank=True, default="", max_length=40)),
                ("website", models.CharField(blank=True, default="", max_length=255)),
                ("intent", models.CharField(blank=True, default="", max_length=40)),
                ("requirement", models.TextField(blank=True, default="")),
                ("budget", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("tags", headwater.kernel.models.OrjsonField(default=list)),
                ("business_line", models.CharField(blank=True, default="", max_length=80)),
                ("consent_basis", models.CharField(blank=True, default="", max_length=40)),
                ("consent_at", models.DateTimeField(null=True)),
                ("consent_evidence", models.TextField(blank=True, default="")),
                ("do_not_call", models.BooleanField(default=False)),
                ("do_not_email", models.BooleanField(default=False)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("UQL", "Unverified (UQL)"),
                            ("MQL", "Marketing-qualified (MQL)"),
                            ("SQL", "Sales-qualified (SQL)"),
                            ("WON", "Won"),
                            ("disqualified", "Disqualified"),
                        ],
                        default="UQL",
                        max_length=20,
                    ),
                ),
                ("stage_at", models.DateTimeField()),
                ("disqualify_reason", models.CharField(blank=True, default="", max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pooled", "In pool"),
                            ("assigned", "Assigned"),
                            ("following", "Following"),
                            ("converted", "Converted"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=12,
                    ),
                ),
                ("placed_at", models.DateTimeField()),
                ("assigned_at", models.DateTimeField(null=True)),
                ("claimable_at", models.DateTimeField(null=True)),
                ("last_activity_at", models.DateTimeField(null=True)),
                ("next_follow_at", models.DateTimeField(null=True)),
                ("invalid_reason", models.CharField(blank=True, default="", max_length=40)),
                ("may_duplicate", models.BooleanField(default=False)),
                (
                    "campaign",
                    models.ForeignKey(
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
                    "designated_rep",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "home_pool",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pools.pool",
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
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("created_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("archived_at__isnull", True)),
                        name="lead_newest",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.OrderBy(models.F("created_at"), descending=True),
                        condition=models.Q(("owner__isnull", False)),
                        name="lead_book",
                    ),
                    models.Index(
                        models.F("pool"),
                        models.OrderBy(models.F("created_at"), descending=True),
                        condition=models.Q(("pool__isnull", False)),
                        name="lead_pooled",
                    ),
                    models.Index(
                        models.F("home_pool"),
                        condition=models.Q(("owner", None), ("status", "invalid")),
                        name="lead_dropped",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.F("next_follow_at"),
                        condition=models.Q(("next_follow_at__isnull", False), ("owner__isnull", False)),
                        name="lead_next_follow",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="lead_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mobile__isnull", False),
                            ("phone__isnull", False),
                            ("email__isnull", False),
                            ("wechat__isnull", False),
                            ("qq__isnull", False),
                            ("external_id__isnull", False),
                            _connector="OR",
                        ),
                        name="lead_is_reachable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner", None), ("pool__isnull", False), ("status", "pooled")),
                            models.Q(
                                ("owner__isnull", False),
                                ("pool", None),
                                ("status__in", ["assigned", "following"]),
                            ),
                            models.Q(("pool", None), ("status__in", ["converted", "invalid"])),
                            _connector="OR",
                        ),
                        name="lead_in_one_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pool", None), ("pool", models.F("home_pool")), _connector="OR"),
                        name="lead_pool_is_home",
                    ),
                    models.UniqueConstraint(
                        models.F("mobile"),
                        condition=models.Q(
                            ("archived_at__isnull", True), ("may_duplicate", False), ("mobile__isnull", False)
                        ),
                        name="lead_mobile_once",
                    ),
                    models.UniqueConstraint(
                        models.F("phone"),
                        condition=models.Q(
                            ("archived_at__isnull", True), ("may_duplicate", False), ("phone__isnull", False)
                        ),
                        name="lead_phone_once",
                    ),
                    models.UniqueConstraint(
                        models.F("email"),
                        condition=models.Q(
                            ("archived_at__isnull", True), ("email__isnull", False), ("may_duplicate", False)
                        ),
                        name="lead_email_once",
                    ),
                    models.UniqueConstraint(
                        models.F("wechat"),
                        condition=models.Q(
                            ("archived_at__isnull", True), ("may_duplicate", False), ("wechat__isnull", False)
                        ),
                        name="lead_wechat_once",
                    ),
                    models.UniqueConstraint(
                        models.F("qq"),
                        condition=models.Q(
                            ("archived_at__isnull", True), ("may_duplicate", False), ("qq__isnull", False)
                        ),
                        name="lead_qq_once",
                    ),
                    models.UniqueConstraint(
                        models.F("external_id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("external_id__isnull", False),
                            ("may_duplicate", False),
                        ),
                        name="lead_external_id_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conversion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sales.account"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.contact",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.opportunity",
                    ),
                ),
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversion",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reveal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reveals", to="leads.lead"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("user_id"), models.F("at"), name="reveal_ledger")],
            },
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=6)),
                ("before", models.CharField(max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("actor_id", models.BigIntegerField(null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("door", models.CharField(max_length=20)),
                ("is_first", models.BooleanField(default=False)),
                ("utm", headwater.kernel.models.OrjsonField(default=dict)),
                ("keyword", models.CharField(blank=True, default="", max_length=200)),
                ("landing_page", models.CharField(blank=True, default="", max_length=500)),
                ("import_id", models.BigIntegerField(null=True)),
                ("actor_id", models.BigIntegerField(null=True)),
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
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="touches", to="leads.lead"
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
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("imported", "Imported"),
                            ("default", "Default assignment"),
                            ("claimed", "Claimed"),
                            ("assigned", "Assigned"),
                            ("transferred", "Transferred"),
                            ("returned", "Returned"),
                            ("recycled", "Recycled"),
                            ("moved", "Moved"),
                            ("invalidated", "Marked invalid"),
                            ("reopened", "Reopened"),
                            ("converted", "Converted"),
                            ("unconverted", "Conversion undone"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "spot",
                    models.CharField(
                        choices=[
                            ("pool", "Pool"),
                            ("owner", "Owner"),
                            ("closed", "Closed"),
                            ("archive", "Archive"),
                        ],
                        max_length=8,
                    ),
                ),
                ("from_owner_id", models.BigIntegerField(null=True)),
                ("from_pool_id", models.BigIntegerField(null=True)),
                ("to_owner_id", models.BigIntegerField(null=True)),
                ("to_pool_id", models.BigIntegerField(null=True)),
                ("from_status", models.CharField(max_length=12, null=True)),
                ("to_status", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("note", models.TextField(blank=True, default="")),
                ("actor_id", models.BigIntegerField(null=True)),
                ("rule", models.CharField(blank=True, default="", max_length=80)),
                ("over_cap", models.BooleanField(default=False)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="leads.lead"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("to_owner_id"),
                        models.F("at"),
                        condition=models.Q(("why", "claimed")),
                        name="transfer_claims",
                    ),
                    models.Index(
                        models.F("from_owner_id"),
                        models.F("at"),
                        condition=models.Q(("why", "returned")),
                        name="transfer_given_up",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["at"], name="transfer_recent"
                    ),
                ],
            },
        ),
    ]
