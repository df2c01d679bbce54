"""A move says since when the opportunity was in the stage that it left: reports of millions of moves need
not look for the one before each.
"""

from django.db import migrations, models

KEPT = """
CREATE FUNCTION sales_stagemove_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.since := (SELECT m.at FROM sales_stagemove m WHERE m.opportunity_id = NEW.opportunity_id
        AND m.at <= NEW.at ORDER BY m.at DESC, m.id DESC LIMIT 1);
    RETURN NEW;
END $$;
CREATE TRIGGER sales_stagemove_since BEFORE INSERT ON sales_stagemove
    FOR EACH ROW EXECUTE FUNCTION sales_stagemove_since();
"""

FILL = """
ALTER TABLE sales_stagemove DISABLE TRIGGER sales_stagemove_append_only;
UPDATE sales_stagemove m SET since = x.since FROM (
  SELECT id, lag(at) OVER (PARTITION BY opportunity_id ORDER BY at, id) AS since FROM sales_stagemove
) x WHERE x.id = m.id AND x.since IS NOT NULL;
ALTER TABLE sales_stagemove ENABLE TRIGGER sales_stagemove_append_only;
"""

UNDO = """
DROP TRIGGER sales_stagemove_since ON sales_stagemove;
DROP FUNCTION sales_stagemove_since();
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0008_amount_default")]

    operations = [
        migrations.AddField("stagemove", "since", models.DateTimeField(null=True, editable=False)),
        migrations.RunSQL(KEPT, UNDO),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
