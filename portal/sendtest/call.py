"""A call of the send API with one number, as the customer's own server would make it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.urls import resolve

from common import codes
from common.clock import now, utc_stamp
from common.signing import wsse_digests

PATH = "/sms/batchSendSms/v1"
AUTHORIZATION = 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"'

_FORM = "application/x-www-form-urlencoded"
_ABOUT_THE_CLIENT = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "SERVER_NAME", "SERVER_PORT")


@dataclass(frozen=True, slots=True)
class Call:
    """A call: the key of the application, and the parameters that are not empty."""

    app_key: str
    fields: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"{settings.SMS_BASE_URL}{PATH}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the send API answered."""

    http_status: int
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.body, ensure_ascii=False, indent=2)

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def number_code(self) -> str:
        """The code of the number, empty when the call was refused as a whole."""
        return str(self.body["result"][0]["status"]) if "result" in self.body else ""

    @property
    def sms_msg_id(self) -> str:
        """The key of the report to come; empty when none will."""
        is_accepted = self.number_code == codes.SUCCESS
        return str(self.body["result"][0]["smsMsgId"]) if is_accepted else ""


def send(call: Call, *, secret: str, attempt: str, visitor: HttpRequest) -> Answer:
    """Carry the call out for a visitor of the portal, from the visitor's address.

    The request goes through the address of the send API, all its checks included, without
    leaving the process: the answer is what the customer's server would get. The same `attempt`
    twice, as when a page is loaded again, sends once (ruling 9).
    """
    view = resolve(PATH).func
    response = view(_request(call, secret, attempt, visitor))
    return Answer(response.status_code, json.loads(response.content))


def _request(call: Call, secret: str, attempt: str, visitor: HttpRequest) -> HttpRequest:
    body = urlencode(call.fields).encode()
    about = {name: visitor.META[name] for name in _ABOUT_THE_CLIENT if name in visitor.META}
    return WSGIRequest(
        about
        | {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "CONTENT_TYPE": _FORM,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "HTTP_AUTHORIZATION": AUTHORIZATION,
            "HTTP_X_WSSE": _username_token(call.app_key, secret),
            "HTTP_IDEMPOTENCY_KEY": attempt,
        }
    )


def _username_token(app_key: str, secret: str) -> str:
    nonce, created = secrets.token_hex(16), utc_stamp(now())
    digest, *_others = wsse_digests(nonce, created, secret)
    return (
        f'UsernameToken Username="{app_key}",PasswordDigest="{digest}",'
        f'Nonce="{nonce}",Created="{created}"'
    )
