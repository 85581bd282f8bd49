from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.text import SINGLE_PART_UNITS


class ListedWord(models.Model):
    """A word or phrase the automatic checks of signatures and templates look for."""

    class Kind(models.TextChoices):
        FORBIDDEN_TOPIC = "forbidden_topic", _("Forbidden topic")
        NEUTRAL_SIGNATURE = "neutral_signature", _("Neutral signature word")
        SHORT_LINK_DOMAIN = "short_link_domain", _("Short-link domain")
        OPT_OUT = "opt_out", _("Opt-out wording")
        CODE_KEYWORD = "code_keyword", _("Keyword of verification codes")
        CODE_KEYWORD_EQUIVALENT = (
            "code_keyword_equivalent",
            _("Keyword of verification codes, noted to the reviewer"),
        )
        MEMBERSHIP = "membership", _("Wording that shows a membership")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    text = models.CharField(
        _("word or phrase"),
        max_length=SINGLE_PART_UNITS,
        help_text=_(
            "Capitals, full-width forms and blanks make no difference. "
            "A domain stands for its subdomains, too."
        ),
    )
    in_verification = models.BooleanField(_("verification codes"), default=True)
    in_notification = models.BooleanField(_("notifications"), default=True)
    in_promotion = models.BooleanField(_("promotions"), default=True)
    is_blocking = models.BooleanField(
        _("blocks"),
        default=False,
        help_text=_(
            "Forbidden topics and short links: refused when submitted. "
            "Otherwise they are a note to the reviewer."
        ),
    )
    explanation_en = models.CharField(_("explanation in English"), max_length=128, blank=True)
    explanation_zh = models.CharField(_("explanation in Chinese"), max_length=128, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("listed word")
        verbose_name_plural = _("listed words")
        ordering = ["kind", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "text"],
                name="listed_word_once",
                violation_error_message=_("This word is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(in_verification=True) | Q(in_notification=True) | Q(in_promotion=True),
                name="listed_word_concerns_a_type",
                violation_error_message=_("Choose at least one message type."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
