from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_announce_changes")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="receives_uplink_time",
            field=models.BooleanField(default=False, verbose_name="receive uplink reply time"),
        ),
    ]
