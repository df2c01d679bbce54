"""API tokens are part of what may be done: a change of them renews the company's number too.

That a token was used does not: it is noted every few minutes.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER organization_stamp
AFTER INSERT OR DELETE OR UPDATE OF user_id, digest, scopes, expires_at, revoked_at ON platform_token
FOR EACH STATEMENT EXECUTE FUNCTION organization_stamp_renew();
"""
BACK = "DROP TRIGGER organization_stamp ON platform_token;"


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_attempts"), ("platform_tokens", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
