"""Keys that too many records share to find anybody."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

COUNT = """
INSERT INTO duplicates_commonkey (record, key)
SELECT f.record, k.key FROM duplicates_fingerprint f CROSS JOIN LATERAL unnest(f.keys) AS k (key)
GROUP BY f.record, k.key HAVING count(*) > 60
"""


class Migration(migrations.Migration):

    dependencies = [("duplicates", "0002_groups")]

    operations = [
        migrations.CreateModel(
            name="CommonKey",
            fields=[
                ("pk", models.CompositePrimaryKey("record", "key", blank=True, editable=False, primary_key=True, serialize=False)),
                ("record", models.CharField(max_length=12)),
                ("key", models.BigIntegerField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX fingerprint_keys SET (gin_pending_list_limit = 256)",
                    "ALTER INDEX fingerprint_keys RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("fingerprint", "fingerprint_keys"),
                migrations.AddIndex(
                    "fingerprint",
                    GinIndex(fields=["keys"], name="fingerprint_keys", gin_pending_list_limit=256),
                ),
            ],
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
