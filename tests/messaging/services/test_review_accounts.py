"""What arrears do to a customer's sending and signatures."""

from datetime import timedelta

import pytest

from common.clock import now
from customers.models import BillingAccount
from messaging.services import charging
from messaging.services.accounts import review_accounts
from reviews.models import Signature, Transition
from tests.billing import PRICE, charged, price_everything, top_up
from tests.messaging.road import Road, numbers


@pytest.fixture
def account(road: Road) -> BillingAccount:
    price_everything()
    charging.forget()
    yield charged(road.application.customer, balance=PRICE)
    charging.forget()


def signature(road: Road) -> Signature:
    return Signature.objects.get(pk=road.template.signature_id)


def test_signatures_go_out_of_use_when_the_retention_period_is_over(road: Road, account):
    road.accept(numbers(1))
    assert review_accounts() == 1
    BillingAccount.objects.update(arrears_since=now() - timedelta(days=29))
    review_accounts()
    assert signature(road).is_usable
    BillingAccount.objects.update(arrears_since=now() - timedelta(days=31))
    for _ in range(2):
        review_accounts()
    assert signature(road).status == Signature.Status.TO_BE_ACTIVATED
    assert Transition.objects.count() == 1


def test_a_top_up_before_that_keeps_them(road: Road, account):
    road.accept(numbers(1))
    review_accounts()
    BillingAccount.objects.update(arrears_since=now() - timedelta(days=31))
    top_up(account, PRICE)
    assert review_accounts() == 0
    assert signature(road).is_usable
