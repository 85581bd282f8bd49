from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .kinds import MessageType


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def awaiting_review(self) -> "SubmissionQuerySet":
        """Open cases, urged ones first, then by due time."""
        return self.filter(state=Submission.State.WAITING).order_by(
            models.F("urged_at").asc(nulls_last=True), "due_at", "id"
        )


class Submission(models.Model):
    """One application for review: what was submitted, when, and by when it is due."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature", _("Signature")
        TEMPLATE = "template", _("Template")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(_("object type"), max_length=16, choices=Kind)
    object_id = models.BigIntegerField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="submissions")
    title = models.CharField(_("object"), max_length=128)
    snapshot = models.JSONField(_("submitted fields"), default=dict)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    urged_at = models.DateTimeField(_("urged"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("review case")
        verbose_name_plural = _("review cases")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=models.Q(state="waiting"),
                name="one_open_case_per_object",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="waiting"),
                name="case_waiting_by_due",
            ),
            models.Index(fields=["kind", "object_id", "-id"], name="case_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.due_at < timezone.now()

    @property
    def type_label(self) -> str:
        """The message type that was submitted, in words."""
        return str(MessageType(self.snapshot["type"]).label)


class Decision(models.Model):
    """What an operations manager decided on a submission, and why. Never changed afterwards."""

    class Outcome(models.TextChoices):
        APPROVE = "approve", _("Approved")
        REJECT = "reject", _("Rejected")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome)
    reason_codes = models.JSONField(_("reasons"), default=list)
    comment = models.TextField(_("review comment"), blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.submission}"
