"""A first follow-up keeps until when it was due: the deadline itself goes with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("leads", "0014_conversions"),
    ]

    operations = [
        migrations.AddField(
            model_name="stagechange",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
    ]
