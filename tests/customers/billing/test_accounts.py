from datetime import timedelta

import pytest
from django.db import IntegrityError

from common.clock import now
from common.errors import Refusal
from customers.models import AuditEvent, LedgerEntry, Purse
from customers.services.billing import accounts, packages, purses
from tests.billing import (
    PRICE,
    assert_books_are_right,
    charged,
    package,
    price_everything,
)
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    price_everything()
    return charged(CustomerFactory(), balance=100 * PRICE)


def test_a_portion_cannot_go_below_zero(account):
    with pytest.raises(IntegrityError, match="purse_never_negative"):
        Purse.objects.filter(account=account).update(amount=-1)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_top_up_needs_a_reason(account, reason):
    with pytest.raises(Refusal) as refused:
        accounts.change_balance(account=account, amount=1, reason=reason, actor=None)
    assert refused.value.field == "reason"


def test_a_correction_never_takes_more_than_there_is(account):
    with pytest.raises(Refusal) as refused:
        accounts.change_balance(account=account, amount=-101 * PRICE, reason="x", actor=None)
    assert refused.value.code == "amount_too_high"
    accounts.change_balance(account=account, amount=-100 * PRICE, reason="x", actor=None)
    assert purses.balance_of(account) == 0
    assert_books_are_right(account)


def test_every_change_is_audited(account):
    AuditEvent.objects.all().delete()
    accounts.change_balance(account=account, amount=5, reason="why", actor=None)
    accounts.set_alarms(account=account, package_alarm=1, balance_alarm=2, actor=None)
    package(account, 5)
    accounts.set_charging(account=account, is_charged=False, reason="end", actor=None)
    verbs = list(AuditEvent.objects.order_by("id").values_list("verb", "customer"))
    customer = account.customer_id
    assert verbs == [
        ("change_balance", customer),
        ("set_alarms", customer),
        ("grant_package", customer),
        ("set_charging", customer),
    ]


class TestPackages:
    def test_may_be_paid_from_the_balance(self, account):
        package(account, 50, price=30 * PRICE)
        assert purses.balance_of(account) == 70 * PRICE
        assert_books_are_right(account)

    def test_are_not_given_for_more_than_the_balance(self, account):
        with pytest.raises(Refusal) as refused:
            package(account, 50, price=101 * PRICE)
        assert refused.value.field == "price"
        assert purses.balance_of(account) == 100 * PRICE

    def test_end_after_they_begin(self, account):
        with pytest.raises(Refusal) as refused:
            package(account, 50, days=0)
        assert refused.value.code == "package_term"

    def test_what_is_left_at_the_end_is_booked_out_once(self, account):
        bundle = package(account, 50)
        moment = now() + timedelta(days=31)
        assert packages.book_ended(now()) == 0
        assert packages.book_ended(moment) == 1
        assert packages.book_ended(moment) == 0
        assert purses.left_of(bundle) == 0
        entry = LedgerEntry.objects.get(type=LedgerEntry.Type.EXPIRY)
        assert entry.package_change == -50
        assert_books_are_right(account)


@pytest.mark.parametrize(
    ("total", "worth", "amounts"),
    [
        (10, 1, [3, 3, 2, 2]),
        (10, 5, [5, 5, 0, 0]),
        (10, 11, [10, 0, 0, 0]),
        (0, 1, [0, 0, 0, 0]),
    ],
)
def test_a_total_is_spread_only_where_portions_are_worth_it(total, worth, amounts):
    portions = [Purse(slot=slot) for slot in range(4)]
    purses.spread(portions, total, worth=worth)
    assert [portion.amount for portion in portions] == amounts
