from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class RemovableQuerySet(models.QuerySet[Any]):
    def for_customer(self, customer: Customer) -> Self:
        return self.filter(customer=customer)


class RemovableManager(models.Manager[Any]):
    """Leaves out what the customer deleted."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(deleted_at=None)


class Removable(models.Model):
    """Something a customer may delete while messages and decisions go on naming it.

    Each such model has two managers: `objects` finds what is there; `every` finds deleted rows
    too, and so do foreign keys.
    """

    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "every"
