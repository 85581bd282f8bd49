"""The core of the vendor's Node SDK against the shipped web server, by both calls.

Where Node.js, npm or the registry is missing the test is left out and says so; in CI it then
fails (`tests/node_packages.py`).
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from messaging.models import Message, SendRequest
from tests.api.shop import Shop
from tests.node_packages import node_modules

PACKAGE = Path(__file__).with_name("node_sdk")


@pytest.fixture(scope="module")
def packages() -> Path:
    return node_modules(PACKAGE)


def test_the_node_sdk_sends_by_both_calls(server: str, stored_shop: Shop, packages: Path) -> None:
    shop = stored_shop
    sender = shop.signature.channel_number
    answers = send_by_sdk(
        packages,
        {
            "endpoint": server,
            "key": shop.application.app_key,
            "secret": str(shop.application.app_secret),
            "form": shop.fields(to="+8613800138000,13800138001", extend="订单 77"),
            "document": {
                "from": sender,
                "smsContent": [
                    shop.content(to=["+8613800138002"]),
                    shop.content(to=["+8613800138003"], templateParas=["A1002"]),
                ],
            },
        },
    )
    assert [(one["code"], one["httpStatusCode"]) for one in answers] == [("000000", 200)] * 2
    results = [one for answer in answers for one in answer["result"]]
    assert [one["status"] for one in results] == ["000000"] * 4
    messages = Message.objects.select_related("request").order_by("id")
    assert [one["smsMsgId"] for one in results] == [one.sms_msg_id for one in messages]
    assert [one.recipient[-1] for one in messages] == ["0", "1", "2", "3"]
    assert [one.extend for one in SendRequest.objects.order_by("id")] == ["订单 77", ""]


def send_by_sdk(packages: Path, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to both calls, as the SDK hands them to its caller."""
    result = subprocess.run(
        ["node", PACKAGE / "send.js"],
        input=json.dumps(order),
        env={**os.environ, "NODE_PATH": str(packages), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])
