"""What the customer has already: the same signature, or a template of the same text."""

from customers.models import Application, Customer
from reviews.models import Signature, Template

NAMED = 3
"""Templates of the same text that a finding names."""


def is_taken(customer: Customer, name: str, type: str, *, besides: Signature | None) -> bool:
    """Whether another signature of the customer has this name and type (console.md §3)."""
    same = Signature.objects.for_customer(customer).filter(name=name, type=type)
    return same.exclude(pk=besides.pk if besides else None).exists()


def twins(
    application: Application, type: str, content: str, *, besides: Template | None
) -> list[str]:
    """The names of the application's other templates of this type and exactly this text."""
    same = Template.objects.filter(application=application, type=type, content=content)
    others = same.exclude(pk=besides.pk if besides else None).order_by("pk")
    return list(others.values_list("name", flat=True)[:NAMED])
