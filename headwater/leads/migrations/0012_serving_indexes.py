from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists by the next and the latest contact and reads of what has changed find their page in an index."""

    dependencies = [("leads", "0011_common_merges")]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                "last_activity_at",
                "id",
                condition=models.Q(("archived_at__isnull", True), ("last_activity_at__isnull", False)),
                name="lead_last_activity",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                "next_follow_at",
                "id",
                condition=models.Q(("archived_at__isnull", True), ("next_follow_at__isnull", False)),
                name="lead_next_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index("updated_at", "id", name="lead_changed"),
        ),
    ]
