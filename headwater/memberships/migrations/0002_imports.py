from django.db import migrations, models


class Migration(migrations.Migration):
    """Members know the file they came by."""

    dependencies = [("memberships", "0001_tables")]

    operations = [
        migrations.AddField("member", "import_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "member",
            models.Index(
                fields=["import_id"],
                name="member_by_import",
                condition=models.Q(("import_id__isnull", False)),
            ),
        ),
        migrations.RunSQL(
            "UPDATE memberships_member m SET import_id = t.import_id FROM leads_touch t"
            " WHERE m.how = 'imported' AND t.lead_id = m.lead_id AND t.campaign_id = m.campaign_id"
            " AND t.import_id IS NOT NULL AND t.is_first",
            migrations.RunSQL.noop,
        ),
    ]
