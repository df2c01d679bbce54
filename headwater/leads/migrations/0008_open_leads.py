from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("leads", "0007_pool_views"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("owner"),
                models.F("home_pool"),
                condition=models.Q(("archived_at__isnull", True), ("status__in", ("assigned", "following"))),
                name="lead_open",
            ),
        ),
    ]
