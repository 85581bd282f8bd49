import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.sentences import SentenceField, SentencesField
from customers.models import Application, Customer
from reviews.models import Signature, Template

from .recipient_list import RecipientList


class GroupTaskQuerySet(models.QuerySet["GroupTask"]):
    def for_customer(self, customer: Customer) -> "GroupTaskQuerySet":
        return self.filter(customer=customer)


class GroupTask(models.Model):
    """A message to a list of numbers, sent at once or at a planned time (spec console §9)."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking the file")
        CHECKED = "checked", _("Waiting for your confirmation")
        PENDING = "pending", _("Pending execution")
        SUBMITTING = "submitting", _("Submitting")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        SUCCEEDED = "succeeded", _("Submission processed successfully")
        FAILED = "failed", _("Submission failed")
        CANCELED = "canceled", _("Canceled")

    NEXT = {
        State.CHECKING: frozenset({State.CHECKED, State.FAILED}),
        State.CHECKED: frozenset({State.PENDING, State.CANCELED, State.CHECKING}),
        State.PENDING: frozenset(
            {State.SUBMITTING, State.CANCELED, State.FAILED, State.CHECKING},
        ),
        State.SUBMITTING: frozenset({State.SUCCEEDED, State.PAUSED, State.STOPPED}),
        State.PAUSED: frozenset({State.SUBMITTING, State.STOPPED}),
        State.STOPPED: frozenset(),
        State.SUCCEEDED: frozenset(),
        State.FAILED: frozenset({State.SUBMITTING, State.CHECKING}),
        State.CANCELED: frozenset(),
    }

    public_id = models.UUIDField(_("task ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="group_tasks")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    signature = models.ForeignKey(Signature, models.PROTECT, related_name="+")
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    name = models.CharField(_("task name"), max_length=64)
    file = models.FileField(_("recipients"), upload_to="groups/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=255)
    uploaded_at = models.DateTimeField(_("recipients chosen"), default=now)
    """When the present recipients were chosen: the template must not be newer."""
    recipient_list = models.ForeignKey(
        RecipientList, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resent_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="resent_as"
    )
    """The task whose failed numbers these are."""
    state = models.CharField(_("status"), max_length=12, choices=State, default=State.CHECKING)
    failure = SentenceField(_("reason"), blank=True)
    """Why it failed or was cancelled, or why the platform paused it."""
    notes = SentencesField(default=list, blank=True)
    """Sentences about the file as a whole: what of it was not read."""
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    valid_rows = models.PositiveIntegerField(_("valid numbers"), default=0)
    invalid_rows = models.PositiveIntegerField(_("invalid rows"), default=0)
    duplicate_rows = models.PositiveIntegerField(_("duplicates"), default=0)
    blocked_rows = models.PositiveIntegerField(_("blocked numbers"), default=0)
    parts = models.PositiveIntegerField(_("message parts"), default=0)
    rate = models.PositiveIntegerField(_("messages a second"), null=True, blank=True)
    """None is as fast as the channel."""
    paced_at = models.DateTimeField(null=True, blank=True)
    """Since when `rate` is kept, from `paced_rows` accepted numbers on."""
    paced_rows = models.PositiveIntegerField(default=0)
    accepted_rows = models.PositiveIntegerField(_("accepted"), default=0)
    sent_rows = models.PositiveIntegerField(_("sent"), default=0)
    """Handed to the carrier, without a report yet."""
    delivered_rows = models.PositiveIntegerField(_("delivered"), default=0)
    failed_rows = models.PositiveIntegerField(_("failed"), default=0)
    failures = models.JSONField(default=dict, blank=True)
    """How many numbers failed by status code."""
    counted_at = models.DateTimeField(null=True, blank=True)
    """As of when the counters but `accepted_rows`, which is always right, stand."""
    recount_at = models.DateTimeField(null=True, blank=True)
    """When they are counted again."""
    is_counted = models.BooleanField(default=False)
    """Whether every accepted number has its final status in the counters."""
    scheduled_at = models.DateTimeField(_("scheduled time"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = GroupTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("group task")
        verbose_name_plural = _("group tasks")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["scheduled_at"],
                condition=models.Q(state="pending"),
                name="group_task_pending",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(started_at__isnull=False, is_counted=False),
                name="group_task_uncounted",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_problems(self) -> bool:
        """Whether some rows of the list will not be sent."""
        return self.total_rows > self.valid_rows

    @property
    def is_final(self) -> bool:
        return not self.NEXT[self.State(self.state)]

    @property
    def can_pause(self) -> bool:
        return self.state == self.State.SUBMITTING and self.accepted_rows < self.valid_rows

    @property
    def can_resume(self) -> bool:
        return self.state == self.State.PAUSED or (
            self.state == self.State.FAILED and self.scheduled_at is not None
        )

    @property
    def can_stop(self) -> bool:
        return self.state == self.State.PAUSED or self.can_pause

    @property
    def can_edit(self) -> bool:
        """Whether it waits for a confirmation, or for a time that is far enough."""
        return self.state == self.State.CHECKED or (
            self.state == self.State.PENDING and not self.is_about_to_start
        )

    @property
    def can_replace(self) -> bool:
        """Whether it may get other recipients: also in place of a file that could not be read."""
        return self.can_edit or self.has_unusable_file

    @property
    def has_unusable_file(self) -> bool:
        """Whether it failed before anybody could confirm it."""
        return self.state == self.State.FAILED and self.scheduled_at is None

    @property
    def can_cancel(self) -> bool:
        return self.can_edit

    @property
    def can_delete(self) -> bool:
        return self.state == self.State.CANCELED

    @property
    def can_resend(self) -> bool:
        return self.failed_rows > 0

    @property
    def is_about_to_start(self) -> bool:
        """Whether no more than `SMS_GROUP_CANCEL_LEAD_S` remain (ruling 28)."""
        lead = timedelta(seconds=settings.SMS_GROUP_CANCEL_LEAD_S)
        return self.scheduled_at is not None and self.scheduled_at <= now() + lead
