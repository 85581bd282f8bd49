import re

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer

from .base import Provider

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.-]{3,63}")
_CARD_DIGITS = range(13, 20)


class Contract(Provider):
    """Offline credit of a contract: invoices by month, paid outside of this platform."""

    code = "contract"
    label = _("Contract")
    explanation = _("Your use is invoiced under a contract with the operator of this platform.")
    reference_label = _("Contract number")

    def agree(self, customer: Customer, reference: str) -> str:
        reference = reference.strip()
        if _looks_like_a_card(reference):
            raise Refusal(
                "payment_card",
                _("This looks like a card number. Write the number of the contract instead."),
                field="reference",
            )
        if not _NUMBER.fullmatch(reference):
            raise Refusal(
                "payment_contract",
                _(
                    "“%(number)s” is no contract number. Use 4 to 64 letters, digits and "
                    "- _ / . as they stand on the contract."
                ),
                field="reference",
                params={"number": reference},
            )
        return reference

    def collect(self, amount: int) -> bool:
        """The payment comes in outside of the platform: operations confirm the order then."""
        return False


def _looks_like_a_card(text: str) -> bool:
    """13 to 19 digits with a right check digit (Luhn), however they are grouped."""
    digits = re.sub(r"[ -]", "", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) in _CARD_DIGITS):
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    total = sum(map(int, digits[-1::-2])) + sum(each - 9 * (each > 9) for each in doubled)
    return total % 10 == 0
