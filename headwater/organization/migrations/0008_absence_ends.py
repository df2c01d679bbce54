"""Whether it was told that somebody is back; of what has ended by now nobody waits to hear."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("organization", "0007_working_time_in_range"),
    ]

    operations = [
        migrations.AddField("absence", "is_end_told", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(
            "UPDATE organization_absence SET is_end_told = TRUE WHERE ends_at <= now()",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "absence",
            models.Index(
                fields=["ends_at"],
                condition=models.Q(("is_end_told", False)),
                name="absence_end_untold",
            ),
        ),
    ]
