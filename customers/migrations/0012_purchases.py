"""Packages on sale, and orders for them or for a top-up."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_notices_and_labels"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ledgerentry",
            name="type",
            field=models.CharField(
                choices=[
                    ("sending", "Messages sent"),
                    ("credit", "Credit for messages not sent"),
                    ("top_up", "Top-up"),
                    ("correction", "Correction by operations"),
                    ("package", "Package granted"),
                    ("purchase", "Package bought"),
                    ("expiry", "Package ended"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
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
                    ("supplement_approved", "Supplemented qualification approved"),
                    ("supplement_rejected", "Supplemented qualification rejected"),
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
                    ("purchase_paid", "Order paid"),
                    ("purchase_refused", "Order refused"),
                    ("daily_alarm", "Daily alarm value reached"),
                    ("daily_limit", "Daily limit reached"),
                    ("monthly_alarm", "Monthly alarm value reached"),
                    ("monthly_limit", "Monthly limit reached"),
                    ("guard_alarm", "Traffic that looks like an attack"),
                ],
                max_length=32,
                verbose_name="event",
            ),
        ),
        migrations.CreateModel(
            name="Offer",
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
                ("price", models.PositiveBigIntegerField(verbose_name="price")),
                ("days", models.PositiveSmallIntegerField(verbose_name="valid for days")),
                ("is_on_sale", models.BooleanField(default=True, verbose_name="on sale")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "package on sale",
                "verbose_name_plural": "packages on sale",
                "ordering": ["kind", "parts", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gt", 0), ("parts__gt", 0), ("price__gt", 0)),
                        name="offer_is_worth_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
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
                ("key", models.UUIDField(editable=False)),
                (
                    "what",
                    models.CharField(
                        choices=[("package", "Package"), ("top_up", "Top-up")],
                        max_length=7,
                        verbose_name="what",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=64, verbose_name="package")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("industry", "Verification codes and notifications"),
                            ("promotion", "Promotions"),
                        ],
                        max_length=9,
                        verbose_name="for",
                    ),
                ),
                ("parts", models.PositiveIntegerField(default=0, verbose_name="message parts")),
                (
                    "days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="valid for days"),
                ),
                (
                    "is_renewal",
                    models.BooleanField(
                        default=False, verbose_name="begins after the last package"
                    ),
                ),
                ("price", models.PositiveBigIntegerField(verbose_name="price")),
                ("provider", models.CharField(max_length=16, verbose_name="payment method")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "Waiting for payment"),
                            ("paid", "Paid"),
                            ("refused", "Payment refused"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="ordered",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "ordered_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="customers.billingaccount",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase",
                        to="customers.ledgerentry",
                    ),
                ),
                (
                    "granted",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase",
                        to="customers.package",
                    ),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ordered by",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["account", "-id"], name="purchase_of_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "key"), name="purchase_once_a_form"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("entry", None)),
                            _connector="OR",
                        ),
                        name="purchase_paid_is_booked",
                    ),
                ],
            },
        ),
    ]
