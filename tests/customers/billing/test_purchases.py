"""Orders: paid once, by whom, and what the books say then."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError

from common.clock import now
from common.errors import Refusal
from customers import payments
from customers.models import (
    AuditEvent,
    BillingAccount,
    Delivery,
    LedgerEntry,
    Notice,
    Offer,
    Package,
    Purchase,
)
from customers.services import enforcement
from customers.services.billing import accounts, offers, purchases, purses
from tests.billing import PRICE, assert_books_are_right, charged, package, price_everything
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

MILLION = 1_000_000
State = Purchase.State


@pytest.fixture
def account(settings) -> BillingAccount:
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "test"]
    price_everything()
    return charged(MembershipFactory().customer)


@pytest.fixture
def offer() -> Offer:
    return offers.create_offer(
        name="10 thousand", kind="industry", parts=10_000, price=550 * MILLION, days=90, actor=None
    )


def buy(account: BillingAccount, offer: Offer, provider: str = "test", **more: object) -> Purchase:
    return purchases.order_package(
        account=account,
        offer=offer,
        provider=provider,
        key=more.pop("key", None) or uuid.uuid4(),
        actor=account.customer.memberships.get().user,
        **more,
    )


def pay_in(account: BillingAccount, amount: int, provider: str = "test", key=None) -> Purchase:
    return purchases.order_top_up(
        account=account,
        amount=amount,
        provider=provider,
        key=key or uuid.uuid4(),
        actor=account.customer.memberships.get().user,
    )


class TestOrder:
    def test_of_a_package_that_is_paid_at_once_is_booked_at_once(self, account, offer):
        order = buy(account, offer)
        assert order.state == State.PAID
        assert order.entry.type == LedgerEntry.Type.PURCHASE
        assert (order.entry.amount, order.entry.package_change) == (0, 10_000)
        assert purses.left_of(order.granted) == 10_000
        term = order.granted.expires_at - order.granted.valid_from
        assert term == timedelta(days=90)
        assert_books_are_right(account)

    def test_of_a_top_up_adds_to_the_balance(self, account):
        order = pay_in(account, 100 * MILLION)
        assert order.entry.type == LedgerEntry.Type.TOP_UP
        assert purses.balance_of(account) == 100 * MILLION
        assert_books_are_right(account)

    def test_by_contract_waits_and_books_nothing(self, account, offer):
        order = buy(account, offer, "contract")
        assert (order.state, order.entry) == (State.ORDERED, None)
        assert not Package.objects.exists()
        assert not LedgerEntry.objects.exists()

    def test_sent_twice_is_one_order(self, account, offer):
        key = uuid.uuid4()
        assert buy(account, offer, key=key) == buy(account, offer, key=key)
        assert pay_in(account, 5 * MILLION, key=key).is_package
        assert Package.objects.count() == LedgerEntry.objects.count() == 1

    def test_that_the_method_refuses_is_kept_with_the_reason(self, account):
        order = pay_in(account, 10 * MILLION + 130_000)
        assert order.state == State.REFUSED
        assert "refuses amounts that end in .13" in order.reason
        assert purses.balance_of(account) == 0
        assert not LedgerEntry.objects.exists()

    def test_ends_arrears_in_the_same_moment(self, account):
        accounts.set_charging(account=account, is_charged=True, reason="again", actor=None)
        account.refresh_from_db()
        assert account.arrears_since
        pay_in(account, MILLION)
        account.refresh_from_db()
        assert account.arrears_since is None

    @pytest.mark.parametrize("provider", ["", "card", "contract"])
    def test_by_a_method_that_is_not_offered_is_refused(self, account, offer, settings, provider):
        settings.SMS_PAYMENT_PROVIDERS = ["test"]
        with pytest.raises(Refusal) as refused:
            buy(account, offer, provider)
        assert (refused.value.code, refused.value.field) == ("payment_unknown", "provider")
        assert not Purchase.objects.exists()

    def test_of_something_off_sale_is_refused(self, account, offer):
        offers.switch_offer(offer=offer, is_on_sale=False, actor=None)
        with pytest.raises(Refusal, match="not on sale"):
            buy(account, offer)

    @pytest.mark.parametrize("amount", [0, -MILLION, MILLION - 1, 1_000_001 * MILLION])
    def test_of_an_amount_outside_the_limits_is_refused(self, account, amount):
        with pytest.raises(Refusal) as refused:
            pay_in(account, amount)
        assert refused.value.field == "amount"

    @pytest.mark.parametrize(
        ("cause", "is_sold"), [("arrears", True), ("violation", True), ("closure", False)]
    )
    def test_is_open_to_the_frozen_and_not_to_the_closed(self, account, cause, is_sold):
        customer = account.customer
        enforcement.freeze(customer=customer, cause=cause, reason="Spam.", actor=None)
        account = BillingAccount.objects.get(pk=account.pk)
        if is_sold:
            assert pay_in(account, MILLION).state == State.PAID
        else:
            with pytest.raises(Refusal, match="was closed"):
                pay_in(account, MILLION)

    def test_is_refused_while_ten_wait(self, account):
        waiting = [pay_in(account, MILLION, "contract") for _ in range(10)]
        with pytest.raises(Refusal, match="10 orders wait"):
            pay_in(account, MILLION, "contract")
        purchases.cancel(purchase=waiting[0], actor=waiting[0].ordered_by)
        pay_in(account, MILLION, "contract")

    def test_is_audited_with_what_it_costs(self, account, offer):
        AuditEvent.objects.all().delete()
        buy(account, offer)
        verbs = AuditEvent.objects.order_by("id").values_list("verb", "after__state")
        assert list(verbs) == [("order", "ordered"), ("confirm_payment", "paid")]
        assert AuditEvent.objects.first().after["price"] == "550.00 CNY"

    def test_keeps_what_was_ordered_when_the_offer_goes(self, account, offer):
        order = buy(account, offer, "contract")
        offers.switch_offer(offer=offer, is_on_sale=False, actor=None)
        paid = purchases.confirm(purchase=order, reason="transfer", actor=None)
        assert paid.granted.parts == 10_000


class TestFromTheBalance:
    def test_a_package_takes_its_price_and_is_booked_at_once(self, account, offer):
        pay_in(account, 600 * MILLION)
        order = buy(account, offer, "balance")
        assert (order.state, order.provider) == (State.PAID, "balance")
        assert (order.entry.amount, order.entry.package_change) == (-550 * MILLION, 10_000)
        assert purses.balance_of(account) == 50 * MILLION
        assert purses.left_of(order.granted) == 10_000
        assert_books_are_right(account)
        events = AuditEvent.objects.filter(object_type="purchase", object_id=order.public_id)
        told = [(event.verb, event.after["payment"]) for event in events.order_by("id")]
        assert told == [("order", "balance"), ("confirm_payment", "balance")]

    def test_the_last_of_it_pays_and_what_is_missing_is_said(self, account, offer):
        pay_in(account, 1_099 * MILLION + 990_000)
        assert buy(account, offer, "balance").state == State.PAID
        with pytest.raises(Refusal) as refused:
            buy(account, offer, "balance")
        assert (refused.value.code, refused.value.field) == ("balance_short", "provider")
        assert "The balance is 549.99 CNY: 0.01 CNY are missing" in str(refused.value)
        assert Package.objects.count() == 1
        assert purses.balance_of(account) == 549 * MILLION + 990_000
        assert_books_are_right(account)

    def test_too_little_leaves_no_order_and_no_event(self, account, offer):
        AuditEvent.objects.all().delete()
        with pytest.raises(Refusal, match=r"550\.00 CNY are missing"):
            buy(account, offer, "balance")
        assert not Purchase.objects.exists()
        assert not LedgerEntry.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_the_same_form_takes_the_price_once(self, account, offer):
        pay_in(account, 2_000 * MILLION)
        key = uuid.uuid4()
        assert buy(account, offer, "balance", key=key) == buy(account, offer, "balance", key=key)
        assert purses.balance_of(account) == 1_450 * MILLION

    def test_it_is_there_whatever_methods_the_platform_offers(self, account, offer, settings):
        pay_in(account, 550 * MILLION)
        settings.SMS_PAYMENT_PROVIDERS = []
        assert buy(account, offer, "balance").state == State.PAID

    def test_it_tops_up_nothing_and_is_no_method_to_agree_on(self, account, settings):
        settings.SMS_PAYMENT_PROVIDERS = ["balance", "test"]
        with pytest.raises(Refusal, match="not offered"):
            pay_in(account, MILLION, "balance")
        assert [each.code for each in payments.offered()] == ["test"]
        with pytest.raises(Refusal, match="not offered"):
            payments.BALANCE.agree(account.customer, "")


class TestRenewal:
    def test_begins_when_the_last_package_of_its_kind_ends(self, account, offer):
        package(account, 5, days=10)
        last = package(account, 5, days=20)
        package(account, 5, days=30, kind="promotion")
        order = buy(account, offer, is_renewal=True)
        assert order.granted.valid_from == last.expires_at
        assert purses.usable_parts(account, now()) == 15

    def test_begins_now_where_there_is_none(self, account, offer):
        order = buy(account, offer, is_renewal=True)
        assert order.granted.valid_from <= now()


class TestSettling:
    def test_a_confirmed_payment_is_booked_and_told(self, account, offer):
        order = buy(account, offer, "contract")
        clerk = UserFactory(administrator=True)
        paid = purchases.confirm(
            purchase=order, reason="transfer 17", actor=clerk, ip_address="192.0.2.9"
        )
        assert (paid.state, paid.settled_by, paid.reason) == (State.PAID, clerk, "transfer 17")
        assert purses.left_of(paid.granted) == 10_000
        event = AuditEvent.objects.get(verb="confirm_payment")
        assert (event.actor, event.reason, event.ip_address) == (clerk, "transfer 17", "192.0.2.9")
        notice = Notice.objects.get(event=Notice.Event.PURCHASE_PAID)
        owner = account.customer.memberships.get().user
        assert Delivery.objects.get(notice=notice).address == owner.email

    def test_a_payment_is_booked_once(self, account):
        order = pay_in(account, 7 * MILLION, "contract")
        purchases.confirm(purchase=order, reason="transfer", actor=None)
        for again in (purchases.confirm, purchases.refuse):
            with pytest.raises(Refusal, match="settled already: Paid"):
                again(purchase=order, reason="transfer", actor=None)
        assert purses.balance_of(account) == 7 * MILLION
        assert_books_are_right(account)

    def test_a_refused_one_books_nothing_and_tells_why(self, account, offer):
        order = buy(account, offer, "contract")
        purchases.refuse(purchase=order, reason="No payment came.", actor=None)
        assert not Package.objects.exists()
        notice = Notice.objects.get(event=Notice.Event.PURCHASE_REFUSED)
        assert notice.params["reason"] == "No payment came."

    def test_a_cancelled_one_cannot_be_paid(self, account, offer):
        order = buy(account, offer, "contract")
        purchases.cancel(purchase=order, actor=order.ordered_by)
        with pytest.raises(Refusal, match="settled already: Cancelled"):
            purchases.confirm(purchase=order, reason="transfer", actor=None)

    def test_is_not_for_people_of_the_customer(self, account, offer):
        order = buy(account, offer, "contract")
        insider = MembershipFactory(
            customer=account.customer, user=UserFactory(administrator=True)
        ).user
        for actor in (insider, order.ordered_by, UserFactory(staff=True)):
            for settle in (purchases.confirm, purchases.refuse):
                with pytest.raises(Refusal) as refused:
                    settle(purchase=order, reason="transfer", actor=actor)
                assert refused.value.code == "no_permission"
        order.refresh_from_db()
        assert order.is_open

    def test_needs_a_reason(self, account, offer):
        order = buy(account, offer, "contract")
        with pytest.raises(Refusal) as refused:
            purchases.confirm(purchase=order, reason=" ", actor=None)
        assert refused.value.field == "reason"

    def test_a_paid_order_without_an_entry_cannot_be_stored(self, account, offer):
        order = buy(account, offer, "contract")
        with pytest.raises(IntegrityError, match="purchase_paid_is_booked"):
            Purchase.objects.filter(pk=order.pk).update(state=State.PAID)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "other"}, "kind"),
        ({"parts": 0}, "parts"),
        ({"price": 0}, "price"),
        ({"days": 0}, "days"),
        ({"days": 3651}, "days"),
    ],
)
def test_offers_that_make_no_sense_are_refused(wrong, field):
    values = {"name": "1k", "kind": "industry", "parts": 1_000, "price": 65 * MILLION, "days": 365}
    with pytest.raises(Refusal) as refused:
        offers.create_offer(**values | wrong, actor=None)
    assert refused.value.field == field
    assert not Offer.objects.exists()


def test_prices_of_messages_are_not_those_of_packages(account, offer):
    """A package bought outside of the balance leaves the month's tiers alone."""
    buy(account, offer)
    assert purses.balance_of(account) < PRICE
    assert not account.usage.exists()
