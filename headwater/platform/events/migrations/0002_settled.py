from django.db import migrations

# Transactions of other databases of the server cannot write here, however long they run. Whoever is
# not seen to be in another database counts as one of ours: it may have ended between the snapshot and
# the look at the activity, or be prepared.
FORWARD = """
CREATE FUNCTION platform_settled_xid() RETURNS xid8 LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT running FROM pg_snapshot_xip(pg_current_snapshot()) AS running
         WHERE NOT EXISTS (
             SELECT 1 FROM pg_stat_activity a
             WHERE a.backend_xid = running::xid
               AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))
         ORDER BY running LIMIT 1),
        pg_snapshot_xmax(pg_current_snapshot()))
$$;
COMMENT ON FUNCTION platform_settled_xid() IS
    'All transactions of this database below this id have ended; their rows are visible or never will be.';
"""
BACK = "DROP FUNCTION platform_settled_xid();"


class Migration(migrations.Migration):
    dependencies = [("platform_events", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
