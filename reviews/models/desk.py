from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .submission import Submission


class Note(models.Model):
    """What reviewers tell each other about a case; the customer never reads it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=2000)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class CannedText(models.Model):
    """A comment reviewers write often, kept ready for a kind of case."""

    title = models.CharField(_("title"), max_length=64)
    kind = models.CharField(
        _("object type"),
        max_length=16,
        choices=Submission.Kind,
        blank=True,
        help_text=_("Empty for every type."),
    )
    text = models.TextField(_("text"), max_length=1000)

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["kind", "title"]
        constraints = [models.UniqueConstraint(fields=["kind", "title"], name="canned_text_once")]

    def __str__(self) -> str:
        return self.title
