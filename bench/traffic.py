"""Requests as customers send them, built before the clock starts."""

import itertools
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from common.signing import authorization_headers, wsse_digests

from .stack import Stack

FIRST_NUMBER = 13_100_000_000
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WSSE = 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"'

Headers = dict[str, str]


class Values(Enum):
    """Which values the template of a request takes."""

    NONE = "no variables"
    SHARED = "a variable, one value for all"
    OWN = "a variable, each its own value"


@dataclass(frozen=True)
class Shape:
    """What requests look like: the call, how they are signed, the values.

    `batchSendDiffSms` has one content for all numbers, or one for each when values are their own.
    """

    is_diff: bool = False
    is_aksk: bool = False
    values: Values = Values.SHARED

    def __post_init__(self) -> None:
        if self.values is Values.OWN and not self.is_diff:
            raise ValueError("batchSendSms has the same values for all its numbers")


@dataclass(frozen=True)
class Batch:
    """The numbers of a request; the value they `share`, or one of its `own` for each."""

    numbers: Sequence[str]
    shared: str = ""
    own: Sequence[str] = ()


class Traffic:
    """Builds requests of the demo customer; no number comes twice in a run."""

    def __init__(self, stack: Stack) -> None:
        self._demo = stack.demo
        self._host = "{}:{}".format(*stack.address)
        self._numbers = filter(_arrives_at_once, itertools.count(FIRST_NUMBER))

    def batch(self, size: int, values: Values) -> Batch:
        numbers = [f"+86{number}" for number in itertools.islice(self._numbers, size)]
        if values is Values.OWN:
            return Batch(numbers, own=[f"A{number[-4:]}" for number in numbers])
        return Batch(numbers, shared="A1001" if values is Values.SHARED else "")

    def requests(
        self, count: int, *, numbers_each: int, shape: Shape, callback: str = ""
    ) -> list[bytes]:
        """``count`` requests, headers included, each to ``numbers_each`` numbers of its own."""
        wsse = _wsse(self._demo)
        path, content_type = (
            ("/sms/batchSendDiffSms/v1", JSON) if shape.is_diff else ("/sms/batchSendSms/v1", FORM)
        )
        write = self._document if shape.is_diff else self._form
        requests = []
        for _ in range(count):
            body = write(self.batch(numbers_each, shape.values), callback)
            headers = {"Content-Type": content_type}
            headers |= self._aksk(path, headers, body) if shape.is_aksk else wsse
            requests.append(_message(path, {"Host": self._host} | headers, body))
        return requests

    def _form(self, batch: Batch, callback: str) -> bytes:
        fields = {
            "from": self._demo["channel_number"],
            "to": ",".join(batch.numbers),
            "templateId": self._template(batch),
            "templateParas": json.dumps(_values(batch.shared)),
            "statusCallback": callback,
        }
        return urlencode(fields).encode()

    def _document(self, batch: Batch, callback: str) -> bytes:
        contents = (
            [([number], value) for number, value in zip(batch.numbers, batch.own, strict=True)]
            if batch.own
            else [(batch.numbers, batch.shared)]
        )
        template_id = self._template(batch)
        document = {
            "from": self._demo["channel_number"],
            "statusCallback": callback,
            "smsContent": [
                {"to": to, "templateId": template_id, "templateParas": _values(value)}
                for to, value in contents
            ],
        }
        return json.dumps(document).encode()

    def _template(self, batch: Batch) -> str:
        name = "notice" if batch.shared or batch.own else "promotion"
        return str(self._demo["templates"][name]["id"])

    def _aksk(self, path: str, headers: Headers, body: bytes) -> Headers:
        return authorization_headers(
            access=self._demo["app_key"],
            secret=self._demo["app_secret"],
            method="POST",
            url=f"http://{self._host}{path}",
            headers=headers,
            body=body,
            at=datetime.now(UTC),
        )


def reports(count: int) -> list[bytes]:
    """The bodies of as many status reports, as the platform would push them."""
    fields = {"total": 1, "sequence": 1, "status": "DELIVRD", "source": 2}
    fields |= {"updateTime": "2026-01-01T00:00:00Z", "orgCode": "DELIVRD", "extend": ""}
    prefix = f"{uuid.uuid4()}_{uuid.uuid4().int % 10**12}"
    return [
        urlencode(fields | {"smsMsgId": f"{prefix}{number:06d}"}).encode()
        for number in range(count)
    ]


def _values(value: str) -> list[str]:
    return [value] if value else []


def _message(path: str, headers: Headers, body: bytes) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = f"POST {path} HTTP/1.1\r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _wsse(demo: dict[str, Any]) -> Headers:
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = secrets.token_hex(16)
    digest, *_ = wsse_digests(nonce, created, demo["app_secret"])
    token = (
        f'UsernameToken Username="{demo["app_key"]}",PasswordDigest="{digest}",'
        f'Nonce="{nonce}",Created="{created}"'
    )
    return {"Authorization": WSSE, "X-WSSE": token}


def _arrives_at_once(number: int) -> bool:
    """Not one of the numbers whose receipt the simulated carrier delays or withholds."""
    return number % 1_000_000 < 999_000
