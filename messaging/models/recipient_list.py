import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.sentences import SentenceField
from customers.models import Customer


class RecipientListQuerySet(models.QuerySet["RecipientList"]):
    def for_customer(self, customer: Customer) -> "RecipientListQuerySet":
        return self.filter(customer=customer)

    def ready(self) -> "RecipientListQuerySet":
        return self.filter(state=RecipientList.State.READY)


class RecipientList(models.Model):
    """Numbers that a customer keeps to send to again, with values for a template or without.

    Kept as the file they came in; every task that uses them checks them against its template.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking the file")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not usable")

    public_id = models.UUIDField(_("list ID"), default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="recipient_lists")
    name = models.CharField(_("name"), max_length=64)
    file = models.FileField(_("recipients"), upload_to="recipient-lists/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=255)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.CHECKING)
    failure = SentenceField(_("reason"), blank=True)
    numbers = models.PositiveIntegerField(_("numbers"), default=0)
    invalid_rows = models.PositiveIntegerField(_("invalid rows"), default=0)
    columns = models.PositiveSmallIntegerField(_("values in a row"), default=0)
    """The most values that stand behind a number."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = RecipientListQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient list")
        verbose_name_plural = _("recipient lists")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "name"], name="recipient_list_name_once")
        ]

    def __str__(self) -> str:
        return self.name
