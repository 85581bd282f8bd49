"""Everything about a customer on one page, and what operations do from there."""

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import (
    AgreementAcceptance,
    AuditEvent,
    Customer,
    LedgerEntry,
    Offer,
    Package,
    Profile,
    Purchase,
)
from customers.services import tickets
from customers.services.billing import accounts, offers, purchases, purses
from messaging.statistics.folding import fold
from tests.billing import PRICE, charged, package, price_everything, top_up
from tests.factories import ApplicationFactory, MembershipFactory, SignatureFactory
from tests.messaging.road import Road, build_road, numbers

pytestmark = pytest.mark.django_db


def page_of(customer: Customer) -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk])


def act_on(customer: Customer, act: str) -> str:
    return reverse("admin:customers_customer_act", args=[customer.pk, act])


@pytest.fixture
def road(db) -> Road:
    return build_road()


@pytest.fixture
def customer(road: Road) -> Customer:
    return road.application.customer


def furnish(customer: Customer, times: int) -> None:
    """Give a customer some of everything, so many times."""
    account = customer.billing
    for n in range(times):
        member = MembershipFactory(customer=customer)
        application = ApplicationFactory(customer=customer)
        SignatureFactory(application=application, rejected=True)
        ticket = {"kind": "other", "subject": f"Question {n}", "text": "How?"}
        tickets.open_ticket(customer=customer, **ticket, actor=member.user)
        package(account, 100)
        top_up(account, PRICE)
        purchases.order_top_up(
            account=account,
            amount=1_000_000,
            provider="contract",
            key=uuid.uuid4(),
            actor=member.user,
        )


class TestPage:
    def test_shows_who_they_are_and_what_they_have(self, lead_console, road, customer):
        owner = MembershipFactory(customer=customer)
        Profile.objects.create(
            customer=customer,
            industry="software",
            contact_name="Wang Fang",
            payment_provider="contract",
            payment_reference="C-2026-17",
        )
        AgreementAcceptance.objects.create(customer=customer, version="2026-01", user=owner.user)
        price_everything()
        charged(customer, balance=100 * PRICE)
        page = lead_console.get(page_of(customer)).content.decode()
        for shown in (
            "Wang Fang",
            "Contract C-2026-17",
            "2026-01",
            str(owner.user),
            road.application.name,
            "6.50 CNY",
            "Real-name authentication",
            "Not submitted",
            "Open cases",
            "Balance changed",
        ):
            assert shown in page, shown

    def test_counts_what_was_sent_and_what_became_of_it(self, lead_console, road, customer):
        road.deliver(3, callback="")
        road.accept(numbers(2), blocked=["E200024", None])
        fold()
        panels = lead_console.get(page_of(customer)).context["panels"]
        sending = next(panel for panel in panels if str(panel.title) == "Sending")
        for row in sending.rows:
            assert [cell.text for cell in row[1:]] == ["5", "3", "1", "1", "75.0 %"]

    def test_takes_as_many_queries_for_much_as_for_little(self, lead_console, customer):
        price_everything()
        charged(customer, balance=100 * PRICE)
        furnish(customer, 1)
        lead_console.get(page_of(customer))
        with CaptureQueriesContext(
            connection,
        ) as few:
            lead_console.get(page_of(customer))
        furnish(customer, 4)
        with CaptureQueriesContext(connection) as many:
            lead_console.get(page_of(customer))
        assert len(many) == len(few) <= 45

    def test_opens_for_a_customer_who_has_nothing(self, lead_console):
        customer = MembershipFactory().customer
        customer.memberships.all().delete()
        page = lead_console.get(page_of(customer)).content.decode()
        assert "there is no billing account" in page
        assert f"/billingaccount/add/?customer={customer.pk}" in page

    def test_shows_reviewers_no_more_than_they_may_do(self, console, reviewer, customer):
        page = console.get(page_of(customer)).content.decode()
        assert "/act/" not in page
        role = reviewer.groups.get()
        role.permissions.remove(Permission.objects.get(codename="view_billingaccount"))
        assert "Balance and packages" in page
        assert "Balance and packages" not in console.get(page_of(customer)).content.decode()

    def test_says_why_an_account_is_frozen(self, lead_console, customer):
        values = {"cause": "violation", "reason": "Spam was sent."}
        lead_console.post(act_on(customer, "freeze"), values)
        page = lead_console.get(page_of(customer)).content.decode()
        assert "Violation of the rules · Spam was sent." in page
        assert act_on(customer, "release") in page


class TestActs:
    def test_a_suspension_is_one_click_away(self, lead_console, road, customer):
        suspend = reverse("admin:customers_application_act", args=[road.application.pk, "suspend"])
        assert suspend in lead_console.get(page_of(customer)).content.decode()
        lead_console.post(suspend, {"reason": "Spam was sent."})
        page = lead_console.get(page_of(customer)).content.decode()
        assert "Spam was sent." in page
        assert suspend.replace("suspend", "restore") in page

    def test_a_quota_is_set_with_its_reason(self, lead_console, road, customer):
        values = {
            "resource": "templates",
            "application": road.application.pk,
            "quota": 5_000,
            "reason": "Agreed by contract.",
        }
        assert lead_console.post(act_on(customer, "quota"), values).status_code == 302
        road.application.refresh_from_db()
        assert road.application.template_quota == 5_000
        event = AuditEvent.objects.get(verb="set_quota")
        assert (event.reason, event.after) == ("Agreed by contract.", {"template_quota": 5_000})

    @pytest.mark.parametrize(
        "wrong",
        [
            {"application": ""},
            {"resource": "applications"},
            {"quota": "-1"},
            {"quota": "100001"},
            {"reason": " "},
        ],
    )
    def test_a_quota_that_makes_no_sense_is_refused(self, lead_console, road, customer, wrong):
        values = {
            "resource": "templates",
            "application": road.application.pk,
            "quota": 5_000,
            "reason": "Agreed by contract.",
        }
        assert lead_console.post(act_on(customer, "quota"), values | wrong).status_code == 422
        road.application.refresh_from_db()
        assert road.application.template_quota is None

    def test_nobody_else_s_application_gets_one(self, lead_console, customer):
        other = ApplicationFactory()
        values = {"resource": "templates", "application": other.pk, "quota": 5, "reason": "Agreed."}
        assert lead_console.post(act_on(customer, "quota"), values).status_code == 422

    def test_a_reviewer_sets_no_quota(self, console, customer):
        assert console.get(act_on(customer, "quota")).status_code == 403

    def test_prices_begin_with_the_customer(self, lead_console, customer):
        address = f"{reverse('admin:customers_pricelist_add')}?customer={customer.pk}"
        page = lead_console.get(address).content.decode()
        assert f'<option value="{customer.pk}" selected>' in page


class TestShop:
    VALUES = {"name": "10k", "kind": "industry", "parts": 10_000, "price": "550", "days": 90}

    def test_a_package_is_put_on_sale_and_taken_off(self, lead_console):
        add = reverse("admin:customers_offer_add")
        assert lead_console.post(add, self.VALUES).status_code == 302
        offer = Offer.objects.get()
        assert (offer.price, offer.is_on_sale) == (550_000_000, True)
        withdraw = reverse("admin:customers_offer_act", args=[offer.pk, "withdraw"])
        assert lead_console.post(withdraw, {"confirm": "1"}).status_code == 302
        offer.refresh_from_db()
        assert not offer.is_on_sale
        assert AuditEvent.objects.filter(object_type="offer").count() == 2

    def test_one_that_makes_no_sense_keeps_what_was_typed(self, lead_console):
        add = reverse("admin:customers_offer_add")
        answer = lead_console.post(add, self.VALUES | {"price": "0"})
        assert answer.status_code == 422
        assert 'value="10k"' in answer.content.decode()

    @pytest.fixture
    def order(self, customer) -> Purchase:
        account = accounts.open_account(customer)
        offer = offers.create_offer(**self.VALUES | {"price": 550_000_000}, actor=None)
        return purchases.order_package(
            account=account,
            offer=offer,
            provider="contract",
            key=uuid.uuid4(),
            actor=MembershipFactory(customer=customer).user,
        )

    def settle(self, order: Purchase, act: str) -> str:
        return reverse("admin:customers_purchase_act", args=[order.pk, act])

    def test_an_order_is_confirmed_with_its_reason(self, lead_console, order):
        page = reverse("admin:customers_purchase_change", args=[order.pk])
        assert self.settle(order, "confirm") in lead_console.get(page).content.decode()
        assert lead_console.post(self.settle(order, "confirm"), {"reason": ""}).status_code == 422
        confirmed = lead_console.post(self.settle(order, "confirm"), {"reason": "transfer 17"})
        assert confirmed.status_code == 302
        assert purses.left_of(Package.objects.get()) == 10_000
        again = lead_console.post(self.settle(order, "confirm"), {"reason": "transfer 17"})
        assert again.status_code == 422
        assert LedgerEntry.objects.count() == 1

    def test_an_order_is_refused(self, lead_console, order):
        lead_console.post(self.settle(order, "refuse"), {"reason": "No payment came."})
        order.refresh_from_db()
        assert (order.state, order.reason) == (Purchase.State.REFUSED, "No payment came.")

    def test_reviewers_look_and_do_not_settle(self, console, order):
        assert console.get(reverse("admin:customers_purchase_changelist")).status_code == 200
        assert console.post(self.settle(order, "confirm"), {"reason": "x"}).status_code == 403
        assert console.get(reverse("admin:customers_offer_add")).status_code == 403
