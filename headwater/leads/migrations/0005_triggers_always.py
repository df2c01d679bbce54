"""The deadlines of imported leads too: an import writes where only such triggers fire (docs/adr/import-writes.md)."""

from django.db import migrations

ALWAYS = """
ALTER TABLE leads_lead ENABLE ALWAYS TRIGGER lead_deadlines_of_new;
ALTER TABLE leads_lead ENABLE ALWAYS TRIGGER lead_deadlines_move;
"""
USUAL = """
ALTER TABLE leads_lead ENABLE TRIGGER lead_deadlines_of_new;
ALTER TABLE leads_lead ENABLE TRIGGER lead_deadlines_move;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_why")]

    operations = [migrations.RunSQL(ALWAYS, USUAL)]
