import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_accounts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="event",
            field=models.CharField(
                choices=[
                    ("qualification_approved", "Qualification approved"),
                    ("qualification_rejected", "Qualification rejected"),
                    ("signature_approved", "Signature approved"),
                    ("signature_rejected", "Signature rejected"),
                    ("signature_activated", "Signature activated"),
                    ("signature_not_activated", "Activation rejected"),
                    ("template_approved", "Template approved"),
                    ("template_rejected", "Template rejected"),
                    ("template_deactivated", "Template deactivated"),
                    ("quota_granted", "Quota raised"),
                    ("quota_refused", "Quota request rejected"),
                    ("real_name_approved", "Real-name authentication approved"),
                    ("real_name_rejected", "Real-name authentication rejected"),
                    ("details_wanted", "Account details wanted"),
                    ("application_suspended", "Application suspended"),
                    ("application_restored", "Application restored"),
                    ("account_frozen", "Account frozen"),
                    ("account_released", "Account released"),
                    ("penalty_reminder", "Reminder to rectify"),
                    ("ticket_answered", "Ticket answered"),
                    ("number_restored", "Number restored"),
                    ("number_not_restored", "Number not restored"),
                    ("package_low", "Package nearly used up"),
                    ("balance_low", "Balance nearly used up"),
                    ("arrears_began", "Account in arrears"),
                    ("retention_began", "Retention period began"),
                    ("retention_ended", "Retention period over"),
                    ("arrears_ended", "Arrears settled"),
                ],
                max_length=32,
                verbose_name="event",
            ),
        ),
        migrations.CreateModel(
            name="BillingAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_charged", models.BooleanField(default=False, verbose_name="charged")),
                (
                    "arrears_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="in arrears since"),
                ),
                (
                    "arrears_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not in arrears"),
                            ("grace", "Grace period"),
                            ("retention", "Retention period"),
                            ("expired", "Retention period over"),
                        ],
                        default="",
                        max_length=9,
                        verbose_name="arrears",
                    ),
                ),
                (
                    "package_alarm",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="package alarm"
                    ),
                ),
                (
                    "balance_alarm",
                    models.BigIntegerField(blank=True, null=True, verbose_name="balance alarm"),
                ),
                ("is_package_alarm_told", models.BooleanField(default=False)),
                ("is_balance_alarm_told", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billing",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "billing account",
                "verbose_name_plural": "billing accounts",
                "permissions": [
                    ("charge_billingaccount", "Can top up, grant packages and switch charging")
                ],
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, verbose_name="package")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("industry", "Verification codes and notifications"),
                            ("promotion", "Promotions"),
                        ],
                        max_length=9,
                        verbose_name="for",
                    ),
                ),
                ("parts", models.PositiveIntegerField(verbose_name="message parts")),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="customers.billingaccount",
                    ),
                ),
            ],
            options={
                "verbose_name": "package",
                "verbose_name_plural": "packages",
                "ordering": ["expires_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("sending", "Messages sent"),
                            ("credit", "Credit for messages not sent"),
                            ("top_up", "Top-up"),
                            ("correction", "Correction by operations"),
                            ("package", "Package granted"),
                            ("expiry", "Package ended"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("application_id", models.BigIntegerField(null=True)),
                ("message_type", models.CharField(blank=True, max_length=20)),
                ("parts", models.BigIntegerField(default=0, verbose_name="message parts")),
                ("amount", models.BigIntegerField(default=0, verbose_name="amount")),
                (
                    "package_change",
                    models.BigIntegerField(default=0, verbose_name="change of the package"),
                ),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="customers.billingaccount",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="customers.package",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger entries",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="from")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_lists",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
                "ordering": ["-month", "customer_id"],
            },
        ),
        migrations.CreateModel(
            name="PriceTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("industry", "Verification codes and notifications"),
                            ("promotion", "Promotions"),
                        ],
                        max_length=9,
                        verbose_name="for",
                    ),
                ),
                ("above", models.PositiveIntegerField(verbose_name="above")),
                ("price", models.PositiveBigIntegerField(verbose_name="price of a part")),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="customers.pricelist",
                    ),
                ),
            ],
            options={
                "verbose_name": "price tier",
                "verbose_name_plural": "price tiers",
                "ordering": ["kind", "above"],
            },
        ),
        migrations.CreateModel(
            name="Purse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField()),
                ("amount", models.BigIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("industry", "Verification codes and notifications"),
                            ("promotion", "Promotions"),
                        ],
                        max_length=9,
                    ),
                ),
                ("valid_from", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purses",
                        to="customers.billingaccount",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purses",
                        to="customers.package",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonthUsage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("industry", "Verification codes and notifications"),
                            ("promotion", "Promotions"),
                        ],
                        max_length=9,
                    ),
                ),
                ("parts", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage",
                        to="customers.billingaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("parts__gte", 0)), name="usage_never_negative"
                    ),
                    models.UniqueConstraint(fields=("account", "month", "kind"), name="usage_once"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(("parts__gt", 0)), name="package_has_parts"
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("valid_from"))),
                name="package_has_a_term",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["account", "-at"], name="ledger_of_account"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("type__in", ["sending", "credit"])),
                fields=("account", "type", "at", "package", "application_id", "message_type"),
                name="ledger_once_an_hour",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("package", None), ("package_change", 0)),
                    ("package__isnull", False),
                    _connector="OR",
                ),
                name="ledger_change_of_a_package",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.UniqueConstraint(
                fields=("customer", "month"), name="price_list_once_a_month", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="pricetier",
            constraint=models.UniqueConstraint(
                fields=("price_list", "kind", "above"), name="tier_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="purse",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="purse_never_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="purse",
            constraint=models.UniqueConstraint(
                fields=("account", "package", "slot"),
                name="purse_once_per_slot",
                nulls_distinct=False,
            ),
        ),
        # Rewritten with every slice: room on the page keeps the versions together.
        migrations.RunSQL(
            "ALTER TABLE customers_purse SET (fillfactor = 30, autovacuum_vacuum_scale_factor = 0,"
            " autovacuum_vacuum_threshold = 1000)",
            migrations.RunSQL.noop,
        ),
    ]
