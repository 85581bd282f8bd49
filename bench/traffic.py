"""Requests as customers send them, built before the clock starts."""

import itertools
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from common.signing import wsse_digests

from .stack import Stack

FIRST_NUMBER = 13_100_000_000


class Traffic:
    """Builds `batchSendSms` requests of the demo customer; no number comes twice in a run."""

    def __init__(self, stack: Stack) -> None:
        self._demo = stack.demo
        self._host = "{}:{}".format(*stack.address)
        self._numbers = itertools.count(FIRST_NUMBER)

    def numbers(self, count: int) -> list[str]:
        return [f"+86{number}" for number in itertools.islice(self._numbers, count)]

    def requests(self, count: int, *, numbers_each: int, callback: str = "") -> list[bytes]:
        """``count`` requests, headers included, each to ``numbers_each`` numbers of its own."""
        notice = self._demo["templates"]["notice"]
        head = _head(self._host, self._demo)
        requests = []
        for _ in range(count):
            fields = {
                "from": self._demo["channel_number"],
                "to": ",".join(self.numbers(numbers_each)),
                "templateId": notice["id"],
                "templateParas": '["A1001"]',
                "statusCallback": callback,
            }
            body = urlencode(fields)
            requests.append(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        return requests


def _head(host: str, demo: dict[str, Any]) -> str:
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = secrets.token_hex(16)
    digest, *_ = wsse_digests(nonce, created, demo["app_secret"])
    token = (
        f'UsernameToken Username="{demo["app_key"]}",PasswordDigest="{digest}",'
        f'Nonce="{nonce}",Created="{created}"'
    )
    lines = [
        "POST /sms/batchSendSms/v1 HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/x-www-form-urlencoded",
        'Authorization: WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
        f"X-WSSE: {token}",
    ]
    return "\r\n".join(lines) + "\r\n"
