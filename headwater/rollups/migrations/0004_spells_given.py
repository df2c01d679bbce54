"""What reports ask of leads that somebody got, in an index that has all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("rollups", "0003_spells"),
    ]

    operations = [
        migrations.AddIndex(
            "spell",
            models.Index(
                "at",
                condition=models.Q(("is_living", True), ("to_owner_id__isnull", False)),
                include=("id", "lead_id", "why", "to_owner_id", "ended_by", "response_seconds", "answered_at"),
                name="rollup_spell_given",
            ),
        ),
    ]
