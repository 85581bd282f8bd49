import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class PolicyReplayQuerySet(models.QuerySet["PolicyReplay"]):
    def unfinished(self) -> "PolicyReplayQuerySet":
        return self.filter(state__in=PolicyReplay.UNFINISHED)


class PolicyReplay(models.Model):
    """A changed rule, tried against the traffic of a day before it is switched on."""

    class Rule(models.TextChoices):
        FREQUENCY = "frequency", _("Frequency limits")
        KEYWORDS = "keywords", _("Forbidden words")
        NUMBERS = "numbers", _("Blocked numbers and segments")
        WINDOW = "window", _("Sending hours of promotions")
        THRESHOLD = "threshold", _("Traffic threshold")
        GUARD = "guard", _("Guard against bombing")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    UNFINISHED = (State.WAITING, State.RUNNING)

    public_id = models.UUIDField(_("ID"), default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField(_("rule"), max_length=9, choices=Rule)
    draft = models.JSONField(_("draft"))
    """What the rule would say, as `messaging.rehearsals.drafts` reads it."""
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
        help_text=_("Empty for the traffic of all customers."),
    )
    day = models.DateField(_("day"))
    state = models.CharField(_("status"), max_length=7, choices=State, default=State.WAITING)
    position = models.JSONField(default=dict, editable=False)
    """Where the next slice begins, and what the draft has to remember until then."""
    figures = models.JSONField(default=dict, editable=False)
    """The counts so far, as `messaging.rehearsals.figures` writes them."""
    failure = models.CharField(_("failure"), max_length=255, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("tried by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = PolicyReplayQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy replay")
        verbose_name_plural = _("policy replays")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=("waiting", "running")),
                name="replay_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}, {self.day:%Y-%m-%d}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    def finish(self, state: State, moment: datetime, failure: str = "") -> None:
        """Settle how it ended; saved by the caller."""
        self.state, self.failure, self.finished_at, self.position = state, failure, moment, {}
