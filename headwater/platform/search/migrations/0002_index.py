from django.db import migrations

FORWARD = """
CREATE INDEX platform_search_tokens ON platform_search_entry USING gin (tokens);
ALTER TABLE platform_search_entry ALTER COLUMN tokens SET STATISTICS 400;
ALTER TABLE platform_search_entry SET (autovacuum_vacuum_insert_scale_factor = 0.05);
"""
BACK = "DROP INDEX platform_search_tokens;"


class Migration(migrations.Migration):
    dependencies = [("platform_search", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
