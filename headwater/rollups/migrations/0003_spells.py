"""What followed each change of place; cells by intent and by the reason of being invalid. All is counted anew."""

from django.db import migrations, models

_EMPTY = "TRUNCATE rollups_leadstory, rollups_leadday, rollups_leadplace"
# Where nothing has been counted yet, nothing has to be counted anew.
_NOTHING_TO_FILL = """
UPDATE rollups_filling SET shape = 3 WHERE filled_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM leads_lead) AND NOT EXISTS (SELECT 1 FROM engagement_activity)
"""


def _text(size: int) -> models.CharField:
    return models.CharField(max_length=size)


class Migration(migrations.Migration):

    dependencies = [
        ("rollups", "0002_won_by"),
    ]

    operations = [
        migrations.RunSQL(_EMPTY, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Spell",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("lead_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("why", _text(12)),
                ("from_owner_id", models.BigIntegerField(null=True)),
                ("to_owner_id", models.BigIntegerField(null=True)),
                ("reason", _text(40)),
                ("is_living", models.BooleanField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("response_seconds", models.BigIntegerField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(max_length=12, null=True)),
            ],
        ),
        migrations.RemoveConstraint(model_name="leadday", name="rollup_lead_day_cell"),
        migrations.RemoveConstraint(model_name="leadplace", name="rollup_lead_place_cell"),
        migrations.AddField("leadstory", "created_at", models.DateTimeField()),
        migrations.AddField("leadstory", "intent", _text(40)),
        migrations.AddField("leadstory", "invalid_reason", _text(40)),
        migrations.AddField("leadday", "invalid_reason", _text(40)),
        migrations.AddField("leadplace", "intent", _text(40)),
        migrations.AddConstraint(
            model_name="leadday",
            constraint=models.UniqueConstraint(
                fields=(
                    *("day", "source_id", "channel_id", "campaign_id", "status", "stage", "reached"),
                    "invalid_reason",
                ),
                name="rollup_lead_day_cell",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="leadplace",
            constraint=models.UniqueConstraint(
                fields=("owner_id", "pool_id", "home_pool_id", "status", "stage", "intent"),
                name="rollup_lead_place_cell",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex("leadstory", models.Index("created_at", name="rollup_story_created")),
        migrations.AddIndex(
            "leadstory",
            models.Index(
                "converted_at",
                condition=models.Q(("converted_at__isnull", False)),
                name="rollup_story_converted",
            ),
        ),
        migrations.AddIndex("spell", models.Index("lead_id", name="rollup_spell_lead")),
        migrations.AddIndex("spell", models.Index("at", name="rollup_spell_at")),
        migrations.AddIndex("spell", models.Index("to_owner_id", "at", name="rollup_spell_to")),
        migrations.AddIndex("spell", models.Index("from_owner_id", "at", name="rollup_spell_from")),
        migrations.RunSQL(_NOTHING_TO_FILL, migrations.RunSQL.noop),
    ]
