"""The way of a customer: from the application for a signature to fifty delivered messages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from .pages import Customer, Reviewer
from .stack import Stack

pytestmark = pytest.mark.browser

SIGNATURE = "晨光书店"
TEMPLATE = "Parcel at the shop"
CONTENT = "您的包裹已到店，取件码${1}，请今日内取走。"
COUNT = 50


def test_from_the_application_to_fifty_delivered_messages(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str]
):
    customer = Customer(open_page(), stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    customer.apply_for_signature(SIGNATURE, type_="Notification")
    customer.apply_for_template(
        TEMPLATE, CONTENT, type_="Notification", signature=SIGNATURE, sample="C1001"
    )

    reviewer = Reviewer(open_page(), stack.base_url)
    reviewer.sign_in(**stack.demo["reviewer"])
    reviewer.approve(SIGNATURE)
    reviewer.approve(TEMPLATE)

    rows = [f"{13800138000 + n},C{1000 + n}" for n in range(COUNT)]
    customer.upload_group("Fifty parcels", signature=SIGNATURE, template=TEMPLATE, rows=rows)
    shanghai = datetime.now(ZoneInfo("Asia/Shanghai"))
    customer.plan_for(shanghai + timedelta(seconds=10))
    customer.expect_delivered(COUNT)

    customer.page.get_by_role("link", name="Look at each number").click()
    delivered = customer.page.locator("tbody .pill-good")
    assert delivered.count() == COUNT
    customer.open("/inbox")
    bubbles = customer.page.locator(".bubble")
    bubbles.filter(has_text=f"【{SIGNATURE}】{CONTENT.replace('${1}', 'C1049')}").wait_for()
    customer.photograph("journey/7-inbox")
    assert complaints == []
