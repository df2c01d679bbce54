from django.db import migrations, models

_STEPS = [
    ("created", "Written"),
    ("revised", "New version"),
    ("asked", "Approval asked for"),
    ("approved", "Approved"),
    ("rejected", "Not approved"),
    ("reopened", "Back to draft"),
    ("sent", "Sent"),
    ("opened", "Opened by the customer"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("withdrawn", "Withdrawn"),
    ("replaced", "Replaced"),
]


class Migration(migrations.Migration):
    dependencies = [("quotes", "0002_frozen")]
    operations = [
        migrations.AddField(
            model_name="quotemail",
            name="opportunity_id",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="quotemail",
            index=models.Index(fields=["opportunity_id", "settled_at"], name="quote_mail_by_opportunity"),
        ),
        migrations.AlterField(
            model_name="quotestep",
            name="happening",
            field=models.CharField(choices=_STEPS, max_length=12),
        ),
    ]
