"""The core of the vendor's Node SDK against the shipped web server, by both calls.

Its packages are installed once per `package-lock.json`, into `.local/cache/node`. Where Node.js,
npm or the registry is missing the test is left out and says so; in CI it then fails.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

from messaging.models import Message, SendRequest
from tests.api.shop import Shop
from tests.browser_setup import in_ci

PACKAGE = Path(__file__).with_name("node_sdk")
CACHE = Path(__file__).resolve().parents[3] / ".local" / "cache" / "node"
INSTALL_TIMEOUT_S = 120


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The folder with the packages of the lock file."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            _leave_out(f"{program} is not installed")
    lock = (PACKAGE / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # test processes run side by side
        if not folder.exists():
            _install(folder)
    return folder / "node_modules"


def test_the_node_sdk_sends_by_both_calls(
    server: str, stored_shop: Shop, node_modules: Path
) -> None:
    shop = stored_shop
    sender = shop.signature.channel_number
    answers = send_by_sdk(
        node_modules,
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


def send_by_sdk(node_modules: Path, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to both calls, as the SDK hands them to its caller."""
    result = subprocess.run(
        ["node", PACKAGE / "send.js"],
        input=json.dumps(order),
        env={**os.environ, "NODE_PATH": str(node_modules), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def _install(folder: Path) -> None:
    """Install beside the folder and move it there: never half of the packages."""
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(PACKAGE, unfinished)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            words,
            cwd=unfinished,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=INSTALL_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        _leave_out(f"npm did not finish in {INSTALL_TIMEOUT_S} s")
    except subprocess.CalledProcessError as error:
        if "EINTEGRITY" in error.stderr:
            raise  # an answer of the registry, and a wrong one
        _leave_out(f"npm could not install the packages: {error.stderr.strip()[-300:]}")
    unfinished.rename(folder)


def _leave_out(reason: str) -> NoReturn:
    """Skip for want of what this machine lacks; fail in CI, where nothing may be lacking."""
    words = f"the Node SDK is left out: {reason}"
    if in_ci():
        pytest.fail(words)
    pytest.skip(words)
