import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    """What a conversion made and from which state, so that it can be undone; the map of fields."""

    dependencies = [("leads", "0013_taken_back")]

    operations = [
        migrations.AddField(
            model_name="conversion",
            name="opportunity_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="conversion", name="made", field=headwater.kernel.models.OrjsonField(default=list)
        ),
        migrations.AddField(
            model_name="conversion", name="before", field=headwater.kernel.models.OrjsonField(default=dict)
        ),
        migrations.AddField(
            model_name="conversion", name="left_out", field=headwater.kernel.models.OrjsonField(default=list)
        ),
        migrations.RunSQL(
            "UPDATE leads_conversion SET opportunity_ids = ARRAY[opportunity_id]"
            " WHERE opportunity_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="UndoneConversion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("converted_at", models.DateTimeField()),
                ("converted_by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("was", headwater.kernel.models.OrjsonField(default=dict)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_conversions",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConversionMap",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("content", headwater.kernel.models.OrjsonField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
                ("updated_by_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="conversion_map_is_one")
                ],
            },
        ),
    ]
