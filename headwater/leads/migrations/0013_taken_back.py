from django.db import migrations, models


class Migration(migrations.Migration):
    """What rules took back from a person, latest first."""

    dependencies = [("leads", "0012_serving_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                "from_owner_id", "at", condition=models.Q(("why", "recycled")), name="transfer_taken_back"
            ),
        ),
    ]
