from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.errors import Sentence
    from customers.models import Customer


class Provider(ABC):
    """A way to pay. A new one is a class like this, listed in `customers.payments`."""

    code: str
    """The name under which it is stored and switched on; at most 16 characters."""

    label: "Sentence"
    explanation: "Sentence"
    reference_label: "Sentence"
    """What the customer writes to name its agreement; empty when nothing is asked."""

    @abstractmethod
    def agree(self, customer: "Customer", reference: str) -> str:
        """Check what the customer wrote and return what is stored of it.

        Refuses what names no agreement. Must never return the number of a card.
        """

    @abstractmethod
    def collect(self, amount: int) -> bool:
        """Ask for the payment of an order, `amount` in millionths; whether it is paid now.

        False when the payment comes later: operations, or the provider's own code once it is told,
        call `purchases.confirm` then. Refuses what is not going to be paid. Called within the
        order's transaction, so it must not wait for anybody.
        """
