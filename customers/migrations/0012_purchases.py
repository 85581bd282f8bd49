from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_notices_and_labels")]

    operations = []
