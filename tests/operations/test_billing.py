import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from common.clock import now
from customers.models import AuditEvent, BillingAccount, LedgerEntry, Package, PriceList
from customers.services.billing import accounts, purchases, purses
from customers.services.billing.prices import month_of
from tests.billing import price_everything
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db

TIERS = "0 0.065\n1000000 0.060\n3000000 0.055"


@pytest.fixture
def account() -> BillingAccount:
    return accounts.open_account(CustomerFactory())


def act(account, name):
    return reverse("admin:customers_billingaccount_act", args=[account.pk, name])


def test_an_account_is_opened_charged_and_topped_up(administration):
    customer = CustomerFactory()
    administration.post(
        reverse("admin:customers_pricelist_add"),
        {"month": f"{month_of(now()):%Y-%m}", "industry": TIERS, "promotion": TIERS},
    )
    administration.post(reverse("admin:customers_billingaccount_add"), {"customer": customer.pk})
    account = customer.billing
    administration.post(act(account, "balance"), {"amount": "100.5", "reason": "transfer 17"})
    administration.post(act(account, "begin"), {"reason": "contract"})

    account.refresh_from_db()
    assert account.is_charged
    assert purses.balance_of(account) == 100_500_000
    assert PriceList.objects.get().tiers.count() == 6
    event = AuditEvent.objects.get(verb="change_balance")
    assert (event.reason, event.ip_address) == ("transfer 17", "192.0.2.45")
    entry = LedgerEntry.objects.get()
    assert (entry.type, entry.amount, entry.reason) == ("top_up", 100_500_000, "transfer 17")


def test_a_package_is_granted_with_its_term(administration, account):
    response = administration.post(
        act(account, "package"),
        {
            "name": "10k",
            "kind": "industry",
            "parts": "10000",
            "valid_from": "2026-01-01T00:00",
            "expires_at": "2099-01-01T00:00",
            "price": "0",
            "reason": "contract",
        },
    )
    assert response.status_code == 302
    assert purses.left_of(Package.objects.get()) == 10_000


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"amount": "5", "reason": " "}, "required"),
        ({"amount": "-5", "reason": "x"}, "no more than that"),
        ({"amount": "0", "reason": "x"}, "other than 0"),
    ],
)
def test_refusals_keep_what_was_typed(administration, account, values, told):
    response = administration.post(act(account, "balance"), values)
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert f'value="{Decimal(values["amount"])}"' in page
    assert not LedgerEntry.objects.exists()


def test_charging_needs_prices(administration, account):
    response = administration.post(act(account, "begin"), {"reason": "contract"})
    assert response.status_code == 422
    assert "No prices are set" in response.content.decode()


@pytest.mark.parametrize("tiers", ["", "1 0.065", "0 0.06\n10 0.07", "0 cheap", "ten 0.06"])
def test_tiers_that_make_no_sense_are_refused(administration, tiers):
    response = administration.post(
        reverse("admin:customers_pricelist_add"),
        {"month": f"{month_of(now()):%Y-%m}", "industry": tiers, "promotion": TIERS},
    )
    assert response.status_code == 422
    assert not PriceList.objects.exists()


def test_prices_that_hold_cannot_be_deleted(administration):
    price_everything()
    page = reverse("admin:customers_pricelist_delete", args=[PriceList.objects.get().pk])
    assert administration.post(page, {"post": "yes"}).status_code == 403
    assert PriceList.objects.exists()


def test_money_is_not_for_reviewers(console, reviewer, account):
    view = Permission.objects.get(codename="view_billingaccount")
    reviewer.user_permissions.add(view)
    assert console.get(act(account, "balance")).status_code == 403
    page = reverse("admin:customers_billingaccount_change", args=[account.pk])
    assert "Top up" not in console.get(page).content.decode()


@pytest.mark.parametrize(
    "model", ["billingaccount", "pricelist", "package", "ledgerentry", "offer", "purchase"]
)
def test_every_list_opens(administration, account, model):
    price_everything()
    accounts.change_balance(account=account, amount=1, reason="x", actor=None)
    page = administration.get(reverse(f"admin:customers_{model}_changelist"))
    assert page.status_code == 200


def test_the_first_page_tells_how_many_orders_wait(administration, console, account, settings):
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "test"]
    index = reverse("admin:index")
    words = "<strong>{}</strong> waiting for confirmation"
    assert words.format(0) in administration.get(index).content.decode()
    orders = [
        purchases.order_top_up(
            account=account,
            amount=5_000_000,
            provider=provider,
            key=uuid.uuid4(),
            actor=UserFactory(),
        )
        for provider in ("contract", "contract", "test")
    ]
    page = administration.get(index).content.decode()
    assert words.format(2) in page
    waiting = reverse("admin:customers_purchase_changelist") + "?state__exact=ordered"
    assert f'href="{waiting}"' in page
    assert administration.get(waiting).context["cl"].result_count == 2
    purchases.confirm(purchase=orders[0], reason="transfer", actor=None)
    assert words.format(1) in administration.get(index).content.decode()
    assert "waiting for confirmation" not in console.get(index).content.decode()
