from django.db import models
from django.utils.translation import gettext_lazy as _

from .statistics import ChannelAlarm


class AlarmEmail(models.Model):
    """An e-mail owed to somebody of operations: that a channel alarm began, or is over.

    Written in the transaction of what it tells about; `next_attempt_at` is also the lease of
    whoever sends it.
    """

    class About(models.TextChoices):
        BEGAN = "began", _("Began")
        ENDED = "ended", _("Over")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    alarm = models.ForeignKey(ChannelAlarm, models.CASCADE, related_name="emails")
    about = models.CharField(max_length=5, choices=About)
    address = models.EmailField()
    language = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("e-mail of an alarm")
        verbose_name_plural = _("e-mails of alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "about", "address"], name="alarm_email_once_per_address"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="waiting"),
                name="alarm_email_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.alarm}: {self.get_about_display()}"
