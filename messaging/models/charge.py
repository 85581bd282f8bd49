from django.db import models

from customers.models import BillingAccount, Package
from customers.models.billing import Kind


class Charge(models.Model):
    """What a request was charged: written with it, booked to the ledger within seconds.

    Two rows where a package ended in the middle of a request. Partitioned by day on `request_id`.
    """

    pk = models.CompositePrimaryKey("request_id", "position")
    request_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(
        BillingAccount, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    package = models.ForeignKey(
        Package, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=9, choices=Kind)
    application_id = models.BigIntegerField()
    message_type = models.CharField(max_length=20)
    parts = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    """Millionths taken from the balance, at the price of the first tier; 0 from a package."""
    charged_at = models.DateTimeField()
    credited = models.PositiveIntegerField(default=0, db_default=0)
    """Parts given back so far."""
    is_booked = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"{self.request_id}/{self.position}"


class Credit(models.Model):
    """Parts of a request that the platform reported itself: to be given back, then deleted."""

    request_id = models.BigIntegerField()
    parts = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.request_id}: {self.parts}"
