from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer

from .base import Provider

_CENT = 10_000
REFUSED_CENTS = 13


class TestPayment(Provider):
    """For trying the platform out: agrees to everything, and nobody pays."""

    code = "test"
    label = _("Test payment")
    explanation = _("Nothing is paid. For laptops and trials only.")
    reference_label = ""

    def agree(self, customer: Customer, reference: str) -> str:
        return ""

    def collect(self, amount: int) -> bool:
        """Paid at once; amounts that end in .13 are refused, so that a refusal can be tried."""
        if amount // _CENT % 100 == REFUSED_CENTS:
            raise Refusal("payment_refused", _("The test payment refuses amounts that end in .13."))
        return True
