"""The work that waits at the review desk, at a glance."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from reviews.models import Signature, Submission

FIRST = 8
"""Cases shown on the overview."""


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """How many cases wait, and those to be taken first."""

    waiting: int
    overdue: int
    urged: int
    without_number: int
    """Approved signatures that have no channel number yet."""

    first: list[Submission]


def summary() -> QueueSummary:
    """Count the queue and take its head, in three queries."""
    waiting = Submission.objects.awaiting_review()
    counts = waiting.order_by().aggregate(
        waiting=Count("id"),
        overdue=Count("id", filter=Q(due_at__lt=timezone.now())),
        urged=Count("id", filter=Q(urged_at__isnull=False)),
    )
    return QueueSummary(
        **counts,
        without_number=Signature.objects.filter(status=Signature.Status.PROCESSING).count(),
        first=list(waiting.select_related("customer")[:FIRST]),
    )
