"""What is sent to an address: a report or an uplink as a form, or up to 50 reports as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from urllib.parse import quote_plus

from common.signing import authorization_headers
from messaging.models import CallbackTarget

from .callback import Due
from .push_keys import PushKeys, push_keys

BATCH_SIZE = 50
"""Reports in one push to an application's batch address (spec data-plane §4.2)."""

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Push:
    """One POST: the callbacks it carries, and what makes it a request."""

    url: str
    callbacks: Sequence[Due]
    content_type: str
    body: bytes
    keys: PushKeys | None

    def headers(self, at: datetime) -> dict[str, str]:
        """The headers to send it with at this instant, signed when the application has keys."""
        return signed_headers(self.url, self.content_type, self.body, self.keys, at)


def pushes(callbacks: Sequence[Due], kind: int) -> Iterator[Push]:
    """Pack the callbacks of one address; a push never mixes applications, as each has its keys."""
    if kind != CallbackTarget.Kind.BATCH:
        for callback in callbacks:
            keys = push_keys(callback.application_id)
            yield Push(callback.url, [callback], FORM, form_body(callback.form()), keys)
        return
    in_order = sorted(callbacks, key=attrgetter("application_id", "message_id", "sequence"))
    for application_id, group in groupby(in_order, key=attrgetter("application_id")):
        owed = list(group)
        for start in range(0, len(owed), BATCH_SIZE):
            batch = owed[start : start + BATCH_SIZE]
            yield Push(batch[0].url, batch, JSON, batch_body(batch), push_keys(application_id))


def form_body(fields: Mapping[str, str]) -> bytes:
    """The fields of a report or an uplink as a form; their names need no quoting."""
    return "&".join([f"{name}={_quoted(value)}" for name, value in fields.items()]).encode()


def _quoted(value: str) -> str:
    return value if value.isalnum() and value.isascii() else quote_plus(value)


def batch_body(callbacks: Sequence[Due]) -> bytes:
    reports = {"statusReportList": [callback.form() for callback in callbacks]}
    return json.dumps(reports, ensure_ascii=False).encode()


def signed_headers(
    url: str, content_type: str, body: bytes, keys: PushKeys | None, at: datetime
) -> dict[str, str]:
    """The headers of a push; with keys, those that sign it (spec data-plane §4.4)."""
    headers = {"Content-Type": content_type}
    if keys is None:
        return headers
    return headers | authorization_headers(
        access=keys.access,
        secret=keys.secret,
        method="POST",
        url=url,
        headers=headers,
        body=body,
        at=at,
    )
