"""Merges of leads are kept where those of accounts and contacts are."""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
INSERT INTO sales_merge (id, record_type, survivor_id, at, actor_id, before, after, undone_at, undone_by_id)
SELECT id, 'lead', survivor_id, at, actor_id, before, after, undone_at, undone_by_id FROM leads_merge;
SELECT setval(pg_get_serial_sequence('sales_merge', 'id'), GREATEST(max(id), 1), max(id) IS NOT NULL)
FROM sales_merge;
INSERT INTO sales_mergedrecord (merge_id, record_type, record_id, carried, place)
SELECT merge_id, 'lead', lead_id, jsonb_build_array(carried), place FROM leads_mergedlead ORDER BY id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("leads", "0010_pool_counts"),
        ("sales", "0004_merges"),
    ]

    operations = [
        migrations.RunSQL(MOVE),
        migrations.AlterField(
            model_name="othercontact",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="sales.merge"
            ),
        ),
        migrations.DeleteModel(name="MergedLead"),
        migrations.DeleteModel(name="Merge"),
    ]
