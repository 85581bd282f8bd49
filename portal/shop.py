"""Who may buy a package now (spec console §12)."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer
from reviews.models import Signature, Template


def obstacle_to_buying(customer: Customer) -> Refusal | None:
    """Why a customer cannot buy a package yet; None for one who can.

    Buying takes an approved signature and an approved template; those for tests do not count.
    """
    signatures = Signature.objects.for_customer(customer).usable().filter(test_until=None)
    templates = Template.objects.for_customer(customer).filter(
        status=Template.Status.ADOPTED, test_until=None
    )
    if signatures.exists() and templates.exists():
        return None
    return Refusal(
        "package_nothing_to_send",
        _(
            "A package can be bought with an approved signature and an approved template: without "
            "them it could not be used, and it is not paid back. Those for tests do not count."
        ),
    )
