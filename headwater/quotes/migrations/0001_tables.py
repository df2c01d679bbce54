import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "0007_working_time_in_range"),
        ("products", "0001_initial"),
        ("sales", "0004_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuoteCounter",
            fields=[
                ("year", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Quote",
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
                ("number", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("latest", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("sent", "Sent"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
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
                ("valid_until", models.DateField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="sales.opportunity",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="quote_by_creation"),
                    models.Index(fields=["opportunity", "-created_at"], name="quote_by_opportunity"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("number", ""), _negated=True)
                        ),
                        name="quote_has_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="quote_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("latest__range", (1, 100))), name="quote_latest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("sent", "Sent"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans", max_length=8
                    ),
                ),
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
                ("is_tax_included", models.BooleanField(default=True)),
                ("discount_percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("discount_amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("valid_until", models.DateField(null=True)),
                ("intro", models.TextField(blank=True, default="")),
                ("terms", models.TextField(blank=True, default="")),
                ("subtotal", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("discount", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("net", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("tax", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("reduction", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("frozen", headwater.kernel.models.OrjsonField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_by_id", models.BigIntegerField(null=True)),
                ("link_salt", models.CharField(blank=True, default="", max_length=32)),
                ("link_hash", models.CharField(max_length=64, null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by_id", models.BigIntegerField(null=True)),
                ("settled_name", models.CharField(blank=True, default="", max_length=80)),
                ("settled_note", models.CharField(blank=True, default="", max_length=1000)),
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
                    "price_book",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.pricebook",
                    ),
                ),
                (
                    "quote",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="quotes.quote",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")), fields=["valid_until"], name="quote_expiring"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("quote", "number"), name="quote_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "accepted")),
                        fields=("quote",),
                        name="quote_accepted_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "sent")), fields=("quote",), name="quote_out_once"
                    ),
                    models.UniqueConstraint(fields=("link_hash",), name="quote_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="quote_version_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__isnull", True),
                            ("discount_amount__isnull", True),
                            _connector="OR",
                        ),
                        name="quote_version_one_discount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("discount_percent__isnull", True),
                                ("discount_percent__range", (0, 100)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("discount_amount__isnull", True),
                                ("discount_amount__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="quote_version_discount_in_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("net__gte", 0),
                            ("tax__gte", 0),
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            ),
                        ),
                        name="quote_version_sums",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("sent", "accepted", "declined", "expired", "withdrawn")),
                                _negated=True,
                            ),
                            models.Q(("link_hash__isnull", False), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="quote_version_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opportunity_id", models.BigIntegerField()),
                (
                    "happening",
                    models.CharField(
                        choices=[
                            ("created", "Written"),
                            ("revised", "New version"),
                            ("asked", "Approval asked for"),
                            ("approved", "Approved"),
                            ("rejected", "Not approved"),
                            ("reopened", "Back to draft"),
                            ("sent", "Sent"),
                            ("mailed", "Mailed"),
                            ("mail_failed", "Mail failed"),
                            ("opened", "Opened by the customer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("who", models.CharField(blank=True, default="", max_length=80)),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["opportunity_id", "-at", "-id"], name="quote_step_by_opportunity"),
                    models.Index(fields=["version", "at", "id"], name="quote_step_by_version"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotePaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("zh-hans", "简体中文"), ("en", "English")], max_length=8),
                ),
                ("file_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "language"), name="quote_paper_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("skipped", "Not sent"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("email", models.CharField(max_length=254)),
                ("sent_by_id", models.BigIntegerField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("due_at"),
                        models.F("id"),
                        condition=models.Q(("due_at__isnull", False)),
                        name="quote_mail_due",
                    ),
                    models.Index(models.F("version"), models.F("id"), name="quote_mail_by_version"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("mark", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, default="")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=14)),
                ("unit", models.CharField(blank=True, default="", max_length=20)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=18)),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("discount_percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("discount_amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("tax_rate", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("tax", models.DecimalField(decimal_places=2, max_digits=16)),
                ("total", models.DecimalField(decimal_places=2, max_digits=16)),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.product",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "position"), name="quote_line_place_once"),
                    models.UniqueConstraint(fields=("version", "mark"), name="quote_line_mark_once"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="quote_line_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0),
                            ("net__gte", 0),
                            ("quantity__gt", 0),
                            ("tax_rate__range", (0, 100)),
                            ("unit_price__gte", 0),
                        ),
                        name="quote_line_numbers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__isnull", True),
                            ("discount_amount__isnull", True),
                            _connector="OR",
                        ),
                        name="quote_line_one_discount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("discount_percent__isnull", True),
                                ("discount_percent__range", (0, 100)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("discount_amount__isnull", True),
                                ("discount_amount__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="quote_line_discount_in_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            )
                        ),
                        name="quote_line_sums",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("reasons", headwater.kernel.models.OrjsonField(default=list)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("taken_back", "Taken back"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=500)),
                (
                    "approver",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["version", "-asked_at"], name="quote_approval_by_version"),
                    models.Index(fields=["approver", "version"], name="quote_approval_by_approver"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision__isnull", True)),
                        fields=("version",),
                        name="quote_approval_waits_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision__in", ["approved", "rejected"]), _negated=True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="quote_approval_not_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decision__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decision__isnull", False)),
                            _connector="OR",
                        ),
                        name="quote_approval_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("discount_percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organization.role"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("discount_percent__isnull", True),
                                ("discount_percent__range", (0, 100)),
                                _connector="OR",
                            ),
                            models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                        ),
                        name="approval_limit_in_bounds",
                    )
                ],
            },
        ),
    ]
