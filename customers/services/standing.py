"""Whether a customer may add anything now: account not frozen, service enabled, quota left."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer
from customers.services.billing.arrears import is_in_arrears

if TYPE_CHECKING:
    from common.errors import Sentence


def require_service(customer: Customer) -> None:
    """Refuse a customer who is frozen or in arrears, or whose service is not enabled.

    Source: console.md §2.5, no application, signature or template can be added then.
    """
    if customer.status == Customer.Status.FROZEN:
        raise Refusal(
            "account_frozen",
            _(
                "The account %(customer)s is frozen: nothing can be added. "
                "Contact customer service to have it released."
            ),
            params={"customer": customer.name},
        )
    if customer.service != Customer.Service.ENABLED:
        raise Refusal(
            "service_not_enabled",
            _(
                "Message & SMS is not enabled for %(customer)s (status: %(service)s). "
                "Enable the service first."
            ),
            params={"customer": customer.name, "service": customer.get_service_display()},
        )
    if is_in_arrears(customer):
        raise Refusal(
            "account_in_arrears",
            _(
                "The account %(customer)s is in arrears: nothing can be added or sent. "
                "Top up; it goes on at once."
            ),
            params={"customer": customer.name},
            permanent=False,
        )


def require_room(*, code: str, used: int, quota: int, message: "Sentence") -> None:
    """Refuse when `used` has reached `quota`; `message` may name %(used)s and %(quota)s."""
    if used >= quota:
        raise Refusal(code, message, params={"used": used, "quota": quota})
