"""Whether a customer may add anything now: account not frozen, service enabled, quota left."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer

if TYPE_CHECKING:
    from common.errors import Sentence


def require_service(customer: Customer) -> None:
    """Refuse a customer whose account is frozen or whose service is not enabled.

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


def require_room(*, code: str, used: int, quota: int, message: "Sentence") -> None:
    """Refuse when `used` has reached `quota`; `message` may name %(used)s and %(quota)s."""
    if used >= quota:
        raise Refusal(code, message, params={"used": used, "quota": quota})
