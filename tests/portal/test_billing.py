"""Balance and packages, the ledger, prices and statements, as members see them."""

import csv
import io
from datetime import timedelta

import pytest

from common.clock import now
from customers.models import BillingAccount
from customers.services.billing import accounts, arrears, purses
from customers.services.billing.prices import month_of
from messaging.services import charging
from tests.billing import PRICE, charged, package, price_everything, top_up
from tests.factories import CustomerFactory
from tests.messaging.road import Road, numbers

from .conftest import Visitor, visitor


@pytest.fixture
def account(road: Road) -> BillingAccount:
    price_everything()
    charging.forget()
    yield charged(road.application.customer, balance=100 * PRICE)
    charging.forget()


class TestPage:
    def test_says_that_nothing_is_charged_where_it_is_not(self, owner: Visitor):
        assert "Sending is not charged here" in owner.get("/billing").content.decode()

    def test_shows_balance_packages_and_what_was_spent(self, owner, road: Road, account):
        package(account, 1_000)
        road.accept(numbers(10))
        charging.book()
        page = owner.get("/billing").content.decode()
        assert "6.50 CNY" in page
        assert "990 of 1,000" in page
        assert "10 message parts" in page

    def test_says_what_arrears_mean_and_when_each_period_ends(self, owner, road: Road, account):
        road.accept(numbers(100))
        arrears.review(account, now())
        page = owner.get("/billing").content.decode()
        assert "in arrears since" in page
        assert "The grace period lasts until" in page
        BillingAccount.objects.update(arrears_since=now() - timedelta(days=16))
        arrears.review(account, now())
        assert "The grace period ended on" in owner.get("/billing").content.decode()

    @pytest.mark.parametrize(
        "path", ["", "/ledger", "/prices", "/statements", "/statements/{month}"]
    )
    def test_viewers_may_read_everything(self, viewer: Visitor, account, path):
        answer = viewer.get("/billing" + path.format(month=f"{month_of(now()):%Y-%m}"))
        assert answer.status_code == 200


class TestAlarms:
    def test_are_set_in_parts_and_money(self, owner: Visitor, account):
        answer = owner.post("/billing/alarms", {"package_alarm": "50", "balance_alarm": "12.50"})
        assert answer.status_code == 302
        account.refresh_from_db()
        assert (account.package_alarm, account.balance_alarm) == (50, 12_500_000)

    def test_keep_what_was_typed_when_it_is_wrong(self, owner: Visitor, account):
        answer = owner.post("/billing/alarms", {"package_alarm": "-5"})
        assert answer.status_code == 422
        assert 'value="-5"' in answer.content.decode()

    def test_are_not_the_viewers_to_set(self, viewer: Visitor, account):
        assert viewer.post("/billing/alarms", {}).status_code == 403


class TestLedger:
    def test_filters_by_what_and_package(self, owner: Visitor, road: Road, account):
        package(account, 77)
        road.accept(numbers(3))
        charging.book()
        assert "Top-up" in owner.get("/billing/ledger?package=").content.decode()
        page = owner.get("/billing/ledger?type=sending&package=77").content.decode()
        assert "77 parts" in page
        assert 'class="number">-3' in page

    def test_shows_nothing_of_others(self, account):
        other = visitor(CustomerFactory(), "owner")
        assert "Nothing booked yet" in other.get("/billing/ledger").content.decode()


class TestStatement:
    def rows(self, owner: Visitor) -> list[list[str]]:
        answer = owner.get(f"/billing/statements/{month_of(now()):%Y-%m}.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_adds_up_from_opening_to_closing(self, owner, road: Road, account):
        package(account, 5, price=PRICE)
        road.accept(numbers(25))
        charging.book()
        _header, opening, *changes, closing = self.rows(owner)
        assert sum(float(row[-1]) for row in [opening, *changes]) == pytest.approx(
            float(closing[-1])
        )
        assert float(closing[-1]) == purses.balance_of(account) / 1_000_000

    @pytest.mark.parametrize("name", ["=HYPERLINK(1)", "＝HYPERLINK(1)", "@SUM(1)", "+1", "-1"])
    def test_names_that_look_like_formulas_are_defused(self, owner, road: Road, account, name):
        road.application.name = name
        road.application.save()
        road.accept(numbers(1))
        charging.book()
        assert any(row[1] == f"'{name}" for row in self.rows(owner))

    def test_says_when_and_why_something_was_booked(self, owner, account):
        accounts.change_balance(account=account, amount=-PRICE, reason="=1+1", actor=None)
        rows = self.rows(owner)
        assert {len(row) for row in rows} == {9}
        correction = next(row for row in rows if row[0] == "Correction by operations")
        assert correction[6].startswith(f"{month_of(now()):%Y-%m}")
        assert correction[7:] == ["'=1+1", "-0.065"]

    def test_can_be_printed(self, owner, road: Road, account):
        road.accept(numbers(20))
        charging.book()
        page = owner.get(f"/billing/statements/{month_of(now()):%Y-%m}").content.decode()
        assert "Opening balance" in page
        assert "5.20 CNY" in page

    @pytest.mark.parametrize("month", ["1999-01", "2999-12", "2026-13"])
    def test_months_without_one_are_not_found(self, owner, account, month):
        assert owner.get(f"/billing/statements/{month}").status_code == 404

    def test_there_is_none_without_an_account(self, owner: Visitor):
        assert owner.get("/billing/statements").status_code == 404


def test_prices_are_shown_by_tier(owner: Visitor, account):
    page = owner.get("/billing/prices").content.decode()
    assert "up to 1,000" in page
    assert "0.065 CNY" in page


def test_a_top_up_shows_at_once(owner: Visitor, account):
    top_up(account, PRICE)
    assert "6.565 CNY" in owner.get("/billing").content.decode()
