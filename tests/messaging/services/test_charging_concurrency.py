"""The books under concurrency: threads with connections of their own, and generated histories."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import now
from common.errors import Refusal
from customers.models import BillingAccount, LedgerEntry, MonthUsage, Package, Purse
from customers.services.billing import offers, packages, purchases, purses
from messaging.models import Charge, Message
from messaging.policy import verdicts
from messaging.services import charging
from messaging.services.charging import NotPaid
from messaging.services.expire import expire_requests
from tests.billing import (
    PRICE,
    TIERS,
    assert_books_are_right,
    charged,
    package,
    price_everything,
    top_up,
)
from tests.factories import MembershipFactory
from tests.messaging.road import Road, build_road, numbers

THREADS = 8


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Run each in a thread of its own, begun together; their results, or what they raised."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        close_old_connections()
        ready.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


def sender(road: Road, *, requests: int, size: int) -> Callable[[], int]:
    """Sends up to so many requests; returns the parts that were accepted."""

    def send() -> int:
        accepted = 0
        for _ in range(requests):
            try:
                road.accept(numbers(size))
            except NotPaid:
                break
            accepted += size
        return accepted

    return send


@pytest.fixture
def priced(transactional_db) -> Road:
    road = build_road()
    price_everything()
    charging.forget()
    yield road
    charging.forget()


def sent_parts() -> int:
    return Message.objects.count()


@pytest.mark.parametrize("portions", [1, 4, 16])
def test_nobody_sends_a_part_too_many_or_too_few(priced: Road, settings, portions):
    settings.SMS_BILLING_PORTIONS = portions
    account = charged(priced.application.customer, balance=1_003 * PRICE)
    package(account, 211, days=10)
    results = at_once([sender(priced, requests=100, size=7) for _ in range(THREADS)])
    rest = at_once([sender(priced, requests=100, size=1) for _ in range(THREADS)])
    assert sum(results) + sum(rest) == 1_003 + 211 == sent_parts()
    assert purses.balance_of(account) == 0
    assert not Purse.objects.exclude(amount=0).exists()
    assert_books_are_right(account)
    charging.book()
    assert_books_are_right(account)


def test_booking_topping_up_and_expiring_meanwhile_keep_the_books_right(priced: Road):
    account = charged(priced.application.customer, balance=200 * PRICE)
    package(account, 100)
    busy = threading.Event()

    def book() -> None:
        while not busy.is_set():
            charging.book()

    def expire() -> None:
        while not busy.is_set():
            first = Message.objects.filter(state=0).values_list("request_id", flat=True).first()
            if first:
                expire_requests([(first, first + 4)])

    def earn() -> None:
        for _ in range(20):
            top_up(account, 10 * PRICE)
        busy.set()

    at_once([earn, book, book, expire, *[sender(priced, requests=200, size=5)] * 4])
    assert_books_are_right(account)
    charging.book()
    assert_books_are_right(account)
    assert not Charge.objects.filter(is_booked=False).exists()
    spent = 400 * PRICE - purses.balance_of(account)
    usage = MonthUsage.objects.filter(account=account).first()
    assert spent == (usage.parts if usage else 0) * PRICE


def test_slices_of_one_customer_do_not_wait_for_each_other(priced: Road):
    """One holds its portion in an open transaction; another is charged meanwhile."""
    account = charged(priced.application.customer, balance=160_000 * PRICE)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            priced.accept(numbers(10))
            holding.set()
            assert done.wait(20)

    def pass_by() -> None:
        assert holding.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        priced.accept(numbers(10))
        done.set()

    at_once([hold, pass_by])
    assert purses.balance_of(account) == (160_000 - 20) * PRICE


def test_calls_of_several_requests_never_lock_each_other_out(priced: Road, settings):
    """Each of them holds portions and the traffic counter at the same time."""
    settings.SMS_TRAFFIC_DEFAULTS = (10**6, 10**6 + 1, 10**7, 10**7 + 1)
    settings.SMS_BILLING_PORTIONS = 4
    verdicts.forget()
    account = charged(priced.application.customer, balance=1_000 * PRICE)

    def call_twice() -> int:
        sent = 0
        for _ in range(40):
            try:
                with transaction.atomic():
                    charging.lock(account.customer_id)
                    priced.accept(numbers(3))
                    priced.accept(numbers(4))
            except NotPaid:
                break
            sent += 7
        return sent

    results = at_once([call_twice, sender(priced, requests=60, size=2)] * 4)
    rest = at_once([sender(priced, requests=1_000, size=1)])
    verdicts.forget()
    assert sum(results) + sum(rest) == 1_000 == Message.objects.count()
    assert_books_are_right(account)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 300)),
        st.tuples(st.just("top up"), st.integers(1, 50_000_000)),
        st.tuples(st.just("package"), st.integers(1, 400)),
        st.tuples(st.just("expire"), st.integers(0, 10)),
        st.tuples(st.just("book"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_any_history_keeps_the_books_right(road: Road, history):
    with transaction.atomic():
        charging.forget()
        _live_through(road, history)
        transaction.set_rollback(True)
    charging.forget()


def _live_through(road: Road, history: list[tuple[str, int]]) -> None:
    price_everything()
    account = charged(road.application.customer)
    bought = paid_in = 0
    accepted: list[tuple[int, int]] = []
    for what, number in history:
        if what == "send":
            covered = _parts_covered(account)
            try:
                accepted.append((road.accept(numbers(number)).first_id, number))
            except NotPaid:
                assert covered < number
            else:
                assert covered >= number
        elif what == "top up":
            top_up(account, number)
            paid_in += number
        elif what == "package":
            package(account, number)
            bought += number
        elif what == "expire" and number < len(accepted):
            first, size = accepted[number]
            expire_requests([(first, first + size - 1)])
        elif what == "book":
            charging.book()
        assert_books_are_right(account)
    charging.book()
    assert_books_are_right(account)
    usage = MonthUsage.objects.filter(account=account).first()
    from_balance = usage.parts if usage else 0
    assert paid_in - purses.balance_of(account) == _cost(from_balance)
    sent = Message.objects.exclude(state=Message.State.EXPIRED).count()
    entries = LedgerEntry.objects.filter(type__in=LedgerEntry.BY_HOUR)
    assert sum(entries.values_list("parts", flat=True)) == sent
    left = sum(purses.left_of(one) for one in Package.objects.all())
    assert bought - left + from_balance == sent


def _parts_covered(account: BillingAccount) -> int:
    left = sum(purses.left_of(one) for one in Package.objects.all())
    return left + purses.balance_of(account) // PRICE


def _cost(parts: int) -> int:
    """What a month of so many parts costs, part by part."""
    return sum(max(TIERS, key=lambda tier: (tier[0] <= part, tier[0]))[1] for part in range(parts))


def test_packages_out_of_the_balance_never_cost_more_than_is_there(priced: Road):
    """Four buyers take the last of a balance that messages are paid from meanwhile."""
    account = charged(priced.application.customer, balance=60 * PRICE)
    owner = MembershipFactory(customer=priced.application.customer).user
    offer = offers.create_offer(
        name="promotions", kind="promotion", parts=40, price=7 * PRICE, days=1, actor=None
    )

    def buy() -> int:
        bought = 0
        with suppress(Refusal):
            for _ in range(20):
                purchases.order_package(
                    account=account, offer=offer, provider="balance", key=uuid.uuid4(), actor=owner
                )
                bought += 1
        return bought

    results = at_once([*[buy] * 4, *[sender(priced, requests=6, size=3)] * 2])
    charging.book()
    assert_books_are_right(account)
    bought, sent = sum(results[:4]), sum(results[4:])
    paid = LedgerEntry.objects.filter(account=account, amount=-7 * PRICE)
    assert bought == Package.objects.count() == paid.count()
    left = purses.balance_of(account)
    assert left == 60 * PRICE - bought * 7 * PRICE - sent * PRICE
    assert 0 <= left < 7 * PRICE


def test_orders_settled_by_many_at_once_are_booked_once(priced: Road, settings):
    """Operations confirm the same orders, a form is sent again and again, packages end, and all
    the while messages are sent and booked."""
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "test"]
    account = charged(priced.application.customer, balance=50 * PRICE)
    owner = MembershipFactory(customer=priced.application.customer).user
    offer = offers.create_offer(
        name="small", kind="industry", parts=40, price=PRICE, days=1, actor=None
    )
    by_contract = {"account": account, "provider": "contract", "actor": owner}
    top_ups = [
        purchases.order_top_up(amount=20 * PRICE, key=uuid.uuid4(), **by_contract) for _ in range(4)
    ]
    bundles = [
        purchases.order_package(offer=offer, key=uuid.uuid4(), **by_contract) for _ in range(4)
    ]
    key, busy = uuid.uuid4(), threading.Event()

    def settle() -> int:
        paid = 0
        for order in (*top_ups, *bundles):
            with suppress(Refusal):
                purchases.confirm(purchase=order, reason="transfer", actor=None)
                paid += 1
        return paid

    def settle_and_end() -> int:
        try:
            return settle()
        finally:
            busy.set()

    def send_the_form_again() -> int:
        values = {"account": account, "provider": "test", "actor": owner}
        return purchases.order_top_up(amount=30 * PRICE, key=key, **values).pk

    def keep_the_books() -> None:
        while not busy.is_set():
            charging.book()
            packages.book_ended(now() + timedelta(days=2))

    works = [settle, settle_and_end, settle, *[send_the_form_again] * 2, keep_the_books]
    results = at_once([*works, *[sender(priced, requests=100, size=3)] * 2])
    assert sum(results[:3]) == 8
    assert results[3] == results[4]
    assert_books_are_right(account)
    charging.book()
    assert_books_are_right(account)
    entries = LedgerEntry.objects.filter(account=account)
    assert entries.filter(purchase__isnull=False).count() == 9
    paid_in = (50 + 4 * 20 + 30) * PRICE
    usage = MonthUsage.objects.filter(account=account).first()
    assert purses.balance_of(account) == paid_in - (usage.parts if usage else 0) * PRICE
    assert not Purse.objects.filter(amount__lt=0).exists()
