import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models.kinds import MessageType

MOST_PER = 10_000_000
LONGEST_S = 3_600


class GuardLimit(models.Model):
    """How fast messages of a type may come from one source before the guard slows them down.

    Counted for each application apart, in steps of `per_s` seconds.
    """

    class Subject(models.TextChoices):
        TEMPLATE = "template", _("Template")
        SEGMENT = "segment", _("Number segment")
        ADDRESS = "address", _("Client address")

    type = models.CharField(_("message type"), max_length=20, choices=MessageType)
    subject = models.CharField(_("counted for each"), max_length=8, choices=Subject)
    most = models.PositiveIntegerField(
        _("messages"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PER)]
    )
    per_s = models.PositiveIntegerField(
        _("in seconds"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_S)]
    )
    is_active = models.BooleanField(_("in force"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("guard limit")
        verbose_name_plural = _("guard limits")
        constraints = [
            models.UniqueConstraint(fields=["type", "subject"], name="guard_limit_once"),
            models.CheckConstraint(
                condition=models.Q(most__gte=1, most__lte=MOST_PER)
                & models.Q(per_s__gte=1, per_s__lte=LONGEST_S),
                name="guard_limit_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.get_subject_display()}: {self.most}/{self.per_s}"


class GuardAlarmQuerySet(models.QuerySet["GuardAlarm"]):
    def for_customer(self, customer: Customer) -> "GuardAlarmQuerySet":
        return self.filter(customer=customer)


class GuardAlarm(models.Model):
    """Traffic of an hour that looks like an attack; told once."""

    class Kind(models.TextChoices):
        VELOCITY = "velocity", _("Too many messages at once")
        CONVERSION = "conversion", _("Hardly any codes are used")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="guard_alarms")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    kind = models.CharField(_("alarm"), max_length=10, choices=Kind)
    subject = models.CharField(_("source"), max_length=8, choices=GuardLimit.Subject)
    value = models.CharField(_("which"), max_length=64)
    """The template's id, the first digits of the numbers, or the client's address."""
    detail = models.CharField(_("figures"), max_length=64)
    hour = models.DateTimeField(_("hour"))
    created_at = models.DateTimeField(_("raised"), auto_now_add=True)

    objects = GuardAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("guard alarm")
        verbose_name_plural = _("guard alarms")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "subject", "value", "hour"],
                name="guard_alarm_once_an_hour",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"
