from django.db import migrations

import common.fields


class Migration(migrations.Migration):
    dependencies = [("messaging", "0012_blocklist")]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="secrets_json",
            field=common.fields.EncryptedTextField(
                editable=False, null=True, verbose_name="secrets"
            ),
        ),
    ]
