"""What is counted ahead. A new house starts with full tables; elsewhere they are filled in the background."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

# In a house without leads and follow-ups there is nothing to fill.
_BEGIN = """
INSERT INTO rollups_filling (key, shape, zone, cursor, filled_at)
SELECT 'leads', 1, %s, '', CASE WHEN NOT EXISTS (SELECT 1 FROM leads_lead) THEN now() END
UNION ALL
SELECT 'follow_ups', 1, %s, '', CASE WHEN NOT EXISTS (SELECT 1 FROM engagement_activity) THEN now() END
"""


def begin(apps: Any, editor: Any) -> None:
    editor.execute(_BEGIN, (settings.TIME_ZONE, settings.TIME_ZONE))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("engagement", "0002_external_id"),
        ("leads", "0015_stage_due"),
        ("lines", "0001_tables"),
        ("sales", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadStory",
            fields=[
                ("lead_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("source_id", models.BigIntegerField(null=True)),
                ("channel_id", models.BigIntegerField(null=True)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("status", models.CharField(max_length=12)),
                ("stage", models.CharField(max_length=20)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("pool_id", models.BigIntegerField(null=True)),
                ("home_pool_id", models.BigIntegerField(null=True)),
                ("is_living", models.BooleanField()),
                ("reached", models.CharField(max_length=20)),
                ("first_owned_at", models.DateTimeField(null=True)),
                ("first_response_at", models.DateTimeField(null=True)),
                ("response_seconds", models.BigIntegerField(null=True)),
                ("handling_seconds", models.BigIntegerField(null=True)),
                ("response_due_at", models.DateTimeField(null=True)),
                ("is_in_time", models.BooleanField(null=True)),
                ("follow_ups", models.IntegerField()),
                ("last_follow_up_at", models.DateTimeField(null=True)),
                ("claims", models.IntegerField()),
                ("assignments", models.IntegerField()),
                ("transfers", models.IntegerField()),
                ("returns", models.IntegerField()),
                ("recycles", models.IntegerField()),
                ("wakes", models.IntegerField()),
                ("rounds", models.IntegerField()),
                ("mql_at", models.DateTimeField(null=True)),
                ("sql_at", models.DateTimeField(null=True)),
                ("won_at", models.DateTimeField(null=True)),
                ("disqualified_at", models.DateTimeField(null=True)),
                ("converted_at", models.DateTimeField(null=True)),
                ("invalid_at", models.DateTimeField(null=True)),
                ("last_return_reason", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Filling",
            fields=[
                ("key", models.CharField(choices=[("leads", "Leads"), ("follow_ups", "Follow-ups")], max_length=20, primary_key=True, serialize=False)),
                ("shape", models.PositiveIntegerField(default=0)),
                ("zone", models.CharField(default="", max_length=60)),
                ("cursor", models.CharField(default="", max_length=40)),
                ("stepped_at", models.DateTimeField(null=True)),
                ("filled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("key__in", ["leads", "follow_ups"])), name="rollup_key")],
            },
        ),
        migrations.CreateModel(
            name="FollowUpDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("author_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("outcome", models.CharField(max_length=80, null=True)),
                ("record_type", models.CharField(max_length=40)),
                ("follow_ups", models.BigIntegerField()),
                ("duration_seconds", models.BigIntegerField()),
                ("timed", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(models.F("day"), name="rollup_follow_up_day")],
                "constraints": [models.UniqueConstraint(fields=("author_id", "day", "kind", "outcome", "record_type"), name="rollup_follow_up_cell", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="LeadDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("source_id", models.BigIntegerField(null=True)),
                ("channel_id", models.BigIntegerField(null=True)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("status", models.CharField(max_length=12)),
                ("stage", models.CharField(max_length=20)),
                ("reached", models.CharField(max_length=20)),
                ("leads", models.BigIntegerField()),
                ("follow_ups", models.BigIntegerField()),
                ("responded", models.BigIntegerField()),
                ("response_seconds", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(models.F("day"), condition=models.Q(("leads", 0)), name="rollup_lead_day_empty")],
                "constraints": [models.UniqueConstraint(fields=("day", "source_id", "channel_id", "campaign_id", "status", "stage", "reached"), name="rollup_lead_day_cell", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="LeadPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_id", models.BigIntegerField(null=True)),
                ("pool_id", models.BigIntegerField(null=True)),
                ("home_pool_id", models.BigIntegerField(null=True)),
                ("status", models.CharField(max_length=12)),
                ("stage", models.CharField(max_length=20)),
                ("leads", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(models.F("status"), condition=models.Q(("leads", 0)), name="rollup_lead_place_empty")],
                "constraints": [models.UniqueConstraint(fields=("owner_id", "pool_id", "home_pool_id", "status", "stage"), name="rollup_lead_place_cell", nulls_distinct=False)],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
