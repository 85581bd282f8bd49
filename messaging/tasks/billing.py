from celery import shared_task

from messaging.services import charging
from messaging.services.accounts import review_accounts


@shared_task(name="messaging.book_charges")
def book_charges() -> int:
    """Book what was charged in the last seconds to the ledger, and give credits back."""
    return charging.book()


@shared_task(name="messaging.review_accounts")
def review() -> int:
    """Book out ended packages; tell of arrears and alarms; take signatures out of use."""
    return review_accounts()
