from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("sales", "0007_parties"),
    ]

    operations = [
        migrations.AlterField(
            model_name="opportunity",
            name="amount_by_hand",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
