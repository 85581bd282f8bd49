"""The statistics page and the scorecards with a browser's eyes: drawn, readable, and refused by
nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from messaging.models import ChannelAlarm
from messaging.models.ids import forget as forget_ids
from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from messaging.statistics.folding import fold
from reviews.roles import OPERATIONS_LEADS, role
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.messaging.road import Road, build_road, numbers
from tests.messaging.statistics.history import write_history

from .pages import Customer, Reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 780}


@pytest.fixture
def road() -> Road:
    forget_ids()
    catalogue.forget()
    ensure_partitions()
    road = build_road()
    write_history(road, days=9)
    road.accept(numbers(20), blocked=["SC:0003", *[None] * 19])
    road.submit_all()
    fold()
    return road


def expect_drawn(page: Page) -> None:
    """Every picture with figures is drawn, and nothing is wider than the screen."""
    pictures = page.locator("[data-chart]:has([data-chart-canvas])")
    expect(pictures.first).to_be_visible()
    expect(page.locator('[data-drawn="true"] canvas')).to_have_count(pictures.count())
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


def test_figures_are_drawn_and_can_be_taken_apart(
    road: Road, live_server, open_page: Callable[..., Page], complaints: list[str]
):
    member = MembershipFactory(customer=road.application.customer, role="viewer").user
    customer = Customer(open_page(viewport=WIDE), live_server.url)
    customer.sign_in(member.email, PASSWORD)
    page = customer.page
    page.get_by_role("link", name="Statistics").click()
    page.wait_for_url("**/statistics")
    expect_drawn(page)
    page.get_by_role("link", name="Last 7 days").click()
    expect(page.get_by_role("link", name="Last 7 days")).to_have_attribute("aria-current", "true")
    expect_drawn(page)
    customer.photograph("statistics/week-wide-light")

    outcome = page.locator("#chart-outcome")
    outcome.get_by_label("Successful").uncheck()
    outcome.get_by_role("button", name="As lines").click()
    expect(outcome.get_by_role("button", name="As lines")).to_have_attribute("aria-pressed", "true")
    outcome.get_by_text("The figures as a table").click()
    expect(outcome.locator("tbody tr")).to_have_count(7)
    customer.photograph("statistics/taken-apart")

    page.get_by_text("All", exact=True).first.click()
    page.get_by_label(road.application.name).check()
    page.get_by_label("Region", exact=True).select_option(label="Guangdong")
    page.get_by_role("button", name="Show").click()
    regions = page.locator("#chart-regions tbody")
    expect(regions.locator("tr")).to_have_count(1)
    expect(regions).to_contain_text("Guangdong")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    expect(page.get_by_text("Verify the number and drop invalid").first).to_be_visible()

    page.get_by_role("button", name="dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect_drawn(page)
    customer.photograph("statistics/week-wide-dark")
    page.set_viewport_size(NARROW)
    expect_drawn(page)
    customer.photograph("statistics/week-narrow-dark")
    page.evaluate("localStorage.setItem('theme', 'light')")
    customer.open("/statistics")
    expect_drawn(page)
    customer.photograph("statistics/day-narrow-light")
    page.context.add_cookies(
        [{"name": "django_language", "value": "zh-hans", "url": live_server.url}]
    )
    page.set_viewport_size(WIDE)
    customer.open("/statistics")
    expect_drawn(page)
    customer.photograph("statistics/day-wide-zh")
    assert complaints == []


def test_operations_see_how_channels_did(
    road: Road, live_server, open_page: Callable[..., Page], complaints: list[str]
):
    road.accept(numbers(5, start=13900000000))
    road.deliver(3, callback="http://127.0.0.1:9/report")
    ChannelAlarm.objects.create(
        channel=road.channel,
        measure="delivery_rate",
        usual=0.94,
        seen=0.61,
        messages=4120,
        began_at=timezone.now() - timedelta(minutes=7),
    )
    lead = UserFactory(staff=True)
    lead.groups.add(role(OPERATIONS_LEADS))
    operations = Reviewer(open_page(viewport=WIDE), live_server.url)
    operations.sign_in(lead.email, PASSWORD)
    operations.open("/operations/")
    page = operations.page
    expect(page.get_by_role("heading", name="Channel alarms")).to_be_visible()
    page.get_by_role("link", name="Scorecards").click()
    expect_drawn(page)
    operations.photograph("statistics/scorecards-wide-light")
    page.locator("#id_days").select_option(label="Last 7 days")
    page.get_by_role("button", name="Show").click()
    expect_drawn(page)
    page.emulate_media(color_scheme="dark")
    operations.photograph("statistics/scorecards-wide-dark")
    page.set_viewport_size(NARROW)
    expect_drawn(page)
    operations.photograph("statistics/scorecards-narrow-dark")
    assert complaints == []
