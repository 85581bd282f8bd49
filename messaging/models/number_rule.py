from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class NumberControl(models.Model):
    """Whether a customer's number rules are in force."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="number_control"
    )
    is_enabled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("number control")
        verbose_name_plural = _("number controls")

    def __str__(self) -> str:
        return str(self.customer)


class NumberRuleQuerySet(models.QuerySet["NumberRule"]):
    def for_customer(self, customer: Customer) -> "NumberRuleQuerySet":
        return self.filter(customer=customer)


class NumberRule(models.Model):
    """A number, or numbers with the same end, that a customer allows or denies (§13.6)."""

    class Kind(models.TextChoices):
        ALLOW = "allow", _("Allowed")
        DENY = "deny", _("Denied")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="number_rules")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    pattern = models.CharField(_("number or segment"), max_length=21)
    """`+8613800138000`, or 4 to 11 digits and `*`, of which each stands for one digit."""
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = NumberRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("number rule")
        verbose_name_plural = _("number rules")
        constraints = [
            models.UniqueConstraint(fields=["customer", "pattern"], name="number_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pattern}"

    @property
    def is_segment(self) -> bool:
        return not self.pattern.startswith("+")
