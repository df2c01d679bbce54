"""A number that changes with every change of people, departments and roles: what caches of them depend on.

Its values come from a sequence, so that none ever comes back, not even after a rollback.
Sign-ins and visits (last_login, last_seen_at) do not touch it.
"""

from django.db import migrations

TABLES = {
    "user": "INSERT OR DELETE OR UPDATE OF email, password, name, mobile, title, department_id, manager_id,"
    " is_active, joined_at, deactivated_at, language, theme, time_zone, level, private_cap, is_on_duty, version",
    "department": "INSERT OR DELETE OR UPDATE",
    "role": "INSERT OR DELETE OR UPDATE",
    "rolegrant": "INSERT OR DELETE OR UPDATE",
    "fieldrule": "INSERT OR DELETE OR UPDATE",
    "user_roles": "INSERT OR DELETE OR UPDATE",
}
FORWARD = """
CREATE SEQUENCE organization_stamp_value;
CREATE TABLE organization_stamp (id integer PRIMARY KEY CHECK (id = 1), value bigint NOT NULL);
INSERT INTO organization_stamp VALUES (1, nextval('organization_stamp_value'));
CREATE FUNCTION organization_stamp_renew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE organization_stamp SET value = nextval('organization_stamp_value');
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER organization_stamp AFTER {events} ON organization_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION organization_stamp_renew();\n"
    for table, events in TABLES.items()
)
BACK = (
    "".join(f"DROP TRIGGER organization_stamp ON organization_{table};\n" for table in TABLES)
    + "DROP FUNCTION organization_stamp_renew();\nDROP TABLE organization_stamp;\n"
    "DROP SEQUENCE organization_stamp_value;\n"
)


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
