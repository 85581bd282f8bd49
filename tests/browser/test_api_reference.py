"""The API reference in a browser: all calls of the document, drawn under the strict policy."""

import json

import pytest
from playwright.sync_api import Page, expect

from api.openapi import document
from tests.portal.conftest import Visitor as Member
from tests.portal.conftest import customer, owner, road  # noqa: F401

from .test_accessibility import DARK, GRAVE, OVERHANG, PHONE, RULES, TAGS, axe  # noqa: F401
from .visits import Visitor

pytestmark = pytest.mark.browser


def test_it_shows_every_call_to_everyone(page: Page, owner: Member, axe: str):  # noqa: F811
    page.emulate_media(reduced_motion="reduce")
    visit = Visitor(page, owner.client).visit("/api-reference")
    paths = json.loads(document.text())["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(len(methods) for methods in paths))
    call_as_oneself(page)
    page.evaluate(axe)
    faults = page.evaluate(RULES, TAGS)
    page.evaluate(DARK)
    expect(page.locator("html")).to_have_class("dark-mode")
    faults += page.evaluate(RULES, ["color-contrast"])
    assert [fault for fault in faults if fault["impact"] in GRAVE] == []
    page.set_viewport_size(PHONE)
    page.get_by_text("/sms/batchSendSms/v1").click()
    expect(page.get_by_text("1 to 500 numbers, separated by commas.")).to_be_visible()
    assert page.evaluate(OVERHANG) <= 0
    assert visit.errors == visit.outside == []


def call_as_oneself(page: Page) -> None:
    """Ask for a token, and call with it for the account's own project."""
    page.get_by_role("button", name="Use a token of mine").click()
    expect(page.get_by_text("Calls are made with a token of yours until")).to_be_visible()
    balance = page.locator("#operations-Balance-ShowBalance")
    balance.locator(".opblock-summary-control").click()
    balance.get_by_role("button", name="Try it out").click()
    balance.get_by_role("button", name="Execute").click()
    expect(balance.locator(".live-responses-table .response-col_status").last).to_contain_text(
        "200"
    )
    balance.locator(".opblock-summary-control").click()
