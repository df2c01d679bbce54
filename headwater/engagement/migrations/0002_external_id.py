from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Follow-ups from another system keep their number, so that importing them again doubles nothing."""

    dependencies = [("engagement", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="external_id",
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(
                fields=["external_id"],
                name="activity_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ),
    ]
