"""What belongs to a group task by the thousand, kept in blocks: rows, problems, slices, figures."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.sentences import SentenceField

from .group import GroupTask


class GroupBlock(models.Model):
    """Good rows of a group task, column by column; `first` is the position of the first one.

    Positions run 1 … valid rows without gaps; every block but the last is full. A block is one
    row of the table, because a million rows would take a minute to write (docs/decisions/0009).
    """

    pk = models.CompositePrimaryKey("task_id", "first")
    task = models.ForeignKey(GroupTask, models.CASCADE, db_index=False, related_name="blocks")
    first = models.PositiveIntegerField()
    lines = ArrayField(models.PositiveIntegerField())
    recipients = ArrayField(models.CharField(max_length=21))
    variables = models.JSONField(null=True)
    """A list of values for each row, null when the template has no variables."""
    parts = ArrayField(models.PositiveSmallIntegerField())

    class Meta:
        verbose_name = _("recipients")
        verbose_name_plural = _("recipients")

    def __str__(self) -> str:
        return f"{self.task_id}/{self.first}"


class GroupProblem(models.Model):
    """One reason for which rows of a group task are not sent: how many rows, and the first."""

    class Category(models.TextChoices):
        NUMBER = "number", _("Numbers")
        VALUE = "value", _("Values")
        DUPLICATE = "duplicate", _("Duplicates")
        BLOCKED = "blocked", _("Blocked numbers and words")

    task = models.ForeignKey(GroupTask, models.CASCADE, related_name="problems")
    category = models.CharField(_("kind"), max_length=10, choices=Category)
    kind = models.CharField(max_length=32)
    """Names the reason for programs; with a column where values are concerned: `value_C`."""
    reason = SentenceField(_("reason"))
    count = models.PositiveIntegerField(_("rows"))
    first_line = models.PositiveIntegerField(_("first line"))
    first_value = models.CharField(_("first value"), max_length=64)

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["category", "-count", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "kind"], name="group_problem_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"


class GroupProblemBlock(models.Model):
    """Bad rows of a group task, column by column, in the order of the file."""

    task = models.ForeignKey(GroupTask, models.CASCADE, related_name="problem_blocks")
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    lines = ArrayField(models.PositiveIntegerField())
    values = ArrayField(models.CharField(max_length=64))
    kinds = ArrayField(models.CharField(max_length=32))

    class Meta:
        verbose_name = _("problem rows")
        verbose_name_plural = _("problem rows")

    def __str__(self) -> str:
        return f"{self.task_id}: {self.first_line}–{self.last_line}"


class GroupSlice(models.Model):
    """Up to 500 rows of a group task, sent as one request, exactly once.

    The request id is set in the transaction that accepts the messages: a slice with a request is
    never sent again, one without it was never sent.
    """

    task = models.ForeignKey(GroupTask, models.CASCADE, related_name="slices")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    request_id = models.BigIntegerField(null=True)
    is_settled = models.BooleanField(default=False, db_default=False)
    """Whether all its messages are final and stand in `delivered` and `failures`."""
    delivered = models.PositiveIntegerField(default=0, db_default=0)
    failures = models.JSONField(null=True)
    """Failed messages by status code; null for none."""

    class Meta:
        verbose_name = _("slice")
        verbose_name_plural = _("slices")
        constraints = [models.UniqueConstraint(fields=["task", "first"], name="group_slice_once")]
        indexes = [
            models.Index(
                fields=["task", "first"],
                condition=models.Q(request_id=None),
                name="group_slice_unsent",
            ),
            models.Index(
                fields=["task", "first"],
                condition=models.Q(request_id__isnull=False, is_settled=False),
                name="group_slice_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.first}–{self.last}"


class GroupPoint(models.Model):
    """The counters of a group task as they stood at the end of a span.

    How long spans are: messaging/groups/points.py.
    """

    pk = models.CompositePrimaryKey("task_id", "at")
    task = models.ForeignKey(GroupTask, models.CASCADE, db_index=False, related_name="points")
    at = models.DateTimeField()
    accepted = models.PositiveIntegerField()
    sent = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")

    def __str__(self) -> str:
        return f"{self.task_id} {self.at:%H:%M}"
