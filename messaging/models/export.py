import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class ExportQuerySet(models.QuerySet["Export"]):
    def for_customer(self, customer: Customer) -> "ExportQuerySet":
        return self.filter(customer=customer)

    def unfinished(self) -> "ExportQuerySet":
        return self.filter(state__in=Export.UNFINISHED)

    def outdated(self, moment: datetime) -> "ExportQuerySet":
        """Those whose file may no longer be downloaded but still lies there."""
        return self.filter(state=Export.State.READY, expires_at__lte=moment)


class Export(models.Model):
    """A list somebody asked for as a file: written slice by slice, to be downloaded for some days.

    `position` is where the next slice begins; it and the counts are written in the transaction of
    the slice, so whoever goes on after a crash goes on there. The file is a row of encrypted
    pieces (messaging/exports/files.py).
    """

    class Kind(models.TextChoices):
        DETAILS = "details", _("Sending details")
        STATISTICS = "statistics", _("Statistics")
        FAILED_NUMBERS = "failed_numbers", _("Failed numbers of a group task")

    class Format(models.TextChoices):
        CSV = "csv", _("csv")
        XLSX = "xlsx", _("Excel workbook (xlsx)")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WRITING = "writing", _("Being written")
        PACKING = "packing", _("Being put together")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    UNFINISHED = (State.WAITING, State.WRITING, State.PACKING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="exports")
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    filters = models.JSONField(default=dict)
    language = models.CharField(max_length=16)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("requested"))
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.WAITING)
    position = models.JSONField(null=True)
    share = models.FloatField(default=0.0)
    """How much is written, 0 … 1, as far as that can be told."""
    rows = models.PositiveIntegerField(_("rows"), default=0)
    is_cut = models.BooleanField(default=False)
    """Whether there were more rows than an export may have."""
    pieces = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often the present slice was begun."""
    worked_at = models.DateTimeField(null=True)
    """When a slice was begun last: exports take turns."""
    failure = models.TextField(_("reason"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("can be downloaded until"), null=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=("waiting", "writing", "packing")),
                name="export_unfinished",
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(state="ready"), name="export_expiring"
            ),
            models.Index(fields=["customer", "-id"], name="export_of_customer"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def file_name(self) -> str:
        """Under which the browser saves it: what it is and when it was asked for."""
        kind = str(self.kind).replace("_", "-")
        return f"{kind}-{self.requested_at:%Y%m%d-%H%M%S}.{self.format}"
