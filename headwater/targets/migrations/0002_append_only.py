"""What was said and what was known stays as it was written; the database itself notes what is known."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION targets_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER targets_opportunityedit_append_only BEFORE UPDATE OR DELETE ON targets_opportunityedit
    FOR EACH ROW EXECUTE FUNCTION targets_refuse_change();
CREATE TRIGGER targets_stagecategory_append_only BEFORE UPDATE OR DELETE ON targets_stagecategory
    FOR EACH ROW EXECUTE FUNCTION targets_refuse_change();
CREATE TRIGGER targets_categoryentry_append_only BEFORE UPDATE OR DELETE ON targets_categoryentry
    FOR EACH ROW EXECUTE FUNCTION targets_refuse_change();
CREATE TRIGGER targets_adjustment_append_only BEFORE UPDATE OR DELETE ON targets_adjustment
    FOR EACH ROW EXECUTE FUNCTION targets_refuse_change();
CREATE TRIGGER targets_submission_append_only BEFORE UPDATE OR DELETE ON targets_submission
    FOR EACH ROW EXECUTE FUNCTION targets_refuse_change();
"""

APPEND_ONLY_UNDO = """
DROP TRIGGER targets_submission_append_only ON targets_submission;
DROP TRIGGER targets_adjustment_append_only ON targets_adjustment;
DROP TRIGGER targets_categoryentry_append_only ON targets_categoryentry;
DROP TRIGGER targets_stagecategory_append_only ON targets_stagecategory;
DROP TRIGGER targets_opportunityedit_append_only ON targets_opportunityedit;
DROP FUNCTION targets_refuse_change();
"""

# A statement that bumps neither version nor `updated_at` says nothing of its moment: then it is its own.
KNOWN = """
CREATE FUNCTION targets_note_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO targets_opportunityedit (opportunity_id, stage_id, amount, currency, expected_close_on,
        owner_id, closed_at, archived, at)
    VALUES (NEW.id, NEW.stage_id, NEW.amount, NEW.currency, NEW.expected_close_on, NEW.owner_id,
        NEW.closed_at, NEW.archived_at IS NOT NULL,
        CASE WHEN (NEW.updated_at, NEW.version) IS DISTINCT FROM (OLD.updated_at, OLD.version)
             THEN NEW.updated_at ELSE statement_timestamp() END);
    RETURN NULL;
END $$;
CREATE TRIGGER targets_note_edit AFTER UPDATE ON sales_opportunity FOR EACH ROW
    WHEN ((OLD.stage_id, OLD.amount, OLD.currency, OLD.expected_close_on, OLD.owner_id, OLD.closed_at,
           OLD.archived_at) IS DISTINCT FROM
          (NEW.stage_id, NEW.amount, NEW.currency, NEW.expected_close_on, NEW.owner_id, NEW.closed_at,
           NEW.archived_at))
    EXECUTE FUNCTION targets_note_edit();
ALTER TABLE sales_opportunity ENABLE ALWAYS TRIGGER targets_note_edit;
"""

KNOWN_UNDO = """
DROP TRIGGER targets_note_edit ON sales_opportunity;
DROP FUNCTION targets_note_edit();
"""

# What was closed in a period and what is to close in one, without reading the years around it.
READING = """
CREATE INDEX targets_closed ON sales_opportunity (closed_at)
    WHERE archived_at IS NULL AND closed_at IS NOT NULL;
CREATE INDEX targets_closing ON sales_opportunity (expected_close_on)
    WHERE archived_at IS NULL AND closed_at IS NULL;
CREATE INDEX targets_converted ON leads_conversion (at);
"""

READING_UNDO = "DROP INDEX targets_converted; DROP INDEX targets_closing; DROP INDEX targets_closed;"


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0001_tables"),
        ("sales", "0004_merges"),
        ("leads", "0013_taken_back"),
    ]

    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_UNDO),
        migrations.RunSQL(KNOWN, KNOWN_UNDO),
        migrations.RunSQL(READING, READING_UNDO),
    ]
