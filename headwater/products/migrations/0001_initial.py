import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PriceBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
                ("name", models.CharField(max_length=120)),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("criteria", headwater.kernel.models.OrjsonField(default=dict)),
                ("description", models.CharField(max_length=400, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at", "-id"], name="price_book_by_creation")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="price_book_has_name"),
                    models.CheckConstraint(condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="price_book_currency"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="price_book_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("archived_at__isnull", True)),
                        name="price_book_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("name_key", models.CharField(max_length=200)),
                ("unit", models.CharField(max_length=20, null=True)),
                ("category", models.CharField(max_length=80, null=True)),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("tax_rate", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("description", models.TextField(null=True)),
                ("external_id", models.CharField(max_length=100, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="product_by_creation"),
                    models.Index(fields=["name_key"], name="product_name_key"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="product_has_name"),
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="product_has_code"),
                    models.CheckConstraint(condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="product_currency"),
                    models.CheckConstraint(
                        condition=models.Q(("list_price__isnull", True), ("list_price__gte", 0), _connector="OR"),
                        name="product_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tax_rate__isnull", True),
                            models.Q(("tax_rate__gte", 0), ("tax_rate__lte", 100)),
                            _connector="OR",
                        ),
                        name="product_tax_rate",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("code"),
                        condition=models.Q(("archived_at__isnull", True)),
                        name="product_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True), ("external_id__isnull", False)),
                        fields=("external_id",),
                        name="product_external_id_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_quantity", models.DecimalField(decimal_places=4, default=1, max_digits=14)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=18)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("book", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="products.pricebook")),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.product")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("from_quantity__gt", 0)), name="price_entry_quantity"),
                    models.CheckConstraint(condition=models.Q(("unit_price__gte", 0)), name="price_entry_price"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="price_entry_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        fields=("book", "product", "from_quantity", "valid_from"),
                        name="price_entry_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
