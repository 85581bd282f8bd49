"""Payment methods: how a customer's use is paid, agreed once at registration (spec console §2.1).

A provider keeps whatever it needs with itself. Here only its name and a reference are stored,
never a card number or other means of payment.
"""

from django.conf import settings

from .base import Provider
from .contract import Contract
from .test import TestPayment

__all__ = ["Provider", "offered", "provider_named"]

_PROVIDERS: dict[str, Provider] = {each.code: each for each in (Contract(), TestPayment())}


def offered() -> list[Provider]:
    """The methods of setting `SMS_PAYMENT_PROVIDERS`, in its order; unknown names are left out."""
    return [_PROVIDERS[code] for code in settings.SMS_PAYMENT_PROVIDERS if code in _PROVIDERS]


def provider_named(code: str) -> Provider | None:
    """A method by its name, whether it is offered now or not."""
    return _PROVIDERS.get(code)
