import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("leads", "0001_tables"),
        ("routing", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=[("waiting", "Waiting"), ("sending", "Being sent"), ("sent", "Sent"), ("skipped", "Not sent"), ("failed", "Failed")], default="waiting", max_length=8)),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("decision", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="routing.decision")),
                ("lead", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead")),
            ],
            options={
                "indexes": [models.Index(models.F("due_at"), models.F("id"), condition=models.Q(("due_at__isnull", False)), name="routing_mail_due")],
                "constraints": [models.UniqueConstraint(fields=("lead", "decision"), name="routing_mail_once")],
            },
        ),
    ]
