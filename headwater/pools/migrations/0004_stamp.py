"""Where people stand in pools is part of what they may do: a change of it renews the company's number."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER organization_stamp
AFTER INSERT OR DELETE OR UPDATE OF archived_at, masks_contacts ON pools_pool
FOR EACH STATEMENT EXECUTE FUNCTION organization_stamp_renew();
CREATE TRIGGER organization_stamp AFTER INSERT OR DELETE OR UPDATE ON pools_poolmember
FOR EACH STATEMENT EXECUTE FUNCTION organization_stamp_renew();
"""
BACK = """
DROP TRIGGER organization_stamp ON pools_pool;
DROP TRIGGER organization_stamp ON pools_poolmember;
"""


class Migration(migrations.Migration):
    dependencies = [("pools", "0003_recycle_functions"), ("organization", "0002_stamp")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
