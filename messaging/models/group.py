import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Signature, Template


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
        SUCCEEDED = "succeeded", _("Submission processed successfully")
        FAILED = "failed", _("Submission failed")
        CANCELED = "canceled", _("Canceled")

    NEXT = {
        State.CHECKING: frozenset({State.CHECKED, State.FAILED}),
        State.CHECKED: frozenset({State.PENDING, State.CANCELED}),
        State.PENDING: frozenset({State.SUBMITTING, State.CANCELED, State.FAILED}),
        State.SUBMITTING: frozenset({State.SUCCEEDED, State.FAILED}),
        State.SUCCEEDED: frozenset(),
        State.FAILED: frozenset(),
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
    state = models.CharField(_("status"), max_length=12, choices=State, default=State.CHECKING)
    failure = models.TextField(_("reason"), blank=True)
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    valid_rows = models.PositiveIntegerField(_("valid numbers"), default=0)
    invalid_rows = models.PositiveIntegerField(_("invalid rows"), default=0)
    duplicate_rows = models.PositiveIntegerField(_("duplicates"), default=0)
    parts = models.PositiveIntegerField(_("message parts"), default=0)
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
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupRow(models.Model):
    """One good row of a group task's file; `position` runs 1 … valid rows without gaps."""

    pk = models.CompositePrimaryKey("task_id", "position")
    task = models.ForeignKey(GroupTask, models.CASCADE, db_index=False, related_name="rows")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    recipient = models.CharField(max_length=21)
    variables = models.JSONField(null=True)
    parts = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")

    def __str__(self) -> str:
        return f"{self.task_id}/{self.position}"


class GroupProblem(models.Model):
    """A row of a group task's file that cannot be sent, and why."""

    task = models.ForeignKey(GroupTask, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField(_("line"))
    value = models.CharField(_("value"), max_length=64)
    reason = models.CharField(_("reason"), max_length=255)

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class GroupSlice(models.Model):
    """Up to 500 rows of a group task, sent as one request, exactly once.

    The request id is set in the transaction that accepts the messages: a slice with a request is
    never sent again, one without it was never sent.
    """

    task = models.ForeignKey(GroupTask, models.CASCADE, related_name="slices")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    request_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("slice")
        verbose_name_plural = _("slices")
        constraints = [models.UniqueConstraint(fields=["task", "first"], name="group_slice_once")]
        indexes = [
            models.Index(
                fields=["task", "first"],
                condition=models.Q(request_id=None),
                name="group_slice_unsent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.first}–{self.last}"
