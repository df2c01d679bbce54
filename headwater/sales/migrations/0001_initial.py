import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acquisition", "__first__"),
        ("organization", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
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
                ("name", models.CharField(max_length=200)),
                ("name_key", models.CharField(max_length=200)),
                (
                    "name_pieces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None
                    ),
                ),
                ("level", models.CharField(max_length=80, null=True)),
                ("industry", models.CharField(max_length=80, null=True)),
                ("company_size", models.CharField(max_length=80, null=True)),
                ("region", models.CharField(max_length=80, null=True)),
                ("address", models.CharField(max_length=300, null=True)),
                ("website", models.CharField(max_length=255, null=True)),
                ("phone", models.CharField(max_length=32, null=True)),
                ("note", models.TextField(null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
                ("last_activity_at", models.DateTimeField(null=True)),
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
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["campaign"],
                        name="account_campaign",
                    ),
                    models.Index(fields=["owner", "-created_at", "-id"], name="account_by_owner"),
                    models.Index(fields=["-created_at", "-id"], name="account_by_creation"),
                    models.Index(fields=["name_key"], name="account_name_key"),
                    models.Index(
                        condition=models.Q(("phone__isnull", False)), fields=["phone"], name="account_phone"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["name_pieces"], name="account_name_pieces"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="account_has_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("external_id__isnull", False)),
                        fields=("external_id",),
                        name="account_external_id_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                ("name", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=100, null=True)),
                ("department", models.CharField(max_length=100, null=True)),
                ("mobile", models.CharField(max_length=32, null=True)),
                ("phone", models.CharField(max_length=32, null=True)),
                ("email", models.CharField(max_length=254, null=True)),
                ("wechat", models.CharField(max_length=64, null=True)),
                ("qq", models.CharField(max_length=20, null=True)),
                ("note", models.TextField(null=True)),
                ("do_not_call", models.BooleanField(default=False)),
                ("do_not_email", models.BooleanField(default=False)),
                ("consent_basis", models.CharField(max_length=80, null=True)),
                ("consent_at", models.DateTimeField(null=True)),
                ("consent_evidence", models.TextField(null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
                ("last_activity_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="sales.account",
                    ),
                ),
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
                    models.Index(fields=["account"], name="contact_by_account"),
                    models.Index(fields=["owner", "-created_at", "-id"], name="contact_by_owner"),
                    models.Index(fields=["-created_at", "-id"], name="contact_by_creation"),
                    models.Index(
                        condition=models.Q(("phone__isnull", False)), fields=["phone"], name="contact_phone"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="contact_has_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("mobile__isnull", False)),
                        fields=("mobile",),
                        name="contact_mobile_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("email__isnull", False)),
                        fields=("email",),
                        name="contact_email_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("wechat__isnull", False)),
                        fields=("wechat",),
                        name="contact_wechat_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("qq__isnull", False)),
                        fields=("qq",),
                        name="contact_qq_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("external_id__isnull", False)),
                        fields=("external_id",),
                        name="contact_external_id_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
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
                ("name", models.CharField(max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("CNY", "Chinese yuan"),
                            ("HKD", "Hong Kong dollar"),
                            ("TWD", "New Taiwan dollar"),
                            ("USD", "US dollar"),
                            ("EUR", "Euro"),
                            ("JPY", "Japanese yen"),
                            ("GBP", "Pound sterling"),
                            ("SGD", "Singapore dollar"),
                            ("AUD", "Australian dollar"),
                            ("CAD", "Canadian dollar"),
                            ("KRW", "South Korean won"),
                        ],
                        default="CNY",
                        max_length=3,
                    ),
                ),
                ("probability", models.PositiveSmallIntegerField()),
                ("expected_close_on", models.DateField(null=True)),
                ("lost_reason", models.CharField(max_length=80, null=True)),
                ("lost_note", models.CharField(max_length=500, null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("stage_entered_at", models.DateTimeField()),
                ("note", models.TextField(null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
                ("last_activity_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="sales.account",
                    ),
                ),
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
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.contact",
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
                        condition=models.Q(("campaign__isnull", False)),
                        fields=["campaign"],
                        name="opportunity_campaign",
                    ),
                    models.Index(fields=["owner", "-created_at", "-id"], name="opportunity_by_owner"),
                    models.Index(fields=["-created_at", "-id"], name="opportunity_by_creation"),
                    models.Index(fields=["account"], name="opportunity_by_account"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="opportunity_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                        name="opportunity_amount_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("probability__lte", 100)), name="opportunity_probability"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="opportunity_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("status", "open")),
                            models.Q(("closed_at__isnull", False), ("status__in", ["won", "lost"])),
                            _connector="OR",
                        ),
                        name="opportunity_closed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lost_reason__isnull", False), ("status", "lost")),
                            models.Q(
                                models.Q(("status", "lost"), _negated=True),
                                ("lost_note__isnull", True),
                                ("lost_reason__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="opportunity_lost_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("external_id__isnull", False)),
                        fields=("external_id",),
                        name="opportunity_external_id_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=80, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunity_roles",
                        to="sales.contact",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_roles",
                        to="sales.opportunity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "contact"), name="opportunity_contact_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnerChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "record_type",
                    models.CharField(
                        choices=[
                            ("account", "Account"),
                            ("contact", "Contact"),
                            ("opportunity", "Opportunity"),
                        ],
                        max_length=20,
                    ),
                ),
                ("record_id", models.BigIntegerField()),
                ("from_owner_id", models.BigIntegerField(null=True)),
                ("to_owner_id", models.BigIntegerField(null=True)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("assigned", "Assigned"),
                            ("converted", "Converted from a lead"),
                            ("handover", "Handover"),
                            ("imported", "Imported"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(max_length=500, null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["record_type", "record_id", "-at", "-id"], name="owner_change_of")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("record_type__in", ["account", "contact", "opportunity"])),
                        name="owner_change_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__in", ["created", "assigned", "converted", "handover", "imported"])
                        ),
                        name="owner_change_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pipeline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("business_line", models.CharField(max_length=80, null=True)),
                ("is_default", models.BooleanField(default=False)),
                ("position", models.IntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="pipeline_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="pipeline_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_default", False), ("archived_at__isnull", True), _connector="OR"
                        ),
                        name="pipeline_default_is_used",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="opportunity",
            name="pipeline",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sales.pipeline",
            ),
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("position", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("probability", models.PositiveSmallIntegerField()),
                ("days_until_stuck", models.PositiveSmallIntegerField(null=True)),
                ("color", models.CharField(default="gray", max_length=20)),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "pipeline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="sales.pipeline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("pipeline", "name"),
                        name="stage_name_once",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("pipeline", "position"),
                        name="stage_position_once",
                    ),
                    models.UniqueConstraint(fields=("id", "pipeline", "kind"), name="stage_place"),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("kind", "won")),
                        fields=("pipeline",),
                        name="stage_one_won",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("kind", "lost")),
                        fields=("pipeline",),
                        name="stage_one_lost",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["open", "won", "lost"])), name="stage_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "open"), ("probability__lte", 100)),
                            models.Q(("kind", "won"), ("probability", 100)),
                            models.Q(("kind", "lost"), ("probability", 0)),
                            _connector="OR",
                        ),
                        name="stage_probability",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="opportunity",
            name="stage",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sales.stage",
            ),
        ),
        migrations.CreateModel(
            name="StageMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("expected_close_on", models.DateField(null=True)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("lost_reason", models.CharField(max_length=80, null=True)),
                ("note", models.CharField(max_length=500, null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "from_stage",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.stage",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="sales.opportunity",
                    ),
                ),
                (
                    "to_stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.stage",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["opportunity", "-at", "-id"], name="stage_move_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_stage__isnull", True),
                            models.Q(("from_stage", models.F("to_stage")), _negated=True),
                            _connector="OR",
                        ),
                        name="stage_move_leads_elsewhere",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True)),
                fields=["stage", "expected_close_on", "id"],
                name="opportunity_column",
            ),
        ),
    ]
