from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_billing"),
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
                    ("daily_alarm", "Daily alarm value reached"),
                    ("daily_limit", "Daily limit reached"),
                    ("monthly_alarm", "Monthly alarm value reached"),
                    ("monthly_limit", "Monthly limit reached"),
                ],
                max_length=32,
                verbose_name="event",
            ),
        ),
    ]
