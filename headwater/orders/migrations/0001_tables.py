import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organization", "__first__"),
        ("products", "0001_initial"),
        ("quotes", "0002_frozen"),
        ("sales", "0004_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
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
                ("number", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
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
                ("ordered_on", models.DateField()),
                ("due_on", models.DateField()),
                ("discount", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("refunded", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("note", models.TextField(null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
                ("last_activity_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="sales.account",
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
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.opportunity",
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
                    "quote_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "-created_at", "-id"], name="order_by_owner"),
                    models.Index(fields=["-created_at", "-id"], name="order_by_creation"),
                    models.Index(fields=["account", "-created_at", "-id"], name="order_by_account"),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact"],
                        name="order_by_contact",
                    ),
                    models.Index(
                        condition=models.Q(("opportunity__isnull", False)),
                        fields=["opportunity"],
                        name="order_by_opportunity",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("state", "active"),
                            (
                                "total__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("paid"), "-", models.F("refunded")
                                ),
                            ),
                        ),
                        fields=["owner", "account"],
                        name="order_with_open_money",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="order_has_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "active", "completed", "cancelled"])),
                        name="order_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="order_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount__gte", 0), ("total__gte", 0)),
                        name="order_total_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid__gte", 0)), name="order_paid_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded__gte", 0), ("refunded__lte", models.F("paid"))),
                        name="order_refunded_within_paid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["draft", "cancelled"]), _negated=True),
                            ("refunded", models.F("paid")),
                            _connector="OR",
                        ),
                        name="order_without_money",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("number",),
                        name="order_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("external_id__isnull", False)),
                        fields=("external_id",),
                        name="order_external_id_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("quote_version__isnull", False),
                            models.Q(("state", "cancelled"), _negated=True),
                        ),
                        fields=("quote_version",),
                        name="order_of_quote_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("percent", models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ("note", models.CharField(max_length=200, null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["order", "due_on", "id"], name="instalment_of"),
                    models.Index(fields=["due_on"], name="instalment_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="instalment_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("percent__isnull", True),
                            models.Q(("percent__gt", 0), ("percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="instalment_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("unit", models.CharField(max_length=20, null=True)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=14)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=18)),
                ("discount", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("tax_rate", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("tax", models.DecimalField(decimal_places=2, max_digits=16)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.product",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("product__isnull", False)),
                        fields=["product"],
                        name="order_line_product",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="order_line_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="order_line_quantity"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount__range", (0, 100)), ("tax_rate__range", (0, 100))),
                        name="order_line_percents",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            )
                        ),
                        name="order_line_adds_up",
                    ),
                    models.UniqueConstraint(fields=("order", "position"), name="order_line_place"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("total", models.DecimalField(decimal_places=2, max_digits=16)),
                ("note", models.CharField(max_length=500, null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["order", "-at", "-id"], name="order_move_of")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                        choices=[("payment", "Payment"), ("refund", "Refund"), ("void", "Void")], max_length=8
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
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
                        max_length=3,
                    ),
                ),
                ("paid_on", models.DateField()),
                ("method", models.CharField(max_length=80, null=True)),
                ("reference", models.CharField(max_length=100, null=True)),
                ("note", models.CharField(max_length=500, null=True)),
                ("original_amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                (
                    "original_currency",
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
                        max_length=3,
                        null=True,
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20, null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.payment",
                    ),
                ),
                (
                    "instalment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.instalment",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="orders.order",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["order", "-paid_on", "-id"], name="payment_of"),
                    models.Index(fields=["-paid_on", "-id"], name="payment_by_day"),
                    models.Index(fields=["owner", "paid_on"], name="payment_by_owner"),
                    models.Index(
                        condition=models.Q(("instalment__isnull", False)),
                        fields=["instalment"],
                        name="payment_by_instalment",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("corrects__isnull", True), ("kind", "payment")),
                            models.Q(("amount__lt", 0), ("corrects__isnull", True), ("kind", "refund")),
                            models.Q(
                                ("corrects__isnull", False),
                                ("kind", "void"),
                                models.Q(("amount", 0), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payment_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("original_amount__isnull", True),
                                ("original_currency__isnull", True),
                                ("rate__isnull", True),
                            ),
                            models.Q(
                                ("original_amount__isnull", False),
                                ("original_currency__isnull", False),
                                ("rate__gt", 0),
                                models.Q(("original_currency", models.F("currency")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payment_original",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects__isnull", False)),
                        fields=("corrects",),
                        name="payment_voided_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id__isnull", False)),
                        fields=("external_id",),
                        name="payment_external_id_once",
                    ),
                ],
            },
        ),
    ]
