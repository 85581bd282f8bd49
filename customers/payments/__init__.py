"""Payment methods: agreed once at registration (spec console §2.1), asked to pay each order.

A provider keeps whatever it needs with itself. Here only its name and a reference are stored,
never a card number or other means of payment.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

from .base import Provider
from .contract import Contract
from .test import TestPayment

__all__ = ["Provider", "offered", "offered_named", "provider_named"]

_PROVIDERS: dict[str, Provider] = {each.code: each for each in (Contract(), TestPayment())}


def offered() -> list[Provider]:
    """The methods of setting `SMS_PAYMENT_PROVIDERS`, in its order; unknown names are left out."""
    return [_PROVIDERS[code] for code in settings.SMS_PAYMENT_PROVIDERS if code in _PROVIDERS]


def offered_named(code: str) -> Provider:
    """A method that is offered now; refuses every other name."""
    for each in offered():
        if each.code == code:
            return each
    raise Refusal(
        "payment_unknown",
        _("This payment method is not offered. Choose one from the list."),
        field="provider",
    )


def provider_named(code: str) -> Provider | None:
    """A method by its name, whether it is offered now or not."""
    return _PROVIDERS.get(code)
