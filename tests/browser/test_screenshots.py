"""Every page in light and dark, wide and narrow, English and Chinese, with a browser's eyes.

The pictures land in the folder `screenshots`; what a machine can judge is judged here: nothing is
wider than the screen, nothing is refused by the security policy, every control has a name.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import Customer
from .stack import Stack

pytestmark = pytest.mark.browser

PATHS = {
    "overview": "/",
    "applications": "/applications",
    "application-create": "/applications/create",
    "signatures": "/signatures",
    "signature-create": "/signatures/create",
    "templates": "/templates",
    "template-create": "/templates/create",
    "groups": "/group-tasks",
    "group-create": "/group-tasks/create",
    "messages": "/messages",
    "callbacks": "/callbacks",
    "callback-addresses": "/callbacks/addresses",
    "callback-sample": "/callbacks/sample",
    "scenarios": "/scenarios",
    "error-codes": "/error-codes",
    "inbox": "/inbox",
    "replies": "/replies",
    "unsubscribed": "/unsubscribed",
    "qualifications": "/qualifications",
    "qualification-create": "/qualifications/create",
    "template-import": "/templates/import",
    "quotas": "/quotas",
    "contacts": "/contacts",
    "contact-create": "/contacts/create",
    "notices": "/notices",
    "thresholds": "/thresholds",
    "frequency": "/frequency",
    "number-control": "/number-control",
    "would-it-pass": "/would-it-pass",
    "billing": "/billing",
    "members": "/members",
    "member-invite": "/members/invite",
    "access-keys": "/access-keys",
    "audit": "/audit",
    "account": "/account",
    "agreement": "/agreement",
    "registration-mobile": "/registration/mobile",
    "registration-information": "/registration/information",
    "registration-payment": "/registration/payment",
    "registration-real-name": "/registration/real-name",
    "tickets": "/tickets",
    "ticket-create": "/tickets/create",
}
FIRST_ROW = {"applications": "application", "signatures": "signature", "templates": "template"}
"""Lists whose first row leads to a page of its own."""

LINKED = {
    "application": {
        "application-edit": "/edit",
        "application-secret-reset": "/secret/reset",
        "send-test": "/test",
        "push-keys": "/push-keys",
    }
}
"""Pages that such a page leads to, by the end of their address."""

SCREENS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
NAMELESS = """
  [...document.querySelectorAll("main a, main button, main input, main select, main textarea")]
    .filter(control => control.type !== "hidden")
    .filter(control => !control.labels?.length && !control.getAttribute("aria-label")
                       && !control.innerText?.trim() && !control.textContent.trim())
    .map(control => control.outerHTML)
"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page(
    screen: str,
    theme: str,
    language: str,
    stack: Stack,
    open_page: Callable[..., Page],
    complaints: list[str],
):
    page = open_page(viewport=SCREENS[screen], color_scheme=theme)
    customer = Customer(page, stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": stack.base_url}]
    )
    for name, path in PATHS.items():
        customer.open(path)
        _look_at(customer, f"{language}-{theme}-{screen}/{name}", theme)
        if name in FIRST_ROW:
            page.locator("tbody a").first.click()
            page.wait_for_load_state()
            _look_at(customer, f"{language}-{theme}-{screen}/{FIRST_ROW[name]}", theme)
            address = page.url
            for linked, ending in LINKED.get(FIRST_ROW[name], {}).items():
                page.goto(address + ending)
                _look_at(customer, f"{language}-{theme}-{screen}/{linked}", theme)
    assert complaints == []


def test_the_navigation_opens_on_a_phone(stack: Stack, open_page: Callable[..., Page]):
    page = open_page(viewport=SCREENS["phone"])
    customer = Customer(page, stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    signatures = page.get_by_role("navigation").get_by_role("link", name="Signatures")
    assert not signatures.is_visible()
    page.get_by_role("button", name="Navigation").click()
    signatures.click()
    page.wait_for_url("**/signatures")


def test_the_chosen_theme_stays(stack: Stack, open_page: Callable[..., Page]):
    page = open_page(color_scheme="light")
    customer = Customer(page, stack.base_url)
    customer.open("/accounts/login/")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_secret_is_shown_and_copied(stack: Stack, open_page: Callable[..., Page]):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    customer = Customer(page, stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    customer.open("/applications")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Show").click()
    customer.confirm_identity(stack.demo["customer"]["password"])
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Copy Application Secret").click()
    page.locator(".secret .is-done").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == stack.demo["app_secret"]


def test_a_test_message_arrives_before_ones_eyes(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str]
):
    page = open_page(viewport=SCREENS["wide"])
    customer = Customer(page, stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    customer.open("/applications")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Send test").click()
    page.get_by_label("Template").select_option(label="notice")
    notice = stack.demo["templates"]["notice"]["id"]
    expect(page.locator("#request")).to_contain_text(notice)
    page.get_by_label("Recipient").fill("139 0013 9000")
    expect(page.locator("#request")).to_contain_text("+8613900139000")
    page.get_by_label("Channel number (from)").fill("csms999999999")
    expect(page.get_by_role("alert")).to_contain_text("E200018")
    customer.photograph("send-test/warning")
    page.reload()
    page.get_by_label("Recipient").fill("13900139000")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#report .pill")).to_have_text("Delivered", timeout=30_000)
    customer.photograph("send-test/answer")
    assert complaints == []


def _look_at(customer: Customer, name: str, theme: str) -> None:
    page = customer.page
    customer.photograph(name)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{name} is {width} px wider than the screen"
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert page.evaluate(NAMELESS) == [], name
    assert page.locator("h1").count() == 1, name
