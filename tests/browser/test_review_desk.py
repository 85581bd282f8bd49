"""A reviewer decides two cases without touching the mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import Customer, Reviewer
from .stack import Stack

pytestmark = pytest.mark.browser

FIRST, SECOND = "北岸书局", "北岸花店"
QUEUE = "/operations/reviews/submission/"


def test_two_cases_are_decided_by_keyboard(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str]
):
    customer = Customer(open_page(), stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    for name in (FIRST, SECOND):
        customer.apply_for_signature(name, type_="Promotion")

    page = open_page()
    reviewer = Reviewer(page, stack.base_url)
    reviewer.sign_in(**stack.demo["reviewer"])
    reviewer.open(QUEUE)
    press = page.keyboard.press
    title = page.locator("h1")

    press("/")
    expect(page.get_by_label("Object or customer")).to_be_focused()
    page.keyboard.type("北岸")
    press("Enter")
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.locator("tbody tr")).to_have_count(2)
    press("n")
    expect(title).to_have_text(FIRST)

    press("c")
    expect(page.get_by_text("This case is yours until")).to_be_visible()
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()

    press("r")
    expect(page.get_by_placeholder("Find a reason")).to_be_focused()
    page.keyboard.type("neutral")
    expect(page.locator("[data-reason]:visible")).to_have_count(1)
    press("Enter")
    press("Space")
    press("Tab")
    press("Enter")
    comment = page.locator("#id_reject-comment")
    expect(comment).to_be_focused()
    expect(comment).to_have_value(re.compile("Name the signature strictly"))
    page.keyboard.type(" an rc")
    expect(comment).to_have_value(re.compile(" an rc$"))
    reviewer.photograph("journey/review-rejection")
    press("Control+Enter")

    expect(title).to_have_text(SECOND)
    expect(page.get_by_text(f"“{FIRST}” is rejected")).to_be_visible()
    press("a")
    expect(page.locator("#approve").get_by_role("button", name="Approve")).to_be_focused()
    press("Enter")
    expect(page.get_by_text(f"“{SECOND}” is approved")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(QUEUE) + r"\?q="))
    assert complaints == []


def test_single_keys_can_be_turned_off(stack: Stack, open_page: Callable[..., Page]):
    page = open_page()
    reviewer = Reviewer(page, stack.base_url)
    reviewer.sign_in(**stack.demo["reviewer"])
    reviewer.open(QUEUE)

    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")

    expect(page.get_by_label("Object or customer")).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_label("Single keys are on")).not_to_be_checked()
