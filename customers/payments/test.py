from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .base import Provider


class TestPayment(Provider):
    """For trying the platform out: agrees to everything, and nobody pays."""

    code = "test"
    label = _("Test payment")
    explanation = _("Nothing is paid. For laptops and trials only.")
    reference_label = ""

    def agree(self, customer: Customer, reference: str) -> str:
        return ""
