"""From nothing to the first delivered message, as somebody new takes the way."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from .newcomer import Newcomer
from .pages import Reviewer
from .stack import Stack
from .test_accessibility import HEAVIEST

pytestmark = pytest.mark.browser

CONTENT = "您的包裹已到店，取件码${1}，请今日内取走。"
WAITING = (
    "Nothing to do for you now: the review has it. The decision appears here and under Messages."
)
PASSWORD = "a-long-way-to-go-42"
WIDE = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark"}


@pytest.mark.parametrize(
    ("language", "screen", "enterprise", "signature", "mobile"),
    [
        ("en", WIDE, "晨光科技有限公司", "晨光科技", "13900139101"),
        ("zh-hans", PHONE, "星河科技有限公司", "星河科技", "13900139102"),
    ],
)
def test_from_registering_to_the_first_delivered_message(
    language: str,
    screen: dict[str, Any],
    enterprise: str,
    signature: str,
    mobile: str,
    stack: Stack,
    open_page: Callable[..., Page],
    complaints: list[str],
):
    newcomer = Newcomer(
        open_page(**screen), stack.base_url, email=f"new-{language}@example.com", language=language
    )
    newcomer.register(PASSWORD, stack.home / ".local" / "log" / "web.log")
    newcomer.bind_mobile(mobile)
    newcomer.say_who_pays_what(enterprise)
    newcomer.prove_the_enterprise()

    reviewer = Reviewer(open_page(), stack.base_url)
    reviewer.sign_in(**stack.demo["reviewer"])
    reviewer.approve(enterprise)

    newcomer.follow_next_action("enable")
    newcomer.enable()
    newcomer.follow_next_action("application")
    newcomer.create_application("shop")
    newcomer.follow_next_action("signature")
    newcomer.apply_for_signature(signature)
    newcomer.follow_next_action("template")
    newcomer.apply_for_template("parcel", CONTENT, signature=signature)
    newcomer.open("/")
    newcomer.sees(WAITING)
    newcomer.keep_picture("overview-waiting")

    reviewer.approve(signature)
    reviewer.approve("parcel")

    newcomer.follow_next_action("first-message")
    newcomer.send_and_watch(mobile)
    newcomer.open("/")
    newcomer.sees("Everything is set up")
    newcomer.keep_picture("overview-complete")
    assert complaints == []


def test_a_first_visit_moves_little(stack: Stack, open_page: Callable[..., Page]):
    page = open_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(f"{stack.base_url}/accounts/login/", wait_until="networkidle")
    loaded = {request.url: request.sizes()["responseBodySize"] for request in requests}
    assert any(url.endswith(".css") for url in loaded)
    assert sum(loaded.values()) < HEAVIEST
    assert all(url.startswith(stack.base_url) for url in loaded)
