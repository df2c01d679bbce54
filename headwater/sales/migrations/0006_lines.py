"""What an opportunity is about, line by line; its amount follows unless it was set by hand."""

import django.db.models.deletion
from django.db import migrations, models

# Stored, not computed at reading: it is added up over hundreds of thousands of lines.
_FORWARD = """
ALTER TABLE sales_opportunityline ADD CONSTRAINT opportunity_line_amount
CHECK (amount = round(quantity * unit_price * (100 - discount) / 100, 2));
"""
_BACK = "ALTER TABLE sales_opportunityline DROP CONSTRAINT opportunity_line_amount;"


class Migration(migrations.Migration):

    dependencies = [
        ("products", "0001_initial"),
        ("sales", "0005_stage_requirements"),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="amount_by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="OpportunityLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=4, default=1, max_digits=14)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=18)),
                ("discount", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("position", models.IntegerField(default=0)),
                ("opportunity", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="sales.opportunity")),
                ("product", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="products.product")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["opportunity", "position", "id"], name="opportunity_line_of"),
                    models.Index(fields=["product", "opportunity"], name="opportunity_line_product"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="opportunity_line_quantity"),
                    models.CheckConstraint(condition=models.Q(("unit_price__gte", 0)), name="opportunity_line_price"),
                    models.CheckConstraint(
                        condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                        name="opportunity_line_discount",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACK),
    ]
