from datetime import timedelta

import pytest
from django.db import transaction

from common.clock import now
from customers.models import LedgerEntry, MonthUsage
from customers.models.billing import Kind
from customers.services.billing import accounts, purses
from messaging.carriers.base import Receipt
from messaging.models import Charge, Credit, Message, SendRequest
from messaging.services import catalogue, charging
from messaging.services.accept import accept
from messaging.services.charging import NotPaid
from messaging.services.envelope import Columns, Envelope
from messaging.services.expire import expire_messages, expire_requests
from messaging.services.route import Route
from reviews.models.kinds import MessageType
from tests.billing import (
    PRICE,
    assert_books_are_right,
    charged,
    package,
    price_everything,
    top_up,
)
from tests.messaging.road import REPORTED_AT, Road, carrier_ids, numbers


@pytest.fixture
def customer(road: Road):
    price_everything()
    charging.forget()
    yield road.application.customer
    charging.forget()


class TestAccept:
    def test_costs_nothing_and_asks_nothing_while_charging_is_off(self, road: Road, statements):
        road.accept(numbers(1))
        statements.clear()
        road.accept(numbers(500))
        assert len(statements) == 1
        assert not Charge.objects.exists()

    def test_is_one_statement_however_many_numbers(self, road: Road, customer, statements):
        account = charged(customer, balance=2_000 * PRICE * 16)
        road.accept(numbers(1))
        statements.clear()
        road.accept(numbers(500), parts=2)
        assert len(statements) == 1
        assert purses.balance_of(account) == (2_000 * 16 - 1 - 1_000) * PRICE

    def test_takes_the_first_tiers_price_of_each_part(self, road: Road, customer):
        account = charged(customer, balance=1_000 * PRICE)
        accepted = road.accept(numbers(10), parts=3)
        charge = Charge.objects.get(request_id=accepted.first_id)
        assert (charge.parts, charge.amount, charge.package) == (30, 30 * PRICE, None)
        assert purses.balance_of(account) == 970 * PRICE
        assert_books_are_right(account)

    def test_blocked_and_refused_numbers_are_free(self, road: Road, customer):
        account = charged(customer, balance=10 * PRICE)
        road.accept([*numbers(3), None], blocked=[None, "E200024", None, None], parts=2)
        assert purses.balance_of(account) == 6 * PRICE

    def test_a_wholly_blocked_request_is_free_without_any_balance(self, road: Road, customer):
        charged(customer)
        road.accept(numbers(2), blocked=["E200024", "E200024"])
        assert not Charge.objects.exists()

    def test_owes_the_reports_of_blocked_numbers_as_ever(self, road: Road, customer):
        charged(customer, balance=10 * PRICE)
        road.accept(numbers(2), callback="http://127.0.0.1:9/r", blocked=[None, "E200024"])
        assert road.states() == [0, Message.State.FAILED]

    def test_the_platforms_own_messages_are_free(self, road: Road, customer):
        charged(customer)
        template = catalogue.approved(road.template)
        envelope = Envelope(
            customer_id=customer.pk,
            application_id=road.application.pk,
            template=template,
            route=Route("10690001", channel_id=road.channel.pk),
            source=SendRequest.Source.PLATFORM,
        )
        accept(envelope, Columns(recipients=numbers(1), default_parts=1))
        assert not Charge.objects.exists()


class TestNotCovered:
    def test_stores_nothing_and_takes_nothing(self, road: Road, customer):
        account = charged(customer, balance=9 * PRICE)
        with pytest.raises(NotPaid, match="do not cover 10 message parts"):
            road.accept(numbers(10))
        assert not SendRequest.objects.exists()
        assert not Message.objects.exists()
        assert purses.balance_of(account) == 9 * PRICE

    def test_the_last_part_can_be_spent(self, road: Road, customer):
        account = charged(customer, balance=10 * PRICE)
        road.accept(numbers(10))
        assert purses.balance_of(account) == 0
        with pytest.raises(NotPaid):
            road.accept(numbers(1))

    def test_a_top_up_ends_it_at_once(self, road: Road, customer):
        account = charged(customer)
        with pytest.raises(NotPaid):
            road.accept(numbers(1))
        top_up(account, PRICE)
        road.accept(numbers(1))
        assert_books_are_right(account)

    def test_is_found_without_locking_the_account(self, road: Road, customer, statements):
        charged(customer)
        road.accept(numbers(1), blocked=["E200024"])
        statements.clear()
        with pytest.raises(NotPaid):
            road.accept(numbers(1))
        assert not [one for one in statements if "customers_billingaccount" in one]


class TestPackages:
    def test_go_before_the_balance(self, road: Road, customer):
        account = charged(customer, balance=10 * PRICE)
        bundle = package(account, 100)
        road.accept(numbers(10))
        assert (purses.left_of(bundle), purses.balance_of(account)) == (90, 10 * PRICE)
        assert_books_are_right(account)

    def test_the_earliest_expiry_goes_first(self, road: Road, customer):
        account = charged(customer)
        late, early = package(account, 50, days=60), package(account, 50, days=30)
        road.accept(numbers(20))
        assert (purses.left_of(early), purses.left_of(late)) == (30, 50)

    def test_a_request_may_end_one_and_go_on_with_the_balance(self, road: Road, customer):
        account = charged(customer, balance=100 * PRICE)
        early, late = package(account, 4, days=10), package(account, 5, days=20)
        accepted = road.accept(numbers(10), parts=1)
        charges = Charge.objects.filter(request_id=accepted.first_id).order_by("position")
        assert [(one.package_id, one.parts, one.amount) for one in charges] == [
            (early.pk, 4, 0),
            (late.pk, 5, 0),
            (None, 1, PRICE),
        ]
        assert_books_are_right(account)

    def test_of_the_other_kind_do_not_pay(self, road: Road, customer):
        account = charged(customer, balance=PRICE)
        bundle = package(account, 100, kind=Kind.PROMOTION)
        road.accept(numbers(1))
        assert (purses.left_of(bundle), purses.balance_of(account)) == (100, 0)
        road.accept(numbers(1), template=road.of_type(MessageType.PROMOTION))
        assert purses.left_of(bundle) == 99

    @pytest.mark.parametrize("starts_in", [timedelta(days=-40), timedelta(days=2)])
    def test_that_are_over_or_not_begun_do_not_pay(self, road: Road, customer, starts_in):
        account = charged(customer)
        bundle = package(account, 100)
        bundle.purses.update(
            valid_from=now() + starts_in, expires_at=now() + starts_in + timedelta(days=30)
        )
        with pytest.raises(NotPaid):
            road.accept(numbers(1))

    def test_a_kept_package_pays_without_any_balance(self, road: Road, customer):
        account = charged(customer)
        package(account, 1)
        road.accept(numbers(1))
        with pytest.raises(NotPaid):
            road.accept(numbers(1))


class TestBooking:
    def test_puts_an_hour_into_one_entry(self, road: Road, customer):
        account = charged(customer, balance=1_000 * PRICE)
        road.accept(numbers(10))
        assert charging.book() == 1
        road.accept(numbers(5))
        assert charging.book() == 1
        entry = LedgerEntry.objects.get(type=LedgerEntry.Type.SENDING)
        assert (entry.parts, entry.amount) == (15, -15 * PRICE)
        assert entry.application_id == road.application.pk
        assert charging.book() == 0
        assert_books_are_right(account)

    def test_settles_to_the_tiers_of_the_month(self, road: Road, customer):
        account = charged(customer, balance=10_000 * PRICE)
        for _ in range(8):
            road.accept(numbers(500))
        assert purses.balance_of(account) == 6_000 * PRICE
        charging.book()
        cost = 1_000 * 65_000 + 2_000 * 60_000 + 1_000 * 55_000
        assert purses.balance_of(account) == 10_000 * PRICE - cost
        assert MonthUsage.objects.get().parts == 4_000
        assert_books_are_right(account)

    def test_costs_the_same_in_whatever_slices_it_is_booked(self, road: Road, customer):
        account = charged(customer, balance=10_000 * PRICE)
        for size in (499, 333, 500, 1, 500, 167, 500):
            road.accept(numbers(size))
            charging.book()
        spent = 10_000 * PRICE - purses.balance_of(account)
        assert spent == 1_000 * 65_000 + 1_500 * 60_000

    def test_parts_of_packages_do_not_count_for_tiers(self, road: Road, customer):
        account = charged(customer, balance=PRICE)
        package(account, 5_000)
        road.accept(numbers(500))
        charging.book()
        assert not MonthUsage.objects.exists()
        entry = LedgerEntry.objects.get(type=LedgerEntry.Type.SENDING)
        assert (entry.package_change, entry.amount, entry.parts) == (-500, 0, 500)
        assert_books_are_right(account)

    def test_types_and_applications_stand_apart(self, road: Road, customer):
        charged(customer, balance=100 * PRICE)
        road.accept(numbers(1))
        road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
        charging.book()
        assert LedgerEntry.objects.filter(type=LedgerEntry.Type.SENDING).count() == 2


class TestCredits:
    def expire(self, road: Road, accepted, count: int) -> None:
        expire_requests([(accepted.first_id, accepted.first_id + count - 1)])

    def test_what_was_never_sent_is_given_back(self, road: Road, customer):
        account = charged(customer, balance=100 * PRICE)
        accepted = road.accept(numbers(10), parts=2)
        charging.book()
        self.expire(road, accepted, 10)
        charging.book()
        assert purses.balance_of(account) == 100 * PRICE
        credit = LedgerEntry.objects.get(type=LedgerEntry.Type.CREDIT)
        assert (credit.parts, credit.amount) == (-20, 20 * PRICE)
        assert not Credit.objects.exists()
        assert_books_are_right(account)

    def test_only_parts_that_the_platform_reported(self, road: Road, customer, settings):
        account = charged(customer, balance=100 * PRICE)
        accepted = road.accept(numbers(1), parts=3)
        road.submit_all(parts=3)
        road.receive(
            *(Receipt(one, "DELIVRD", REPORTED_AT) for one in carrier_ids(accepted.first_id, 3)[:2])
        )
        settings.SMS_REPORT_TIMEOUT_S = 0
        Message.objects.update(submitted_at=now() - timedelta(seconds=1))
        assert expire_messages() == 1
        charging.book()
        assert purses.balance_of(account) == 98 * PRICE
        assert_books_are_right(account)

    def test_failures_that_the_carrier_reports_are_charged(self, road: Road, customer):
        account = charged(customer, balance=100 * PRICE)
        accepted = road.accept(numbers(1))
        road.submit_all()
        road.receive(Receipt(carrier_ids(accepted.first_id)[0], "UNDELIV", REPORTED_AT))
        charging.book()
        assert purses.balance_of(account) == 99 * PRICE

    def test_come_before_or_after_the_charge_is_booked(self, road: Road, customer):
        account = charged(customer, balance=100 * PRICE)
        accepted = road.accept(numbers(10))
        self.expire(road, accepted, 10)
        charging.book()
        charging.book()
        assert purses.balance_of(account) == 100 * PRICE
        assert_books_are_right(account)

    def test_the_balances_share_of_a_request_first(self, road: Road, customer):
        account = charged(customer, balance=100 * PRICE)
        bundle = package(account, 4)
        accepted = road.accept(numbers(10))
        self.expire(road, accepted, 7)
        charging.book()
        assert (purses.left_of(bundle), purses.balance_of(account)) == (1, 100 * PRICE)
        self.expire(road, accepted, 10)
        charging.book()
        assert purses.left_of(bundle) == 4
        assert_books_are_right(account)

    def test_a_month_costs_the_tiers_of_what_counts(self, road: Road, customer):
        account = charged(customer, balance=10_000 * PRICE)
        requests = [road.accept(numbers(500)) for _ in range(3)]
        charging.book()
        self.expire(road, requests[0], 500)
        charging.book()
        assert purses.balance_of(account) == 9_000 * PRICE
        assert MonthUsage.objects.get().parts == 1_000

    def test_are_not_owed_for_what_was_free(self, road: Road):
        accepted = road.accept(numbers(2))
        self.expire(road, accepted, 2)
        assert not Credit.objects.exists()


def test_a_call_with_two_requests_is_stored_whole_or_not_at_all(road: Road, customer):
    account = charged(customer, balance=5 * PRICE)

    @transaction.atomic
    def call() -> None:
        charging.lock(customer.pk)
        road.accept(numbers(4))
        road.accept(numbers(4))

    with pytest.raises(NotPaid):
        call()
    assert not SendRequest.objects.exists()
    assert purses.balance_of(account) == 5 * PRICE


def test_switching_it_off_ends_it(road: Road, customer):
    account = charged(customer)
    accounts.set_charging(account=account, is_charged=False, reason="contract", actor=None)
    charging.forget()
    road.accept(numbers(1))
    assert not Charge.objects.exists()
