from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, User

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
        QUALIFICATION = "qualification", _("Qualification")
        ACTIVATION = "activation", _("Activation")
        SUPPLEMENT = "supplement", _("Qualification supplement")
        QUOTA = "quota", _("Quota")
        NUMBER_REMOVAL = "number_removal", _("Blocklist removal")
        ENABLEMENT = "enablement", _("Service enablement")

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
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assignee"),
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    is_calendar_known = models.BooleanField(_("calendar known"), default=True)
    """False when the due time had to be reckoned without a published calendar (ruling 22)."""
    version = models.PositiveIntegerField(_("version"), default=1)
    """Counts claims, decisions and re-openings, so that a stale form is found out."""

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
            models.Index(
                models.F("urged_at").asc(nulls_last=True),
                "due_at",
                "id",
                condition=models.Q(state="waiting"),
                name="case_waiting_in_order",
            ),
        ]
        permissions = [
            ("reopen_submission", "Can open a decided case again"),
            ("reassign_submission", "Can take cases from colleagues and hand them out"),
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
    def claim_ends_at(self) -> datetime | None:
        """Until when the assignee keeps the case to themselves."""
        if self.claimed_at is None:
            return None
        return self.claimed_at + timedelta(minutes=settings.SMS_CLAIM_MINUTES)

    def is_claimed_by_others(self, user: User) -> bool:
        """Whether a colleague holds the case now; a claim that has run out does not count."""
        ends_at = self.claim_ends_at
        return (
            self.assignee_id not in (None, user.pk)
            and ends_at is not None
            and ends_at > timezone.now()
        )

    @property
    def type_label(self) -> str:
        """The message type that was submitted, in words; empty for what has none."""
        type = self.snapshot.get("type")
        return str(MessageType(type).label) if type in MessageType else ""


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
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    was_urged = models.BooleanField(_("urged"), default=False)
    decided_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.submission}"

    @property
    def was_late(self) -> bool:
        return self.due_at is not None and self.decided_at > self.due_at
