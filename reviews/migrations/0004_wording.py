"""The list of words that the automatic checks look for, filled with what the product ships."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.wordlist import shipped_words

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON reviews_listedword
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""
KEEP_QUIET = "DROP TRIGGER announce_change ON reviews_listedword;"


def fill(apps, schema_editor):
    word = apps.get_model("reviews", "ListedWord")
    word.objects.bulk_create(
        word(
            kind=shipped.kind,
            text=shipped.text,
            in_verification=shipped.in_verification,
            in_notification=shipped.in_notification,
            in_promotion=shipped.in_promotion,
            is_blocking=shipped.is_blocking,
            explanation_en=shipped.explanation_en,
            explanation_zh=shipped.explanation_zh,
        )
        for shipped in shipped_words()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_announce_changes"),
        ("reviews", "0003_qualifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListedWord",
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
                            ("forbidden_topic", "Forbidden topic"),
                            ("neutral_signature", "Neutral signature word"),
                            ("short_link_domain", "Short-link domain"),
                            ("opt_out", "Opt-out wording"),
                            ("code_keyword", "Keyword of verification codes"),
                            (
                                "code_keyword_equivalent",
                                "Keyword of verification codes, noted to the reviewer",
                            ),
                            ("membership", "Wording that shows a membership"),
                        ],
                        max_length=24,
                        verbose_name="kind",
                    ),
                ),
                (
                    "text",
                    models.CharField(
                        help_text="Capitals, full-width forms and blanks make no difference. A domain stands for its subdomains, too.",
                        max_length=70,
                        verbose_name="word or phrase",
                    ),
                ),
                (
                    "in_verification",
                    models.BooleanField(default=True, verbose_name="verification codes"),
                ),
                (
                    "in_notification",
                    models.BooleanField(default=True, verbose_name="notifications"),
                ),
                ("in_promotion", models.BooleanField(default=True, verbose_name="promotions")),
                (
                    "is_blocking",
                    models.BooleanField(
                        default=False,
                        help_text="Forbidden topics and short links: refused when submitted. Otherwise they are a note to the reviewer.",
                        verbose_name="blocks",
                    ),
                ),
                (
                    "explanation_en",
                    models.CharField(
                        blank=True, max_length=128, verbose_name="explanation in English"
                    ),
                ),
                (
                    "explanation_zh",
                    models.CharField(
                        blank=True, max_length=128, verbose_name="explanation in Chinese"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "listed word",
                "verbose_name_plural": "listed words",
                "ordering": ["kind", "text"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "text"),
                        name="listed_word_once",
                        violation_error_message="This word is in the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_verification", True),
                            ("in_notification", True),
                            ("in_promotion", True),
                            _connector="OR",
                        ),
                        name="listed_word_concerns_a_type",
                        violation_error_message="Choose at least one message type.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ANNOUNCE, KEEP_QUIET),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
