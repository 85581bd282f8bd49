"""A customer protects its recipients, and sees which rule stopped a message; operations try one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from messaging.demo import ADMINISTRATOR

from .pages import PATIENCE_MS, Customer, Person
from .stack import Stack

pytestmark = pytest.mark.browser

DENIED = "13700137000"


def test_rules_are_set_rehearsed_and_told(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str]
):
    customer = Customer(open_page(viewport={"width": 1440, "height": 900}), stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    _set_thresholds(customer)
    _limit_the_frequency(customer)
    _deny_numbers(customer)
    _rehearse(customer, f"【{stack.demo['signature']}】 Notification")
    _send(customer, stack.demo["templates"]["notice"]["id"])
    _see_the_verdict(customer)

    narrow = Customer(
        open_page(viewport={"width": 360, "height": 740}, color_scheme="dark"), stack.base_url
    )
    narrow.sign_in(**stack.demo["customer"])
    address = {"name": "django_language", "value": "zh-hans", "url": stack.base_url}
    narrow.page.context.add_cookies([address])
    for name, path in (
        ("thresholds", "/thresholds"),
        ("frequency", "/frequency"),
        ("number-control", "/number-control"),
        ("blocklist", f"/blocklist?number={DENIED}"),
        ("stopped", "/stopped"),
    ):
        narrow.open(path)
        narrow.photograph(f"policy/narrow-{name}")
        assert narrow.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name

    lead = Person(open_page(viewport={"width": 1440, "height": 900}), stack.base_url)
    lead.sign_in(**ADMINISTRATOR)
    _try_a_rule(lead)
    assert [one for one in complaints if "422" not in one] == []


def _set_thresholds(customer: Customer) -> None:
    page = customer.page
    customer.open("/thresholds/edit")
    for name, value in (
        ("daily_alarm", "50000"),
        ("daily_limit", "40000"),
        ("monthly_alarm", "800000"),
        ("monthly_limit", "1000000"),
    ):
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="Save the values").click()
    refused = "The daily limit (40000) must be higher than the daily alarm (50000)."
    expect(page.get_by_text(refused).first).to_be_visible()
    expect(page.locator("#id_monthly_limit")).to_have_value("1000000")
    customer.photograph("policy/1-thresholds-refused")
    page.locator("#id_daily_limit").fill("60000")
    page.get_by_role("button", name="Save the values").click()
    expect(page.get_by_text("of 60,000 messages")).to_be_visible()
    customer.photograph("policy/2-thresholds")


def _limit_the_frequency(customer: Customer) -> None:
    page = customer.page
    customer.open("/frequency")
    page.get_by_role("link", name="Set limits").first.click()
    page.get_by_label("Messages a minute").fill("50")
    page.get_by_label("More numbers from a text file").set_input_files(
        _text("testers.txt", "13900139000", "no number", "+8613900139001")
    )
    page.get_by_role("button", name="Save the limits").click()
    row = page.get_by_role("row", name="File, line 2")
    expect(row).to_contain_text("no number")
    customer.photograph("policy/3-frequency-refused")
    page.get_by_label("More numbers from a text file").set_input_files(
        _text("testers.txt", "13900139000", "+8613900139001")
    )
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("The limits were saved.")).to_be_visible()
    customer.photograph("policy/4-frequency")


def _deny_numbers(customer: Customer) -> None:
    page = customer.page
    customer.open("/number-control/add")
    page.get_by_label("Or from a text file").set_input_files(
        _text("denied.txt", DENIED, "nonsense", "37000", "12")
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("Wrong lines: 3.").first).to_be_visible()
    expect(page.get_by_role("row", name="File, line 3")).to_contain_text("It overlaps line 1")
    customer.photograph("policy/5-numbers-refused")
    page.get_by_label("Or from a text file").set_input_files(_text("denied.txt", DENIED))
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("1 rule was added.")).to_be_visible()
    page.get_by_role("button", name="Put them into force").click()
    expect(page.get_by_role("heading", name="The rules are in force")).to_be_visible()


def _rehearse(customer: Customer, signature: str) -> None:
    page = customer.page
    customer.open("/would-it-pass")
    page.get_by_label("Template").select_option(label="notice")
    page.locator("#id_signature").select_option(label=signature)
    page.get_by_label("Number").fill(DENIED)
    page.get_by_label("Values").fill("A1001")
    page.get_by_role("button", name="Ask the rules").click()
    expect(page.get_by_role("heading", name="It would be stopped by 1 rule")).to_be_visible()
    expect(page.locator(".timeline-bad")).to_contain_text("E000632")
    customer.photograph("policy/6-rehearsal")


def _send(customer: Customer, notice: str) -> None:
    page = customer.page
    customer.open("/applications")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Send test").click()
    page.get_by_label("Template").select_option(label="notice")
    expect(page.locator("#request")).to_contain_text(notice)
    page.get_by_label("Recipient").fill(DENIED)
    expect(page.locator("#request")).to_contain_text(f"+86{DENIED}", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#report .pill")).to_have_text("Failed", timeout=PATIENCE_MS)


def _see_the_verdict(customer: Customer) -> None:
    page = customer.page
    customer.open(f"/blocklist?number={DENIED}")
    expect(page.get_by_text("1 message of yours to it was stopped")).to_be_visible()
    customer.photograph("policy/7-blocklist")
    page.locator("tbody a").last.click()
    expect(page.get_by_text("E000632").first).to_be_visible()
    expect(page.get_by_text("Denied by: 137****7000").first).to_be_visible()
    customer.photograph("policy/8-timeline")
    customer.open("/stopped")
    expect(page.get_by_role("heading", name="1 message", exact=True)).to_be_visible()
    customer.photograph("policy/9-stopped")


def _try_a_rule(lead: Person) -> None:
    """Against the messages of today; the worker judges them, and the page shows it by itself."""
    page = lead.page
    lead.open("/operations/messaging/policyreplay/add/")
    page.get_by_role("link", name="Blocked numbers and segments").click()
    page.get_by_label("Numbers and segments to let through").fill(DENIED)
    today = page.evaluate("new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)")
    page.get_by_label("Day").fill(today)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="What would change, by hour")).to_be_visible(
        timeout=PATIENCE_MS
    )
    figure = page.locator(".figure", has_text="stopped then, let through now")
    expect(figure.locator("strong")).to_have_text("1")
    lead.photograph("policy/10-replay")
    lead.open("/operations/messaging/policyreplay/stopped/")
    lead.photograph("policy/11-stopped-operations")


def _text(name: str, *lines: str) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer="\n".join(lines).encode())
