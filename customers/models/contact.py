import uuid
from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer


class ContactQuerySet(models.QuerySet["Contact"]):
    def for_customer(self, customer: Customer) -> "ContactQuerySet":
        return self.filter(customer=customer)


class Contact(models.Model):
    """A person whom a customer wants to be told of results and alarms (spec console §13.1)."""

    class Topic(models.TextChoices):
        QUALIFICATION = "qualification", _("Qualification review results")
        SIGNATURE = "signature", _("Signature review results")
        TEMPLATE = "template", _("Template review results")
        TRAFFIC = "traffic", _("Traffic alarms")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=64)
    mobile = models.CharField(_("mobile number"), max_length=21)
    mobile_verified_at = models.DateTimeField(null=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    email_verified_at = models.DateTimeField(null=True, editable=False)
    topics = models.JSONField(_("notifications"), default=list)
    language = models.CharField(_("language"), max_length=16, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "mobile"],
                name="contact_mobile_once",
                violation_error_message=_("Another contact has this mobile number already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mobile_verified(self) -> bool:
        return self.mobile_verified_at is not None

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def topic_labels(self) -> Collection[str]:
        return [str(topic.label) for topic in self.Topic if topic in self.topics]
