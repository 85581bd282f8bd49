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
