"""Forms that several answers share (spec management-api §1.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.clock import platform_zone
from customers.models import Customer
from reviews.models import Qualification, Signature, Submission, Template
from reviews.services.kinds import kinds_about

SITE = "cn"


def local_stamp(instant: datetime | None) -> str | None:
    """An instant as the API writes it: `2024-05-01 09:30:00` in the platform's zone."""
    return f"{instant.astimezone(platform_zone()):%Y-%m-%d %H:%M:%S}" if instant else None


def yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def tenant(customer: Customer) -> dict[str, str]:
    return {
        "customer_id": customer.public_id.hex,
        "customer_name": customer.name,
        "enterprise_name": customer.name,
    }


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What the latest case about an object says to the customer."""

    comment: str = ""
    urged_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        return {
            "review_desc": self.comment[:300],
            "urge_status": yes_no(self.urged_at is not None),
            "urge_time": local_stamp(self.urged_at),
            "urge_desc": "",
        }


def review_states(
    subjects: Sequence[Qualification | Signature | Template],
) -> dict[int, ReviewState]:
    """The state of each object's latest case, by the object's key, in two queries."""
    if not subjects:
        return {}
    cases = (
        Submission.objects.filter(
            kind__in=kinds_about(subjects[0]), object_id__in=[each.pk for each in subjects]
        )
        .order_by("object_id", "-id")
        .distinct("object_id")
        .prefetch_related("decisions")
    )
    return {case.object_id: _state(case) for case in cases}


def _state(case: Submission) -> ReviewState:
    latest = next(iter(case.decisions.all()), None)
    return ReviewState(latest.comment if latest else "", case.urged_at)
