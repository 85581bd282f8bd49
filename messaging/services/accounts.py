"""The regular look at every charged account: packages, arrears, and what follows from them."""

from common.clock import now
from customers.models import BillingAccount
from customers.services.billing import arrears, packages
from reviews.models import Signature
from reviews.services.signature_life import expire_retention

REASON = "The retention period after arrears is over."


def review_accounts() -> int:
    """Bring packages, arrears and alarms up to date; returns how many accounts are in arrears.

    When an account's retention period is over its processed signatures go to *To be activated*
    (spec console §2.5).
    """
    moment = now()
    packages.book_ended(moment)
    in_arrears = arrears.review_all(moment)
    for signature in Signature.objects.filter(
        status=Signature.Status.REVIEW_PROCESSING_COMPLETED,
        customer__billing__is_charged=True,
        customer__billing__arrears_stage=BillingAccount.Stage.EXPIRED,
    ):
        expire_retention(signature=signature, reason=REASON)
    return in_arrears
