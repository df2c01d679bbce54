from django.db import migrations

FORWARD = """
CREATE FUNCTION platform_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER platform_audit_append_only BEFORE UPDATE OR DELETE ON platform_audit
    FOR EACH ROW EXECUTE FUNCTION platform_audit_refuse();
CREATE TRIGGER platform_audit_no_truncate BEFORE TRUNCATE ON platform_audit
    FOR EACH STATEMENT EXECUTE FUNCTION platform_audit_refuse();
CREATE TRIGGER platform_audit_seal_append_only BEFORE UPDATE OR DELETE ON platform_audit_seal
    FOR EACH ROW EXECUTE FUNCTION platform_audit_refuse();
CREATE TRIGGER platform_audit_seal_no_truncate BEFORE TRUNCATE ON platform_audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION platform_audit_refuse();
CREATE INDEX platform_audit_at ON platform_audit USING brin (at);
"""
BACK = """
DROP INDEX platform_audit_at;
DROP TRIGGER platform_audit_append_only ON platform_audit;
DROP TRIGGER platform_audit_no_truncate ON platform_audit;
DROP TRIGGER platform_audit_seal_append_only ON platform_audit_seal;
DROP TRIGGER platform_audit_seal_no_truncate ON platform_audit_seal;
DROP FUNCTION platform_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("platform_audit", "0001_initial"), ("platform_events", "0002_settled")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
