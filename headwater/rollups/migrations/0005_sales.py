"""Which sales came of which lead. All is counted anew; what stands there already is kept where it is right."""

from django.db import migrations, models

# Where nothing has been counted yet, nothing has to be counted anew.
_NOTHING_TO_FILL = """
UPDATE rollups_filling SET shape = 4 WHERE filled_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM leads_lead) AND NOT EXISTS (SELECT 1 FROM engagement_activity)
"""


class Migration(migrations.Migration):

    dependencies = [
        ("rollups", "0004_spells_given"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sale",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lead_id", models.BigIntegerField()),
                ("opportunity_id", models.BigIntegerField(null=True)),
                ("order_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lead_id", "opportunity_id", "order_id"),
                        name="rollup_sale_once",
                        nulls_distinct=False,
                    )
                ],
                "indexes": [
                    models.Index("opportunity_id", name="rollup_sale_opportunity"),
                    models.Index(
                        "order_id",
                        condition=models.Q(("order_id__isnull", False)),
                        name="rollup_sale_order",
                    ),
                ],
            },
        ),
        migrations.RemoveIndex("leadstory", "rollup_story_converted"),
        migrations.AddIndex(
            "leadstory",
            models.Index(
                "converted_at",
                condition=models.Q(("converted_at__isnull", False)),
                include=(
                    *("lead_id", "created_at", "source_id", "channel_id", "campaign_id", "status", "stage"),
                    *("owner_id", "pool_id", "home_pool_id", "is_living"),
                ),
                name="rollup_story_converted",
            ),
        ),
        migrations.AddIndex(
            "spell",
            models.Index(
                "at",
                condition=models.Q(("is_living", True), ("why", "returned")),
                include=("id", "lead_id", "reason", "from_owner_id", "to_owner_id"),
                name="rollup_spell_returned",
            ),
        ),
        migrations.RunSQL(_NOTHING_TO_FILL, migrations.RunSQL.noop),
    ]
