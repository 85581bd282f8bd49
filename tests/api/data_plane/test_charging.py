"""A customer who is charged: E000112 when packages and balance do not cover a call."""

import pytest

from customers.models import BillingAccount
from customers.services.billing import accounts, purses
from messaging.models import Message
from messaging.services import catalogue, charging
from tests.api.shop import Shop, form
from tests.billing import PRICE, assert_books_are_right, charged, price_everything, top_up
from tests.factories import TemplateFactory


@pytest.fixture
def account(shop: Shop) -> BillingAccount:
    price_everything()
    charging.forget()
    yield charged(shop.application.customer, balance=2 * PRICE)
    charging.forget()


def test_a_call_that_is_covered_is_sent(shop: Shop, account):
    assert shop.send(to="13800138000,13800138001").code == "000000"
    assert purses.balance_of(account) == 0


def test_a_call_that_is_not_covered_is_refused_whole(shop: Shop, account):
    answer = shop.send(to="13800138000,13800138001,13800138002")
    assert (answer.status, answer.code) == (401, "E000112")
    assert "do not cover 3 message parts" in answer.body["description"]
    assert "result" not in answer.body
    assert not Message.objects.exists()
    assert purses.balance_of(account) == 2 * PRICE


def test_a_top_up_lets_the_next_call_through(shop: Shop, account):
    accounts.change_balance(account=account, amount=-2 * PRICE, reason="x", actor=None)
    assert shop.send().code == "E000112"
    top_up(account, PRICE)
    assert shop.send().code == "000000"


def test_numbers_that_are_refused_in_the_answer_cost_nothing(shop: Shop, account):
    shop.send(to="13800138000,13800138000")
    assert purses.balance_of(account) == PRICE


def test_a_refused_call_may_be_repeated_with_its_key(shop: Shop, account):
    accounts.change_balance(account=account, amount=-2 * PRICE, reason="x", actor=None)

    def call() -> str:
        headers = shop.wsse() | {"Idempotency-Key": "order-1"}
        return shop.post(form(shop.fields()), headers=headers).code

    assert call() == "E000112"
    top_up(account, PRICE)
    assert [call(), call()] == ["000000", "000000"]
    assert purses.balance_of(account) == 0


def test_a_call_of_several_templates_is_paid_whole_or_not_at_all(shop: Shop, account):
    other = TemplateFactory(
        adopted=True,
        application=shop.application,
        signature=shop.signature,
        type=shop.template.type,
    )
    catalogue.forget()
    first = shop.content(to=["13800138000"])
    second = shop.content(to=["13800138001", "13800138002"], templateId=other.template_id)
    assert shop.send_diff(first, second).code == "E000112"
    assert not Message.objects.exists()
    top_up(account, PRICE)
    assert shop.send_diff(first, second).code == "000000"
    assert purses.balance_of(account) == 0
    assert_books_are_right(account)
