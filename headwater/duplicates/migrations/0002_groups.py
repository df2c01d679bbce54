"""What is new is paired alone; what hangs together is a group."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("duplicates", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unpaired",
            fields=[
                ("pk", models.CompositePrimaryKey("record", "record_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("record", models.CharField(max_length=12)),
                ("record_id", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="suggestion", name="group_id", field=models.BigIntegerField(null=True)
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                F("record"),
                F("group_id"),
                F("percent").desc(),
                F("id").desc(),
                condition=Q(state="open"),
                name="suggestion_group",
            ),
        ),
        # A pair that waits is not found again once its records count as paired: it has to outlive a crash.
        migrations.RunSQL("TRUNCATE duplicates_candidate", migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TABLE duplicates_candidate SET LOGGED", migrations.RunSQL.noop),
        migrations.RunSQL(
            "INSERT INTO duplicates_unpaired (record, record_id)"
            " SELECT record, record_id FROM duplicates_fingerprint",
            migrations.RunSQL.noop,
        ),
    ]
