from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0018_exports_retention")]

    operations = []
