import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import headwater.forms.types

BY_SOURCE = """
ALTER TABLE forms_formday
    ADD COLUMN came_from varchar(60) NOT NULL DEFAULT '',
    ADD COLUMN starts integer NOT NULL DEFAULT 0 CHECK (starts >= 0),
    DROP CONSTRAINT forms_formday_pkey,
    ADD PRIMARY KEY (form_id, day, came_from)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("form", "owner", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.AddField("form", "opens_at", models.DateTimeField(null=True)),
        migrations.AddField("form", "closes_at", models.DateTimeField(null=True)),
        migrations.AddField("form", "mail_subject", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("form", "mail_text", models.TextField(blank=True, default="")),
        migrations.AddField("form", "files_most", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("form", "files_kind", models.CharField(choices=headwater.forms.types.FilesKind.choices, default=headwater.forms.types.FilesKind.DOCUMENTS, max_length=16)),
        migrations.AddField("form", "files_megabytes", models.PositiveSmallIntegerField(default=5)),
        migrations.AddField("form", "files_label", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("form", "files_required", models.BooleanField(default=False)),
        migrations.AddConstraint("form", models.CheckConstraint(condition=models.Q(("files_megabytes__range", (1, 20)), ("files_most__lte", 5)), name="form_files_in_bounds")),
        migrations.AddField("submission", "came_from", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddIndex("submission", models.Index(fields=["lead_id"], name="submission_by_lead")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BY_SOURCE, migrations.RunSQL.noop)],
            state_operations=[
                migrations.DeleteModel("FormDay"),
                migrations.CreateModel(
                    name="FormDay",
                    fields=[
                        ("pk", models.CompositePrimaryKey("form_id", "day", "came_from", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("form_id", models.BigIntegerField()),
                        ("day", models.DateField()),
                        ("came_from", models.CharField(default="", max_length=60)),
                        ("views", models.PositiveIntegerField(default=0)),
                        ("starts", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                    ],
                ),
            ],
        ),
        migrations.CreateModel(
            name="Confirmation",
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
                ("lead_id", models.BigIntegerField()),
                ("email", models.CharField(max_length=254)),
                ("submission", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="confirmation", to="forms.submission")),
            ],
        ),
        migrations.AddIndex("confirmation", models.Index("due_at", "id", condition=models.Q(("due_at__isnull", False)), name="confirmation_due")),
        migrations.AddIndex("confirmation", models.Index(models.F("lead_id"), name="confirmation_by_lead")),
        migrations.AddIndex("confirmation", models.Index("email", "created_at", name="confirmation_by_address")),
    ]
