"""A customer's programs: a webhook is set and told; the command line sends to a group."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.services import NOT_PASSED_ON

from .pages import PATIENCE_MS, Photographer
from .stack import ROOT, Stack

pytestmark = pytest.mark.browser

PATIENCE_S = PATIENCE_MS / 1000


class Member(Photographer):
    """A member who sets webhooks."""

    def reload_until(self, found: Locator) -> None:
        """Load the page again until a worker has brought such a thing onto it."""
        deadline = monotonic() + PATIENCE_S
        while not found.count() and monotonic() < deadline:
            self.page.wait_for_timeout(500)
            self.page.reload()
        expect(found.first).to_be_visible()


def test_a_webhook_is_set_and_told(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str], httpserver: HTTPServer
):
    told: Queue[Request] = Queue()

    def take(request: Request) -> Response:
        request.get_data()
        told.put(request)
        return Response("thanks")

    httpserver.expect_request("/decisions").respond_with_handler(take)
    page = open_page(viewport={"width": 1440, "height": 900})
    member = Member(page, stack.base_url)
    member.sign_in(**stack.demo["customer"])
    member.open("/webhooks")
    member.photograph_everywhere("webhooks/1-none")
    page.get_by_role("link", name="Add a webhook").click()
    page.get_by_label("Address").fill("http://sms.example.com/decisions")
    page.get_by_role("button", name="Add a webhook").click()
    expect(page.get_by_role("alert").first).to_contain_text("Use https:")
    member.photograph_everywhere("webhooks/2-refused")
    page.get_by_label("Address").fill(httpserver.url_for("/decisions"))
    page.get_by_role("button", name="Add a webhook").click()
    expect(page.locator(".secret code")).to_contain_text("whsec_")
    member.photograph_everywhere("webhooks/3-secret")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Send a test event").click()
    event = told.get(timeout=PATIENCE_S)
    assert event.get_json()["type"] == "webhook.test"
    assert event.headers["webhook-signature"].startswith("v1,")
    member.reload_until(page.get_by_text("Delivered", exact=True))
    member.photograph_everywhere("webhooks/4-log")
    member.open("/webhooks")
    member.photograph_everywhere("webhooks/5-list")
    assert [one for one in complaints if "status of 422" not in one] == []


def test_the_command_line_sends_to_a_group(stack: Stack, tmp_path: Path):
    def ran(*arguments: str) -> Any:
        command = [sys.executable, "-m", "api.client", *arguments, "--json"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=inherited | given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    rows = [f"{13_600_000_000 + n},A{n}" for n in range(200)]
    (tmp_path / "numbers.csv").write_text("\n".join(rows), encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    given = {
        "SMS_CONSOLE_URL": stack.base_url,
        "SMS_CONSOLE_ACCESS_KEY": stack.demo["access_key"],
        "SMS_CONSOLE_SECRET_KEY": stack.demo["secret_key"],
        "PYTHONPATH": str(ROOT),
    }
    notice = stack.demo["templates"]["notice"]
    signatures = ran("signatures", "list")["results"]
    signature = next(one for one in signatures if one["signature_type"] == notice["type"])
    task = ran(
        *("groups", "create", "--name", "From a shell", "--file", "numbers.csv"),
        *("--template", notice["id"], "--signature", signature["id"]),
        *("--start", "--follow", "--timeout", str(PATIENCE_S)),
    )
    assert task["counts"]["delivered"] == len(rows)
