"""The books in any order of what happens to them, over months with prices of their own."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.clock import now
from common.errors import Refusal
from customers.models import LedgerEntry, Package, Purchase, Purse
from customers.models.billing import Kind
from customers.services.billing import (
    accounts,
    arrears,
    offers,
    packages,
    prices,
    purchases,
    purses,
)
from messaging.models.partitions import ensure_partitions
from messaging.services import charging
from messaging.services.charging import NotPaid
from messaging.services.expire import expire_requests
from tests.billing import PRICE, assert_books_are_right, charged, price_everything
from tests.factories import MembershipFactory
from tests.messaging.road import build_road, numbers

pytestmark = pytest.mark.django_db

BEGINNING = datetime(2026, 3, 10, 4, tzinfo=UTC)
MILLION = 1_000_000
providers = st.sampled_from(["test", "contract"])


class Books(RuleBasedStateMachine):
    """A customer who buys, sends, gets credits and lives through months, one step at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(BEGINNING, tick=False)
        self.traveller = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        ensure_partitions()
        charging.forget()
        price_everything()
        self.road = build_road()
        self.account = charged(self.road.application.customer)
        self.owner = MembershipFactory(customer=self.road.application.customer).user
        self.accepted: list[tuple[int, int]] = []
        self.paid_in = self.corrected = self.bought = 0
        self.keys: list[uuid.UUID] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.stop()
        charging.forget()

    @rule(size=st.integers(1, 120))
    def send(self, size: int) -> None:
        try:
            self.accepted.append((self.road.accept(numbers(size)).first_id, size))
        except NotPaid:
            balance, parts = purses.balance_of(self.account), self.usable()
            assert (size - parts) * self.price() > balance

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        first, size = self.accepted.pop(data.draw(st.integers(0, len(self.accepted) - 1)))
        expire_requests([(first, first + size - 1)])

    @rule(amount=st.integers(1, 20), provider=providers)
    def top_up(self, amount: int, provider: str) -> None:
        self.order(amount * MILLION, provider)

    @rule(parts=st.integers(1, 200), days=st.integers(1, 40), provider=providers)
    def buy(self, parts: int, days: int, provider: str) -> None:
        offer = offers.create_offer(
            name="package", kind="industry", parts=parts, price=MILLION, days=days, actor=None
        )
        self.keys.append(uuid.uuid4())
        self.place(purchases.order_package, offer=offer, provider=provider, key=self.keys[-1])

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def send_a_form_again(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.keys))
        self.place(purchases.order_top_up, amount=MILLION, provider="test", key=key)

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), settle=st.sampled_from(["confirm", "refuse", "cancel"]))
    def settle(self, data: st.DataObject, settle: str) -> None:
        order = Purchase.objects.get(key=data.draw(st.sampled_from(self.keys)))
        who = {"actor": self.owner} if settle == "cancel" else {"actor": None, "reason": "transfer"}
        try:
            getattr(purchases, settle)(purchase=order, **who)
        except Refusal:
            assert not order.is_open
        else:
            assert order.is_open
            if settle == "confirm":
                self.count(order)

    @rule(amount=st.integers(1, 5 * MILLION))
    def correct(self, amount: int) -> None:
        try:
            accounts.change_balance(
                account=self.account, amount=-amount, reason="mistake", actor=None
            )
        except Refusal:
            assert amount > purses.balance_of(self.account)
        else:
            self.corrected += amount

    @rule(price=st.integers(1, PRICE))
    def change_prices(self, price: int) -> None:
        following = prices.month_of(now() + timedelta(days=31))
        tiers = {kind: [(0, price), (50, price // 2)] for kind in Kind}
        with suppress(Refusal):  # this month has a list already
            prices.create_list(month=following, tiers=tiers, actor=None)

    @rule()
    def book(self) -> None:
        charging.book()

    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        charging.book()
        self.traveller.shift(timedelta(days=days))
        ensure_partitions()
        charging.forget()
        packages.book_ended(now())
        arrears.review(self.account, now())

    @invariant()
    def adds_up(self) -> None:
        assert_books_are_right(self.account)
        assert not Purse.objects.filter(amount__lt=0).exists()
        entries = LedgerEntry.objects.filter(account=self.account)
        by_hand = entries.exclude(type__in=LedgerEntry.BY_HOUR)
        assert sum(by_hand.values_list("amount", flat=True)) == self.paid_in - self.corrected
        assert sum(Package.objects.values_list("parts", flat=True)) == self.bought
        paid = Purchase.objects.filter(state=Purchase.State.PAID)
        assert paid.count() == entries.filter(purchase__isnull=False).count()

    def order(self, amount: int, provider: str) -> None:
        self.keys.append(uuid.uuid4())
        self.place(purchases.order_top_up, amount=amount, provider=provider, key=self.keys[-1])

    def place(self, order: object, **values: object) -> None:
        """Order something; a form that was sent before leads to its old order."""
        known = Purchase.objects.filter(key=values["key"]).exists()
        try:
            placed = order(account=self.account, actor=self.owner, **values)
        except Refusal:
            assert self.account.purchases.unpaid().count() == purchases.MOST_OPEN
            self.keys.remove(values["key"])
        else:
            if placed.state == Purchase.State.PAID and not known:
                self.count(placed)

    def count(self, order: Purchase) -> None:
        if order.is_package:
            self.bought += order.parts
        else:
            self.paid_in += order.price

    def usable(self) -> int:
        return purses.usable_parts(self.account, now())

    def price(self) -> int:
        found = prices.prices_for(self.account.customer, prices.month_of(now()))
        return found.first(Kind.INDUSTRY)


@pytest.mark.usefixtures("db")
def test_any_order_of_events_keeps_the_books_right(settings):
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "test"]
    run_state_machine_as_test(Books, settings=SETTINGS)


SETTINGS = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
