from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0016_group_tasks")]

    operations = []
