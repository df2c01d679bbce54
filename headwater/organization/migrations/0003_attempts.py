"""Where attempts to sign in are counted (Django's database cache): for all web processes together.

Unlogged: after a crash of the server counting begins anew.
"""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE organization_attempt (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX organization_attempt_expires ON organization_attempt (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0002_stamp")]

    operations = [migrations.RunSQL(FORWARD, "DROP TABLE organization_attempt")]
