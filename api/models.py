"""What the API has to remember between calls."""

from datetime import datetime, timedelta

from django.db import models

from customers.models import Application, Customer

REMEMBERED_FOR = timedelta(hours=24)


class RememberedAnswerQuerySet(models.QuerySet["RememberedAnswer"]):
    def valid(self, moment: datetime) -> "RememberedAnswerQuerySet":
        return self.filter(created_at__gt=moment - REMEMBERED_FOR)

    def outdated(self, moment: datetime) -> "RememberedAnswerQuerySet":
        return self.filter(created_at__lte=moment - REMEMBERED_FOR)


class RememberedAnswer(models.Model):
    """The answer to a call with an `Idempotency-Key`, given again when the call is repeated."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    digest = models.BinaryField(max_length=32)
    """SHA-256 of address and body."""
    answer = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    objects = RememberedAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "application", "key"], name="remembered_answer_once_per_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.key}"
