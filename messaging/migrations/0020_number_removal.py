"""A number may be removed from the platform's blocklists as well as from those who unsubscribed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0019_replays")]

    operations = [
        migrations.AlterField(
            model_name="numberremoval",
            name="application",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.application",
            ),
        ),
        migrations.AlterField(
            model_name="numberremoval",
            name="opt_out",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="removals",
                to="messaging.optout",
            ),
        ),
        migrations.AddField(
            model_name="numberremoval",
            name="blocked_number",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="removals",
                to="messaging.blockednumber",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberremoval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "REMOVING")),
                fields=("blocked_number", "customer"),
                name="one_open_removal_per_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberremoval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("application__isnull", False),
                    ("blocked_number__isnull", True),
                    ("opt_out__isnull", False),
                )
                | models.Q(
                    ("application__isnull", True),
                    ("blocked_number__isnull", False),
                    ("opt_out__isnull", True),
                ),
                name="removal_from_one_list",
            ),
        ),
    ]
