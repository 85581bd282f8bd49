from django.db import migrations, models

import common.fields


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_application_calls")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="push_ak",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="push AK"),
        ),
        migrations.AddField(
            model_name="application",
            name="push_sk",
            field=common.fields.EncryptedTextField(blank=True, default="", verbose_name="push SK"),
        ),
    ]
