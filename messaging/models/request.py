import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Signature, TemplateVersion
from reviews.models.kinds import MessageType

from .callback import CallbackTarget
from .channel import Channel


class SendRequestQuerySet(models.QuerySet["SendRequest"]):
    def for_customer(self, customer: Customer) -> "SendRequestQuerySet":
        return self.filter(customer=customer)


class SendRequest(models.Model):
    """One accepted call, or one slice of a group task: everything its messages share.

    Its messages have the ids ``id … id + count - 1``. It is also the unit a carrier process
    leases. Partitioned by day on `id`; no foreign keys in the database, as they would cost a
    look-up per insert and stop old partitions from being dropped.
    """

    class Source(models.IntegerChoices):
        API = 1, _("API")
        GROUP = 2, _("Group SMS Assistant")
        PLATFORM = 3, _("Notice of the platform")
        RESEND = 4, _("Sent again")

    class Dispatch(models.IntegerChoices):
        WAITING = 0, _("Waiting for the carrier")
        LEASED = 1, _("Being handed to the carrier")
        DONE = 2, _("Handed over")

    class Priority(models.IntegerChoices):
        VERIFICATION = 1
        NOTIFICATION = 2
        PROMOTION = 3
        GROUP_NOTIFICATION = 4
        GROUP_PROMOTION = 5

    id = models.BigIntegerField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4)
    customer = models.ForeignKey(Customer, models.DO_NOTHING, db_constraint=False, related_name="+")
    application = models.ForeignKey(
        Application, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    source = models.PositiveSmallIntegerField(choices=Source)
    group_task_id = models.BigIntegerField(null=True)
    type = models.CharField(max_length=20, choices=MessageType)
    template_version = models.ForeignKey(
        TemplateVersion, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    signature = models.ForeignKey(
        Signature, models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    signature_name = models.CharField(max_length=32)
    sender = models.CharField(_("channel number"), max_length=21)
    channel = models.ForeignKey(
        Channel, models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    target = models.ForeignKey(
        CallbackTarget, models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    extend = models.CharField(max_length=128, blank=True)
    variables = models.JSONField(null=True)
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField(_("submitted"))
    priority = models.PositiveSmallIntegerField(choices=Priority)
    dispatch = models.PositiveSmallIntegerField(choices=Dispatch, default=Dispatch.WAITING)
    written_through = models.BigIntegerField(null=True)
    """The last message id announced before its bytes went to the carrier: after a crash, those
    above it were surely not sent (docs/architecture.md, invariant 4)."""
    announced = ArrayField(models.BigIntegerField(), null=True)
    """Which messages were announced, where only some of those up to that mark were: the request's
    messages go over several channels. None where all of them were."""
    sorted_at = models.DateTimeField(null=True)
    """When a channel kept its own messages of this request and handed the others on."""
    leased_by = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True)

    objects = SendRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("send request")
        verbose_name_plural = _("send requests")

    def __str__(self) -> str:
        return str(self.uuid)
