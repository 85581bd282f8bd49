from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer

MOST = 999
_ALLOWED = [MinValueValidator(1), MaxValueValidator(MOST)]


class FrequencyPolicyQuerySet(models.QuerySet["FrequencyPolicy"]):
    def for_customer(self, customer: Customer) -> "FrequencyPolicyQuerySet":
        return self.filter(application__customer=customer)


class FrequencyPolicy(models.Model):
    """How many messages of an application a number may get, as the customer wants it (§13.4).

    It comes on top of the platform's own limits; an empty value limits nothing.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="frequency_policy")
    per_minute = models.PositiveSmallIntegerField(
        _("a minute"), null=True, blank=True, validators=_ALLOWED
    )
    per_hour = models.PositiveSmallIntegerField(
        _("an hour"), null=True, blank=True, validators=_ALLOWED
    )
    per_day = models.PositiveSmallIntegerField(
        _("a day"), null=True, blank=True, validators=_ALLOWED
    )
    """In a calendar day of the platform's zone."""
    whitelist = models.JSONField(_("numbers without this limit"), default=list, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FrequencyPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("frequency policy")
        verbose_name_plural = _("frequency policies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(per_minute__isnull=False)
                | models.Q(per_hour__isnull=False)
                | models.Q(per_day__isnull=False),
                name="frequency_limits_something",
            )
        ]

    def __str__(self) -> str:
        return str(self.application)
