from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .request import SendRequest


class MessageQuerySet(models.QuerySet["Message"]):
    def for_customer(self, customer: Customer) -> "MessageQuerySet":
        return self.filter(customer=customer)

    def of_request(self, request: SendRequest) -> "MessageQuerySet":
        return self.filter(id__gte=request.id, id__lt=request.id + request.count)


class Message(models.Model):
    """One SMS to one recipient. Slim: what a whole request shares stands on the request."""

    class State(models.IntegerChoices):
        ACCEPTED = 0, _("Waiting for the carrier")
        SUBMITTED = 1, _("Sent, waiting for the report")
        UNKNOWN = 2, _("Handed over without an answer, waiting for the report")
        DELIVERED = 10, _("Delivered")
        FAILED = 11, _("Failed")
        EXPIRED = 12, _("No report from the carrier in time")

    FIRST_FINAL = State.DELIVERED
    """States only grow; from this one on they are final."""

    id = models.BigIntegerField(primary_key=True)
    request = models.ForeignKey(
        SendRequest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="messages"
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    recipient = models.CharField(_("recipient"), max_length=21)
    variables = models.JSONField(null=True)
    state = models.PositiveSmallIntegerField(
        _("status"), choices=State, default=State.ACCEPTED, db_default=State.ACCEPTED
    )
    parts = models.PositiveSmallIntegerField(_("parts"))
    parts_open = models.PositiveSmallIntegerField()
    """Parts whose report has not come: the state is final when it reaches zero."""
    code = models.CharField(_("status code"), max_length=32, blank=True, db_default="")
    submitted_at = models.DateTimeField(_("sent"), null=True)
    finished_at = models.DateTimeField(_("reported"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return str(self.id)

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django makes one as well
        """The state in words; an expired message that was never sent is called what it is."""
        if self.state == self.State.EXPIRED and self.submitted_at is None:
            return gettext("Too old to be sent")
        return str(self.State(self.state).label)

    @property
    def is_final(self) -> bool:
        return self.state >= self.FIRST_FINAL

    @property
    def is_delivered(self) -> bool:
        return self.state == self.State.DELIVERED

    @property
    def sms_msg_id(self) -> str:
        """The `smsMsgId` of the API: derived, never stored (ruling 8)."""
        return f"{self.request.uuid}_{self.id}"
