"""Buying packages and topping up, as members see it."""

import re
import uuid
from datetime import timedelta

import pytest

from common.clock import now
from customers.models import BillingAccount, LedgerEntry, Offer, Package, Profile, Purchase
from customers.services.billing import accounts, offers, purchases, purses
from messaging.services import charging
from tests.billing import PRICE, assert_books_are_right, charged, package, price_everything
from tests.factories import CustomerFactory, UserFactory
from tests.messaging.road import Road

from .conftest import Visitor, visitor

State = Purchase.State
MILLION = 1_000_000


@pytest.fixture
def account(road: Road, settings) -> BillingAccount:
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "test"]
    price_everything()
    charging.forget()
    yield charged(road.application.customer, balance=10 * PRICE)
    charging.forget()


@pytest.fixture
def offer(account) -> Offer:
    return offers.create_offer(
        name="10 thousand", kind="industry", parts=10_000, price=550_000_000, days=90, actor=None
    )


def key_on(page: str) -> str:
    """The key that stands in a form."""
    return re.search(r'name="key" value="([0-9a-f-]+)"', page).group(1)


def order_of(account: BillingAccount, owner: Visitor) -> Purchase:
    """A top-up that waits for its payment."""
    return purchases.order_top_up(
        account=account,
        amount=5_000_000,
        provider="contract",
        key=uuid.uuid4(),
        actor=owner.membership.user,
    )


class TestOffers:
    def test_say_what_they_cost_and_for_how_long(self, owner: Visitor, offer):
        page = owner.get("/billing/packages").content.decode()
        for shown in ("10 thousand", "10,000", "550.00 CNY", "0.055 CNY a part", "90 days"):
            assert shown in page, shown
        assert f"/billing/packages/{offer.public_id}" in page

    def test_off_sale_are_not_shown_and_not_sold(self, owner: Visitor, offer):
        offers.switch_offer(offer=offer, is_on_sale=False, actor=None)
        assert "No package is on sale" in owner.get("/billing/packages").content.decode()
        assert owner.get(f"/billing/packages/{offer.public_id}").status_code == 404

    def test_are_not_there_without_a_billing_account(self, owner: Visitor):
        assert owner.get("/billing/packages").status_code == 404

    @pytest.mark.parametrize("role", ["operator", "viewer"])
    def test_are_not_for_others_to_buy(self, request, account, offer, role):
        member = request.getfixturevalue(role)
        page = member.get("/billing/packages").content.decode()
        assert "Owners and administrators can buy" in page
        for path in (f"/billing/packages/{offer.public_id}", "/billing/top-up"):
            assert member.post(path, {"key": uuid.uuid4(), "provider": "test"}).status_code == 403
        assert not Purchase.objects.exists()


class TestBuying:
    def buy(self, owner: Visitor, offer: Offer, **values: object):
        path = f"/billing/packages/{offer.public_id}"
        key = key_on(owner.get(path).content.decode())
        return owner.post(path, {"key": key, "provider": "test", **values}, follow=True)

    def test_says_what_is_paid_how_and_then_books_it(self, owner: Visitor, account, offer):
        page = owner.get(f"/billing/packages/{offer.public_id}").content.decode()
        assert "Buy for 550.00 CNY" in page
        assert "Test payment – Nothing is paid." in page
        answer = self.buy(owner, offer).content.decode()
        assert "Paid and booked" in answer
        assert purses.left_of(Package.objects.get()) == 10_000
        assert_books_are_right(account)

    def test_twice_with_the_same_form_is_bought_once(self, owner: Visitor, account, offer):
        path = f"/billing/packages/{offer.public_id}"
        values = {"key": key_on(owner.get(path).content.decode()), "provider": "test"}
        first, second = owner.post(path, values), owner.post(path, values)
        assert first.url == second.url
        assert Package.objects.count() == 1

    def test_as_a_renewal_begins_when_the_last_one_ends(self, owner: Visitor, account, offer):
        last = package(account, 5)
        self.buy(owner, offer, is_renewal="1")
        assert Package.objects.get(parts=10_000).valid_from == last.expires_at

    def test_out_of_the_balance_takes_what_is_there(self, owner: Visitor, account, offer):
        accounts.change_balance(account=account, amount=549 * MILLION, reason="paid", actor=None)
        page = owner.get(f"/billing/packages/{offer.public_id}").content.decode()
        assert "Balance – The price is taken from your balance at once." in page
        assert "The balance is 549.65 CNY." in page
        refused = self.buy(owner, offer, provider="balance")
        assert refused.status_code == 422
        assert "The balance is 549.65 CNY: 0.35 CNY are missing" in refused.content.decode()
        accounts.change_balance(account=account, amount=MILLION, reason="paid", actor=None)
        bought = self.buy(owner, offer, provider="balance").content.decode()
        assert "Paid and booked" in bought
        assert "<dd>Balance</dd>" in bought
        assert purses.balance_of(account) == 650_000
        ledger = owner.get("/billing/ledger").content.decode()
        assert "Package bought" in ledger
        assert "550.00" in ledger
        assert_books_are_right(account)

    def test_the_agreed_method_comes_first(self, owner: Visitor, account, offer):
        Profile.objects.create(customer=account.customer, payment_provider="test")
        page = owner.get(f"/billing/packages/{offer.public_id}").content.decode()
        assert re.search(r'value="test"[^>]*checked', page)

    @pytest.mark.parametrize("values", [{"provider": "card"}, {"key": "1"}, {"key": ""}])
    def test_what_is_wrong_is_refused_at_its_field(self, owner: Visitor, account, offer, values):
        path = f"/billing/packages/{offer.public_id}"
        sent = {"key": str(uuid.uuid4()), "provider": "test"} | values
        assert owner.post(path, sent).status_code == 422
        assert not Purchase.objects.exists()

    def test_takes_an_approved_signature_and_template(self, owner: Visitor, road, account, offer):
        road.template.test_until = now() + timedelta(days=30)
        road.template.save()
        page = owner.get("/billing/packages").content.decode()
        assert "approved signature and an approved" in page
        assert str(offer.public_id) not in page
        answer = self.buy(owner, offer)
        assert answer.status_code == 422
        assert not Purchase.objects.exists()

    def test_is_for_the_frozen_too(self, owner: Visitor, account, offer):
        account.customer.status = "frozen"
        account.customer.save()
        assert self.buy(owner, offer).status_code == 200
        assert Package.objects.exists()


class TestTopUp:
    def test_is_confirmed_once_more_before_anything_is_ordered(self, owner: Visitor, account):
        values = {"key": str(uuid.uuid4()), "provider": "test", "amount": "20.50"}
        page = owner.post("/billing/top-up", values).content.decode()
        assert "Top up 20.50 CNY" in page
        assert "Nothing is paid." in page
        assert not Purchase.objects.exists()
        owner.post("/billing/top-up", values | {"confirmed": "1"})
        assert purses.balance_of(account) == 10 * PRICE + 20_500_000
        entry = LedgerEntry.objects.get(purchase__isnull=False)
        assert (entry.type, entry.amount) == ("top_up", 20_500_000)

    @pytest.mark.parametrize("amount", ["", "0.5", "-3", "1000000.01", "1.234", "many"])
    def test_of_a_wrong_amount_keeps_what_was_typed(self, owner: Visitor, account, amount):
        values = {"key": str(uuid.uuid4()), "provider": "test", "amount": amount, "confirmed": "1"}
        answer = owner.post("/billing/top-up", values)
        assert answer.status_code == 422
        if amount:
            assert f'value="{amount}"' in answer.content.decode()
        assert not Purchase.objects.exists()

    def test_that_the_method_refuses_shows_why(self, owner: Visitor, account):
        values = {"key": str(uuid.uuid4()), "provider": "test", "amount": "9.13", "confirmed": "1"}
        page = owner.post("/billing/top-up", values, follow=True).content.decode()
        assert "Payment refused" in page
        assert "refuses amounts that end in .13" in page
        assert purses.balance_of(account) == 10 * PRICE

    def test_by_contract_waits_and_can_be_cancelled(self, owner: Visitor, account):
        values = {
            "key": str(uuid.uuid4()),
            "provider": "contract",
            "amount": "20",
            "confirmed": "1",
        }
        page = owner.post("/billing/top-up", values, follow=True).content.decode()
        order = Purchase.objects.get()
        assert "20.00 CNY are to be paid." in page
        assert order.number in page
        owner.post(f"/billing/orders/{order.public_id}/cancel")
        order.refresh_from_db()
        assert order.state == State.CANCELLED
        again = owner.post(f"/billing/orders/{order.public_id}/cancel", follow=True)
        assert "settled already: Cancelled" in again.content.decode()


class TestOrders:
    def test_stand_on_a_list(self, owner: Visitor, viewer: Visitor, account):
        order = order_of(account, owner)
        for member in (owner, viewer):
            page = member.get("/billing/orders").content.decode()
            assert order.number in page
            assert "Waiting for payment" in page

    def test_confirmed_ones_say_when_and_why_and_not_who(self, owner: Visitor, account):
        order = order_of(account, owner)
        staff = UserFactory(administrator=True)
        purchases.confirm(purchase=order, reason="transfer 17", actor=staff)
        page = owner.get(f"/billing/orders/{order.public_id}").content.decode()
        assert "transfer 17" in page
        assert "Operations team" in page
        assert staff.email not in page

    def test_of_others_are_not_found(self, owner: Visitor, account):
        order = order_of(account, owner)
        customer = CustomerFactory()
        accounts.open_account(customer)
        other = visitor(customer, "owner")
        path = f"/billing/orders/{order.public_id}"
        assert other.get(path).status_code == other.post(f"{path}/cancel").status_code == 404
        assert "Nothing was ordered yet" in other.get("/billing/orders").content.decode()

    def test_are_only_for_managers_to_cancel(self, owner: Visitor, viewer: Visitor, account):
        order = order_of(account, owner)
        path = f"/billing/orders/{order.public_id}"
        assert "Cancel the order" not in viewer.get(path).content.decode()
        assert viewer.post(f"{path}/cancel").status_code == 403

    def test_stand_on_the_statement_when_paid(self, owner: Visitor, account, offer):
        TestBuying().buy(owner, offer)
        page = owner.get("/billing/statements").content.decode()
        month = re.search(r"/billing/statements/(\d{4}-\d{2})", page).group(1)
        statement = owner.get(f"/billing/statements/{month}").content.decode()
        assert "Package bought" in statement
        assert f"{Purchase.objects.get().number} · 550.00 CNY" in statement
