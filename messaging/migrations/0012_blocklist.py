"""Numbers that nobody may send to; changes of the list are announced."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_blockednumber
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_announce_changes"),
        ("messaging", "0011_number_removal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BlockedNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient", models.CharField(max_length=21, unique=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("platform", "Platform blocklist (SC:0003)"),
                            ("complaint", "Complaint blocklist (SC:0005)"),
                        ],
                        max_length=9,
                        verbose_name="list",
                    ),
                ),
                ("reason", models.CharField(max_length=255, verbose_name="reason")),
                ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "blocked number",
                "verbose_name_plural": "blocked numbers",
            },
        ),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
