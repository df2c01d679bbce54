from django.db import migrations, models

# Small, written all the time and worth nothing after a crash. Room in each page lets an update stay in it.
TABLE = """
CREATE UNLOGGED TABLE platform_limit (
    key uuid PRIMARY KEY,
    whole_at timestamp with time zone NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE platform_limit")],
            state_operations=[
                migrations.CreateModel(
                    name="Allowance",
                    fields=[
                        ("key", models.UUIDField(primary_key=True, serialize=False)),
                        ("whole_at", models.DateTimeField()),
                    ],
                    options={"db_table": "platform_limit"},
                )
            ],
        )
    ]
