from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_callback_labels")]

    operations = []
