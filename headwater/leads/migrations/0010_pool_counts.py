from django.db import migrations, models


class Migration(migrations.Migration):
    """What a pool holds is counted from the index alone."""

    dependencies = [("leads", "0009_merges")]

    operations = [
        migrations.RemoveIndex(model_name="lead", name="lead_pooled"),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("pool"),
                models.OrderBy(models.F("created_at"), descending=True),
                condition=models.Q(("pool__isnull", False)),
                include=("claimable_at", "archived_at"),
                name="lead_pooled",
            ),
        ),
    ]
