from django.db import migrations

FORWARD = """
CREATE FUNCTION platform_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER platform_version_append_only BEFORE UPDATE OR DELETE ON platform_version
    FOR EACH ROW EXECUTE FUNCTION platform_version_refuse();
"""
BACK = """
DROP TRIGGER platform_version_append_only ON platform_version;
DROP FUNCTION platform_version_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("platform_versions", "0001_tables")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
