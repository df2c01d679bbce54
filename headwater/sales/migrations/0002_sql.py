"""What Django's models cannot say: composite foreign keys, and history that stays as it was written."""

from django.db import migrations

PLACE = """
ALTER TABLE sales_opportunity ADD CONSTRAINT opportunity_place
    FOREIGN KEY (stage_id, pipeline_id, status) REFERENCES sales_stage (id, pipeline_id, kind);
"""

APPEND_ONLY = """
CREATE FUNCTION sales_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sales_stagemove_append_only BEFORE UPDATE OR DELETE ON sales_stagemove
    FOR EACH ROW EXECUTE FUNCTION sales_refuse_change();
CREATE TRIGGER sales_ownerchange_append_only BEFORE UPDATE OR DELETE ON sales_ownerchange
    FOR EACH ROW EXECUTE FUNCTION sales_refuse_change();
"""

UNDO = """
DROP TRIGGER sales_ownerchange_append_only ON sales_ownerchange;
DROP TRIGGER sales_stagemove_append_only ON sales_stagemove;
DROP FUNCTION sales_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [
        migrations.RunSQL(PLACE, "ALTER TABLE sales_opportunity DROP CONSTRAINT opportunity_place;"),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]
