"""Who the customer is: their objects, and what was decided on them so far."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from reviews.models import Decision, Qualification, Signature, Template
from reviews.services.workflow import Subject

if TYPE_CHECKING:
    from common.errors import Sentence

OTHERS = 5
"""Other objects of the customer that are named."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many objects of one kind a customer has, and how many of them passed the review."""

    label: "Sentence"
    list_name: str
    """The name of the page that lists them."""

    total: int
    approved: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as a reviewer needs to know them."""

    customer: Customer
    holdings: list[Holding]
    others: list[Subject]
    """The latest objects of the same kind as the one under review."""

    decided: int
    rejected: int

    @property
    def share_rejected(self) -> int | None:
        """Percent of the decisions that were rejections; None before the first."""
        return round(100 * self.rejected / self.decided) if self.decided else None


def profile_of(customer: Customer, subject: Subject) -> Profile:
    """Collect a customer's profile, beside one of their objects, in a fixed number of queries."""
    decisions = Decision.objects.filter(submission__customer=customer).aggregate(
        decided=Count("id"), rejected=Count("id", filter=Q(outcome=Decision.Outcome.REJECT))
    )
    return Profile(
        customer=customer,
        holdings=[_holding(customer, *each) for each in _HOLDINGS],
        others=_others(customer, subject),
        **decisions,
    )


_HOLDINGS: tuple[tuple["Sentence", Any, Q], ...] = (
    (
        _("Qualifications"),
        Qualification,
        Q(status=Qualification.Status.APPROVED),
    ),
    (
        _("Signatures"),
        Signature,
        Q(status__in=[*Signature.USABLE, Signature.Status.PROCESSING]),
    ),
    (
        _("Templates"),
        Template,
        Q(status=Template.Status.ADOPTED),
    ),
)


def _holding(customer: Customer, label: "Sentence", model: Any, approved: Q) -> Holding:
    counts = model.objects.filter(customer=customer).aggregate(
        total=Count("id"), approved=Count("id", filter=approved)
    )
    return Holding(label, f"admin:reviews_{model._meta.model_name}_changelist", **counts)


def _others(customer: Customer, subject: Subject) -> list[Subject]:
    others = type(subject)._default_manager.filter(customer=customer)
    return list(others.exclude(pk=subject.pk).order_by("-id")[:OTHERS])
