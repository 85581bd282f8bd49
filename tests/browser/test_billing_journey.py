"""An owner buys a package, sends with it, sees what is left and reads the statement."""

import csv
import io
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from messaging.demo import ADMINISTRATOR, CUSTOMER
from tests.api.shop import FORM, SEND, Shop, form

from .pages import Customer, Photographer
from .stack import Stack

pytestmark = pytest.mark.browser

PACKAGE = "Autumn 10,000"
BOOKED_S = 30
"""How long the task that books charges may take on a busy machine."""


class Clerk(Photographer):
    """A member of the operations team who sets up charging."""

    def fill(self, path: str, values: dict[str, str], button: str) -> None:
        self.open(f"/operations/customers/{path}")
        for name, value in values.items():
            field = self.page.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        self.page.get_by_role("button", name=button, exact=True).click()

    def act(self, account: str, act: str, button: str) -> None:
        self.fill(f"billingaccount/{account}/act/{act}/", {"reason": "contract"}, button)


class Buyer(Customer, Photographer):
    """The owner of the account, who pays."""

    def wait_for_row(self, path: str, text: str) -> None:
        """Open a page again until the background has put such a row into its table."""
        row = self.page.locator("tbody tr", has_text=text)
        deadline = monotonic() + BOOKED_S
        self.open(path)
        while not row.count() and monotonic() < deadline:
            self.page.wait_for_timeout(500)
            self.open(path)
        expect(row.first).to_be_visible()


@pytest.fixture
def clerk(stack: Stack, open_page: Callable[..., Page]) -> Iterator[Clerk]:
    """Operations, who charge the demo customer until the test is over."""
    clerk = Clerk(open_page(), stack.base_url)
    clerk.sign_in(**ADMINISTRATOR)
    month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
    tiers = "0 0.065\n1000000 0.060"
    prices = {"month": month, "industry": tiers, "promotion": tiers}
    clerk.fill("pricelist/add/", prices, "Set prices")
    offer = {"name": PACKAGE, "parts": "10000", "price": "550.00", "days": "90"}
    clerk.fill("offer/add/", offer, "Put a package on sale")
    clerk.fill("billingaccount/add/", {"customer": CUSTOMER}, "Open a billing account")
    account = re.search(r"/billingaccount/(\d+)/", clerk.page.url).group(1)
    clerk.act(account, "begin", "Begin to charge")
    yield clerk
    clerk.act(account, "end", "Stop charging")


def send_two_messages(stack: Stack) -> dict[str, object]:
    """What the demo customer's server sends, and is answered."""
    template = stack.demo["templates"]["notice"]
    shop = Shop(None, None, None)
    keys = {"username": stack.demo["app_key"], "secret": stack.demo["app_secret"]}
    fields = {
        "from": template["channel_number"],
        "to": "+8613800138000,+8613800138001",
        "templateId": template["id"],
        "templateParas": json.dumps(["A1001"]),
        "signature": stack.demo["signature"],
    }
    headers = shop.wsse(**keys) | {"Content-Type": FORM}
    request = urllib.request.Request(stack.base_url + SEND, form(fields), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_a_package_is_bought_used_and_accounted_for(
    stack: Stack, clerk: Clerk, open_page: Callable[..., Page], complaints: list[str]
):
    buyer = Buyer(open_page(), stack.base_url)
    page = buyer.page
    buyer.sign_in(**stack.demo["customer"])
    buyer.open("/billing")
    page.get_by_role("link", name="Packages on sale").first.click()
    buyer.photograph_everywhere("billing/offers")
    page.get_by_role("link", name=f"Buy {PACKAGE}").click()
    page.get_by_label("Test payment").check()
    buyer.photograph_everywhere("billing/buy")
    page.get_by_role("button", name="Buy for 550.00 CNY").click()
    expect(page.get_by_text("Paid and booked: you can send with it now.")).to_be_visible()
    buyer.photograph_everywhere("billing/order")

    buyer.open("/billing/top-up")
    page.get_by_label("Amount").fill("20.50")
    page.get_by_label("Test payment").check()
    buyer.photograph_everywhere("billing/top-up")
    page.get_by_role("button", name="Go on").click()
    buyer.photograph_everywhere("billing/top-up-confirm")
    page.get_by_role("button", name="Top up 20.50 CNY").click()
    expect(page.get_by_text("Paid and booked")).to_be_visible()

    assert send_two_messages(stack)["code"] == "000000"
    buyer.wait_for_row("/billing/ledger", "Messages sent")
    buyer.open("/billing")
    expect(page.get_by_text("9,998 of 10,000")).to_be_visible()
    expect(page.get_by_text("20.50 CNY", exact=True)).to_be_visible()
    buyer.photograph_everywhere("billing/billing")
    buyer.open("/billing/orders")
    expect(page.locator("tbody tr")).to_have_count(2)
    buyer.photograph_everywhere("billing/orders")

    buyer.open("/billing/statements")
    page.get_by_role("link", name="Read or print").first.click()
    expect(page.locator("tr", has_text="Package bought")).to_contain_text("10,000")
    expect(page.locator("tr", has_text="Notification")).to_contain_text(PACKAGE)
    buyer.photograph_everywhere("billing/statement")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    _header, *rows = csv.reader(io.StringIO(text))
    assert [row[-1] for row in (rows[0], rows[-1])] == ["0.00", "20.50"]

    clerk.open("/operations/customers/customer/")
    clerk.page.get_by_role("link", name=CUSTOMER).first.click()
    expect(clerk.page.get_by_role("heading", name="Balance and packages")).to_be_visible()
    clerk.photograph_everywhere("billing/operations-customer")
    assert complaints == []
