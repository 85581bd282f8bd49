"""Payment methods: agreed once at registration (spec console §2.1), asked to pay each order.

A provider keeps whatever it needs with itself. Here only its name and a reference are stored,
never a card number or other means of payment.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

from .balance import Balance
from .base import Provider
from .contract import Contract
from .test import TestPayment

__all__ = [
    "BALANCE",
    "Provider",
    "offered",
    "offered_for_packages",
    "offered_named",
    "provider_named",
]

BALANCE = Balance()

_PROVIDERS: dict[str, Provider] = {each.code: each for each in (Contract(), TestPayment())}


def offered() -> list[Provider]:
    """The methods of setting `SMS_PAYMENT_PROVIDERS`, in its order; unknown names are left out."""
    return [_PROVIDERS[code] for code in settings.SMS_PAYMENT_PROVIDERS if code in _PROVIDERS]


def offered_for_packages() -> list[Provider]:
    """The methods that pay for a package: those of the setting, and the balance."""
    return [*offered(), BALANCE]


def offered_named(code: str, methods: Sequence[Provider] | None = None) -> Provider:
    """A method that is offered now, or is one of `methods`; refuses every other name."""
    for each in offered() if methods is None else methods:
        if each.code == code:
            return each
    raise Refusal(
        "payment_unknown",
        _("This payment method is not offered. Choose one from the list."),
        field="provider",
    )


def provider_named(code: str) -> Provider | None:
    """A method by its name, whether it is offered now or not."""
    return BALANCE if code == BALANCE.code else _PROVIDERS.get(code)
