"""Who of the operations team may do what, to whom (spec console §15.2, no. 11)."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer, User


def belongs_to(user: User, customer_id: int) -> bool:
    """Whether a person is a member of the customer: nobody decides on their own objects."""
    return user.memberships.filter(customer=customer_id).exists()


def require(user: User, permission: str, *, customer: Customer) -> None:
    """Refuse a person without the permission, and one who belongs to the customer."""
    if not user.has_perm(permission):
        raise Refusal(
            "no_permission",
            _(
                "Your role does not allow this (%(permission)s). "
                "Ask a colleague whose role does, or an administrator for the role."
            ),
            params={"permission": permission},
        )
    if belongs_to(user, customer.pk):
        raise Refusal(
            "own_customer",
            _(
                "You belong to %(customer)s and cannot decide on its cases. "
                "Leave this one to a colleague."
            ),
            params={"customer": customer.name},
        )
