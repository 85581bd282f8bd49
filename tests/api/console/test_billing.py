"""Balance and packages, as the billing page shows them."""

from datetime import timedelta

import pytest

from common.clock import now
from customers.models.billing import Kind
from tests import billing
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.api.console.sending import queries_of


@pytest.fixture
def charged(owner: ConsoleCaller):
    billing.price_everything()
    return billing.charged(owner.customer, balance=12_500_000)


def test_without_an_account_sending_is_free(owner: ConsoleCaller):
    answer = owner.call("GET", "balance")
    assert answer.status == 200
    assert answer.body == {
        "is_charged": False,
        "currency": "CNY",
        "balance": "0.00",
        "usable_parts": 0,
        "arrears_since": None,
        "arrears_stage": "",
        "balance_alarm": None,
        "package_alarm": None,
    }


def test_balance_and_usable_parts(owner: ConsoleCaller, charged):
    billing.package(charged, 500)
    billing.package(charged, 900, valid_from=now() + timedelta(days=3))
    body = owner.call("GET", "balance").body
    assert (body["is_charged"], body["balance"], body["usable_parts"]) == (True, "12.50", 500)


def test_packages_in_pages(owner: ConsoleCaller, charged):
    billing.package(charged, 500)
    billing.package(charged, 700, kind=Kind.PROMOTION)
    first = owner.call("GET", "packages", limit=1, sort_dir="asc").body
    assert first["total"] == 2
    assert [(one["parts"], one["left"], one["kind"]) for one in first["results"]] == [
        (500, 500, "industry")
    ]
    second = owner.call("GET", "packages", limit=1, offset=1, sort_dir="asc").body
    assert [one["name"] for one in second["results"]] == ["700 parts"]


def test_another_account_sees_nothing_of_it(charged):
    billing.package(charged, 500)
    stranger = console_caller()
    assert stranger.call("GET", "packages").body == {"results": [], "total": 0}
    assert stranger.call("GET", "balance").body["balance"] == "0.00"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 0}, "MSGSMS.0002"),
        ({"limit": 501}, "MSGSMS.0002"),
        ({"offset": -1}, "MSGSMS.0002"),
        ({"sort_key": "name"}, "MSGSMS.0002"),
        ({"sort_dir": "up"}, "MSGSMS.0002"),
        ({"start_time": "yesterday"}, "MSGSMS.0039"),
    ],
)
def test_what_a_page_may_not_be(owner: ConsoleCaller, query: dict[str, object], code: str):
    assert owner.call("GET", "packages", **query).told == (400, code)


def test_queries_are_constant(owner: ConsoleCaller, charged):
    billing.package(charged, 500)
    few = queries_of(owner, "packages")
    for _ in range(4):
        billing.package(charged, 500)
    assert queries_of(owner, "packages") == few
