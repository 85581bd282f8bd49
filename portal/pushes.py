"""What a push sends, for people who look at it."""

import json
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from common.clock import now
from customers.models import Membership
from messaging.models import CallbackTarget
from messaging.queries import CallbackDetail
from messaging.services.payload import JSON, pushes
from messaging.services.sample import Sample

from .numbers import in_payload


@dataclass(frozen=True, slots=True)
class ShownPush:
    """A request as a page shows it: `body` exactly as sent, `fields` the same to be read."""

    url: str
    headers: dict[str, str]
    body: str
    fields: list[tuple[str, str]]
    is_batch: bool = False

    @property
    def is_signed(self) -> bool:
        return "Authorization" in self.headers

    @property
    def text(self) -> str:
        """The request as it goes over the wire."""
        head = [f"POST {self.url}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\n".join([*head, "", self.body])


def push_of(found: CallbackDetail, membership: Membership) -> ShownPush:
    """The push of a report, as it would be made now; a viewer sees its number masked.

    A batch stands with this report alone: which others go with it is decided when it is sent.
    """
    recipient = in_payload(found.report.recipient, membership)
    (push,) = pushes([replace(found.report, recipient=recipient)], found.target.kind)
    headers = {name: _unsigned(name, value) for name, value in push.headers(now()).items()}
    is_batch = found.target.kind == CallbackTarget.Kind.BATCH
    return _shown(push.url, headers, push.body, is_batch=is_batch)


def push_of_sample(sample: Sample) -> ShownPush:
    return _shown(sample.url, sample.headers, sample.body)


def _shown(url: str, headers: dict[str, str], body: bytes, *, is_batch: bool = False) -> ShownPush:
    text = body.decode()
    if headers["Content-Type"] == JSON:
        report = json.loads(text)["statusReportList"][0]
        fields = [(name, str(value)) for name, value in report.items()]
    else:
        pairs = (pair.partition("=") for pair in text.split("&"))
        fields = [(name, unquote_plus(value)) for name, _equals, value in pairs]
    return ShownPush(url, headers, text, fields, is_batch)


def _unsigned(name: str, value: str) -> str:
    """What changes with every attempt is left out: each has a time and a signature of its own."""
    if name == "Authorization":
        return value.partition("Signature=")[0] + "Signature=…"
    return "…" if name == "X-Sdk-Date" else value
