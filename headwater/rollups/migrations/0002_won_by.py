"""Which opportunity made a lead won. Stories that are there are reckoned anew in the background."""

from django.db import migrations, models

# Where nothing has been counted yet, nothing has to be counted anew.
_NOTHING_TO_FILL = """
UPDATE rollups_filling SET shape = 2 WHERE filled_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM leads_lead) AND NOT EXISTS (SELECT 1 FROM engagement_activity)
"""


class Migration(migrations.Migration):

    dependencies = [
        ("rollups", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="leadstory",
            name="won_by_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="leadstory",
            index=models.Index(
                models.F("won_by_id"),
                condition=models.Q(("won_by_id__isnull", False)),
                name="rollup_story_won_by",
            ),
        ),
        migrations.RunSQL(_NOTHING_TO_FILL, migrations.RunSQL.noop),
    ]
