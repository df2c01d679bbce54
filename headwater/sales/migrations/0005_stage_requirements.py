import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("sales", "0004_merges"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="pipeline", name="pipeline_name_once"),
        migrations.AddConstraint(
            model_name="pipeline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at__isnull", True)), fields=("name",), name="pipeline_name_once"
            ),
        ),
        migrations.AddField(
            model_name="stage",
            name="guidance",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="stage",
            name="required_fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120), blank=True, default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="StageItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("guidance", models.TextField(blank=True, default="")),
                ("activity_kind", models.CharField(max_length=20, null=True)),
                ("position", models.IntegerField()),
                ("archived_at", models.DateTimeField(null=True)),
                ("stage", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="items", to="sales.stage")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("archived_at__isnull", True)), fields=["stage", "position"], name="stage_item_order")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="stage_item_has_name"),
                    models.UniqueConstraint(condition=models.Q(("archived_at__isnull", True)), fields=("stage", "name"), name="stage_item_name_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageTick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_id", models.BigIntegerField(null=True)),
                ("activity_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("item", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sales.stageitem")),
                ("opportunity", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="ticks", to="sales.opportunity")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("opportunity", "item"), name="stage_tick_once")],
            },
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True), ("closed_at__isnull", False)),
                fields=["stage", "-closed_at", "-id"],
                name="opportunity_closed",
            ),
        ),
    ]
