from django.db import migrations


class Migration(migrations.Migration):
    """What was seen while a file is checked needs no WAL: after a crash the check starts again."""

    dependencies = [("platform_imports", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE platform_import_seen SET UNLOGGED", "ALTER TABLE platform_import_seen SET LOGGED"
        )
    ]
