"""A customer's server: it builds and signs its requests by itself, as the documentation says."""

import hashlib
import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from customers.models import Application
from messaging.models import Channel
from reviews.models import Signature, Template
from tests.factories import ChannelFactory, TemplateFactory

SEND = "/sms/batchSendSms/v1"
SEND_DIFF = "/sms/batchSendDiffSms/v1"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
WSSE = 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"'

Headers = dict[str, str]

_client = Client()


def raw_digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


def hex_digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).hexdigest().encode()).decode()


def upper_hex_digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).hexdigest().upper().encode()).decode()


def stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields, quote_via=quote).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        return self.body["code"]

    @property
    def statuses(self) -> list[str]:
        """The codes of the numbers, in request order."""
        return [one["status"] for one in self.body["result"]]

    @property
    def told(self) -> tuple[int, str]:
        """What a refusal says: HTTP status and code; it must have no result."""
        assert "result" not in self.body
        return self.status, self.code


@dataclass
class Shop:
    """An application that sends its approved template."""

    application: Application
    signature: Signature
    template: Template

    def fields(self, **changes: str) -> dict[str, str]:
        """The parameters of a good request; an empty change is sent, a missing one left out."""
        usual = {
            "from": self.signature.channel_number,
            "to": "+8613800138000",
            "templateId": self.template.template_id or "",
            "templateParas": '["A1001"]',
        }
        return usual | {name.rstrip("_"): value for name, value in changes.items()}

    def x_wsse(
        self,
        *,
        digest: Callable[[str], str] = raw_digest,
        created: str = "",
        nonce: str = "",
        secret: str = "",
        username: str = "",
        separator: str = ",",
    ) -> str:
        created = created or stamp(datetime.now(UTC))
        nonce = nonce or secrets.token_hex(16)
        attributes = {
            "Username": username or self.application.app_key,
            "PasswordDigest": digest(nonce + created + (secret or self.application.app_secret)),
            "Nonce": nonce,
            "Created": created,
        }
        return "UsernameToken " + separator.join(f'{k}="{v}"' for k, v in attributes.items())

    def wsse(self, **options: Any) -> Headers:
        return {"Authorization": WSSE, "X-WSSE": self.x_wsse(**options)}

    def aksk(
        self,
        body: bytes,
        *,
        path: str = SEND,
        content_type: str = FORM,
        at: datetime | None = None,
        secret: str = "",
        payload: str = "",
        query: str = "",
        extra: Headers | None = None,
    ) -> Headers:
        """Sign a request by AK/SK; every header of it that is known here is signed.

        `payload` is what stands for the body, else its hash; `extra` are more headers to sign;
        `query` is percent-encoded.
        """
        sdk_date = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        headers = {"Host": "testserver", "Content-Type": content_type, "X-Sdk-Date": sdk_date}
        if payload:
            headers["X-Sdk-Content-Sha256"] = payload
        headers |= extra or {}
        names = ";".join(sorted(name.lower() for name in headers))
        lines = "".join(
            f"{name.lower()}:{headers[name].strip()}\n" for name in sorted(headers, key=str.lower)
        )
        digest = payload or hashlib.sha256(body).hexdigest()
        pairs = "&".join(sorted(query.split("&")))
        canonical = f"POST\n{path}/\n{pairs}\n{lines}\n{names}\n{digest}"
        text = f"SDK-HMAC-SHA256\n{sdk_date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = (secret or self.application.app_secret).encode()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        del headers["Content-Type"]
        return headers | {
            "Authorization": f"SDK-HMAC-SHA256 Access={self.application.app_key}, "
            f"SignedHeaders={names}, Signature={signature}"
        }

    def content(self, **changes: Any) -> dict[str, Any]:
        """One element of a good `smsContent`."""
        usual = {
            "to": ["+8613800138000"],
            "templateId": self.template.template_id,
            "templateParas": ["A1001"],
        }
        return usual | changes

    def send_diff(self, *contents: Any, **changes: Any) -> Answer:
        """Call batchSendDiffSms with these contents."""
        usual = {"from": self.signature.channel_number, "smsContent": list(contents)}
        document = usual | {name.rstrip("_"): value for name, value in changes.items()}
        return self.post_diff(json.dumps(document).encode())

    def post_diff(self, body: bytes, **options: Any) -> Answer:
        return self.post(body, **({"path": SEND_DIFF, "content_type": JSON} | options))

    def send(self, **changes: str) -> Answer:
        """Call batchSendSms with the usual parameters, changed."""
        return self.post(form(self.fields(**changes)))

    def post(
        self,
        body: bytes,
        *,
        path: str = SEND,
        content_type: str = FORM,
        headers: Headers | None = None,
    ) -> Answer:
        response = _client.generic(
            "POST",
            path,
            data=body,
            content_type=content_type,
            headers=self.wsse() if headers is None else headers,
            CONTENT_TYPE=content_type,  # for an empty body, too
        )
        return Answer(response.status_code, json.loads(response.content), response.headers)


def open_shop(**template: Any) -> Shop:
    """A shop whose template is as told; a notification with one CHARDIGIT variable by default.

    Its messages have a channel to go out through.
    """
    if not Channel.objects.filter(is_default=True).exists():
        ChannelFactory(is_default=True)
    adopted = TemplateFactory(adopted=True, **template)
    return Shop(adopted.application, adopted.signature, adopted)
