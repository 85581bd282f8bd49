"""What would stop a message to one number, as far as it is the customer's to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import Customer
from messaging.models import OptOut
from messaging.policy import number_control


@dataclass(frozen=True, slots=True)
class Lookup:
    """What holds for one number now: who unsubscribed it, and what the customer's rules say."""

    number: str
    opt_outs: Sequence[OptOut]
    denied_by: str
    is_allowed: bool
    """Whether another rule allows what one denies."""


def lookup(number: str, customer: Customer) -> Lookup:
    """Look a number up in the lists of recipients and of the customer; `number` is `+86138…`."""
    unsubscribed = OptOut.objects.for_customer(customer).in_force().filter(recipient=number)
    rules = number_control.rules_of(customer.pk)
    denied_by = rules.denied.find(number) or ""
    return Lookup(
        number=number,
        opt_outs=list(
            unsubscribed.select_related("application")
            .prefetch_related("removals__opt_out")
            .order_by("pk")
        ),
        denied_by=denied_by,
        is_allowed=bool(denied_by) and not rules.denies(number),
    )
