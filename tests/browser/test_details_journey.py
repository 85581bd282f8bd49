"""A customer finds a failed message, learns why, takes a list along and sends it again."""

import base64
import hashlib
import re
import secrets
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .pages import PATIENCE_MS, Customer
from .stack import Stack

pytestmark = pytest.mark.browser

DELIVERED, TOO_OFTEN, BLOCKED = "13900001000", "13900009015", "13900009013"
"""The last digits say what the simulated carrier does with them."""


def test_a_failure_is_understood_exported_and_sent_again(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str], tmp_path: Path
):
    customer = Customer(open_page(viewport={"width": 1440, "height": 900}), stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    _send(stack.demo, [DELIVERED, TOO_OFTEN, BLOCKED])
    _wait_for_failures(customer, 2)

    page = customer.page
    customer.open("/messages?last=1h")
    customer.photograph("details/wide-list")
    page.get_by_label("Recipient").fill(TOO_OFTEN)
    page.get_by_role("button", name="Filter").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("SC:0010")
    expect(row).to_contain_text("Sending frequency exceeded")
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_text("What happened")).to_be_visible()
    expect(page.get_by_text("Kept until 24 hours after the final status.")).to_be_visible()

    _export(customer, tmp_path)
    _send_again(customer)
    _look_around(stack, open_page)
    assert complaints == []


def _send(demo: dict[str, Any], recipients: list[str]) -> None:
    created = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    nonce = secrets.token_hex(16)
    words = f"{nonce}{created}{demo['app_secret']}".encode()
    digest = base64.b64encode(hashlib.sha256(words).digest()).decode()
    form = {
        "from": demo["channel_number"],
        "to": ",".join(recipients),
        "templateId": demo["templates"]["notice"]["id"],
        "templateParas": '["A1001"]',
    }
    request = urllib.request.Request(
        f"{demo['base_url']}/sms/batchSendSms/v1",
        data=urllib.parse.urlencode(form).encode(),
        headers={
            "Authorization": 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
            "X-WSSE": f'UsernameToken Username="{demo["app_key"]}",PasswordDigest="{digest}",'
            f'Nonce="{nonce}",Created="{created}"',
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert b'"000000"' in answer.read()


def _wait_for_failures(customer: Customer, count: int) -> None:
    numbers = {TOO_OFTEN, BLOCKED}
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        customer.open("/messages?last=1h&result=failed")
        text = customer.page.locator("main").inner_text().replace(" ", "")
        if sum(number in text for number in numbers) == count:
            return
        assert time.monotonic() < deadline
        customer.page.wait_for_timeout(500)


def _export(customer: Customer, folder: Path) -> None:
    page = customer.page
    customer.open(f"/messages?last=1h&number={TOO_OFTEN}")
    page.get_by_role("link", name="Export …").click()
    expect(page.get_by_text(TOO_OFTEN)).to_be_visible()
    page.get_by_label("Excel workbook (xlsx)").check()
    customer.photograph("details/wide-export")
    page.get_by_role("button", name="Write the file").click()
    written = page.locator("tbody tr", has_text="Excel workbook").first
    link = written.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    customer.photograph("details/wide-exports")
    with page.expect_download() as download:
        link.click()
    path = folder / "details.xlsx"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"PK")


def _send_again(customer: Customer) -> None:
    page = customer.page
    customer.open("/messages?last=1h")
    page.get_by_role("link", name="Send failed ones again …").click()
    expect(page.get_by_label("SC:0010")).to_be_checked()
    expect(page.get_by_label("SC:0003")).not_to_be_checked()
    customer.photograph("details/wide-resend")
    page.get_by_role("button", name="Send what is ticked again").click()
    # Those that failed in other journeys on this stack go again with it.
    told = page.get_by_text(re.compile(r"^\d+ messages? (was|were) sent again\.$"))
    expect(told).to_be_visible()


def _look_around(stack: Stack, open_page: Callable[..., Page]) -> None:
    """The same pages on a phone, in the dark and in Chinese."""
    narrow = Customer(
        open_page(viewport={"width": 360, "height": 740}, color_scheme="dark"), stack.base_url
    )
    narrow.sign_in(**stack.demo["customer"])
    language = {"name": "django_language", "value": "zh-hans", "url": stack.base_url}
    narrow.page.context.add_cookies([language])
    for name, path in (
        ("list", "/messages?last=1h"),
        ("exports", "/exports"),
        ("export", "/exports/details?last=1h"),
        ("resend", "/messages/resend?last=1h"),
    ):
        narrow.open(path)
        narrow.photograph(f"details/narrow-{name}")
        assert narrow.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
