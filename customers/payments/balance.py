from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer

from .base import Provider


class Balance(Provider):
    """What is on the account already: it pays for packages, and for nothing else."""

    code = "balance"
    label = _("Balance")
    explanation = _("The price is taken from your balance at once.")
    reference_label = ""

    def agree(self, customer: Customer, reference: str) -> str:
        """Refuses: how the balance itself is paid for has to be agreed."""
        raise Refusal(
            "payment_unknown",
            _("This payment method is not offered. Choose one from the list."),
            field="provider",
        )

    def collect(self, amount: int) -> bool:
        """Paid at once: the ledger takes the price as it books the package."""
        return True
