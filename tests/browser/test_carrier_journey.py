"""Operations add a channel to a real SMPP carrier, send over it and see the receipt."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, expect

from messaging.demo import ADMINISTRATOR
from tests.services import NOT_PASSED_ON

from .pages import PATIENCE_MS, Photographer
from .stack import Stack

pytestmark = pytest.mark.browser

NAME = "Lab carrier"
ACCOUNT, SECRET = "lab_account", "lab-pass"
HOST = "127.0.0.1"


class Operator(Photographer):
    """A member of the operations team who sets up channels."""

    def wait_for(self, found: Locator) -> None:
        """Load the page again until the carrier process has brought such a thing onto it."""
        deadline = monotonic() + PATIENCE_MS / 1000
        while not found.count() and monotonic() < deadline:
            self.page.wait_for_timeout(500)
            self.page.reload()
        expect(found.first).to_be_visible()

    def open_channel(self) -> None:
        self.open("/operations/messaging/channel/")
        self.page.locator("#result_list").get_by_role("link", name=NAME, exact=True).click()

    def act(self, button: str) -> None:
        """Open one of the acts that the channel's page offers."""
        self.page.get_by_role("link", name=button, exact=True).click()
        expect(self.page.get_by_role("heading", name=button)).to_be_visible()


@pytest.fixture
def carrier_port(stack: Stack) -> Iterator[int]:
    """The product's own SMPP carrier for laboratories, listening as the operator started it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    own = json.loads((stack.home / ".local/run/environment.json").read_text(encoding="utf-8"))
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    command = [sys.executable, "manage.py", "run_carrier", "--serve", "smpp"]
    command += ["--port", str(port), "--account", ACCOUNT, "--secret", SECRET, "--delay", "0.2"]
    carrier = subprocess.Popen(command, cwd=stack.home, env=environment | own)
    yield port
    carrier.send_signal(signal.SIGTERM)
    assert carrier.wait(timeout=30) == 0


@pytest.fixture
def operator(stack: Stack, open_page: Callable[..., Page]) -> Operator:
    operator = Operator(open_page(), stack.base_url)
    operator.sign_in(**ADMINISTRATOR)
    return operator


def test_a_channel_is_added_and_carries_a_message(
    operator: Operator, carrier_port: int, complaints: list[str]
):
    page = operator.page
    operator.open("/operations/messaging/channel/add/")
    page.fill("[name=name]", NAME)
    page.select_option("[name=connector]", label="SMPP")
    page.fill("[name=smpp_host]", HOST)
    page.fill("[name=smpp_port]", str(carrier_port))
    page.fill("[name=smpp_system_id]", ACCOUNT)
    page.fill("[name=smpp_password]", SECRET)
    page.fill("[name=smpp_submits_in_flight]", "100")
    operator.photograph_everywhere("carrier/add")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was added successfully")).to_be_visible()

    operator.open("/operations/messaging/channelroute/add/")
    expect(page.get_by_label("carrier of the recipient")).to_be_visible()
    operator.photograph_everywhere("carrier/route")

    operator.open_channel()
    operator.wait_for(page.get_by_role("row", name="bind_transceiver-1 Up"))
    operator.photograph_everywhere("carrier/up")
    assert SECRET not in page.content()

    operator.act("Send a test message")
    page.get_by_label("Phone number").fill("138 0013 8000")
    template = page.get_by_label("Template of the platform")
    code = template.locator("option", has_text="code").first
    template.select_option(value=code.get_attribute("value"))
    page.get_by_label("Values of its variables").fill("123456")
    operator.photograph_everywhere("carrier/test-message")
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("The test message was accepted.")).to_be_visible()

    delivered = page.get_by_role("link", name="Delivered", exact=True)
    operator.wait_for(delivered)
    expect(page.get_by_text("138****8000")).to_be_visible()
    operator.photograph_everywhere("carrier/delivered")
    delivered.click()
    expect(page.get_by_role("row", name="Sent by the platform itself")).to_be_visible()
    expect(page.get_by_role("row", name="Handed to the carrier")).to_be_visible()
    expect(page.get_by_role("row", name="DELIVRD")).to_contain_text("reported by the carrier")
    expect(page.get_by_role("row", name="Final status: Delivered")).to_be_visible()
    operator.photograph_everywhere("carrier/timeline")

    operator.open_channel()
    operator.act("Drain")
    page.get_by_role("button", name="Drain").click()
    operator.wait_for(page.locator(".pill", has_text="Off"))
    assert complaints == []
