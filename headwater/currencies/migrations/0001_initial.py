from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):

    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="company_currency_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="company_currency_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
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
                (
                    "base",
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
                ("on_date", models.DateField()),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18)),
            ],
            options={
                "indexes": [models.Index(fields=["-on_date", "-id"], name="rate_by_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="rate_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("currency", models.F("base")), _negated=True),
                        name="rate_between_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("base", "currency", "on_date"),
                        name="rate_once_a_day",
                    ),
                ],
            },
        ),
    ]
