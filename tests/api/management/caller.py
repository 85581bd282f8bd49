"""A customer's server that signs its requests by itself, and the objects of its account."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from django.test import Client

from customers.models import AccessKey, Application, Customer, Membership
from tests.factories import AccessKeyFactory, ApplicationFactory, MembershipFactory

JSON = "application/json"

_client = Client(raise_request_exception=False)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def told(self) -> tuple[int, str]:
        """What a refusal says: HTTP status and code."""
        return self.status, self.body["error_code"]

    @property
    def detail(self) -> str:
        return self.body["error_detail"]


@dataclass
class Caller:
    """A member with an access key."""

    membership: Membership
    key: AccessKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = AccessKeyFactory(membership=self.membership)

    @property
    def customer(self) -> Customer:
        return self.membership.customer

    def application(self, **values: Any) -> Application:
        return ApplicationFactory(customer=self.customer, **values)

    def path(self, rest: str) -> str:
        return f"/v2/{self.customer.project_id}/msgsms/{rest}"

    def signed(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        content_type: str = JSON,
        at: datetime | None = None,
        secret: str = "",
        payload: str = "",
    ) -> dict[str, str]:
        """The headers that sign a request by the documented steps."""
        sdk_date = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        headers = {"Host": "testserver", "Content-Type": content_type, "X-Sdk-Date": sdk_date}
        if payload:
            headers["X-Sdk-Content-Sha256"] = payload
        names = ";".join(sorted(name.lower() for name in headers))
        lines = "".join(
            f"{name.lower()}:{headers[name]}\n" for name in sorted(headers, key=str.lower)
        )
        digest = payload or hashlib.sha256(body).hexdigest()
        pairs = "&".join(sorted(query.split("&")))
        canonical = f"{method}\n{quote(unquote(path))}/\n{pairs}\n{lines}\n{names}\n{digest}"
        text = f"SDK-HMAC-SHA256\n{sdk_date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        secret = secret or str(self.key.secret_key)
        signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        del headers["Content-Type"]
        return headers | {
            "Authorization": f"SDK-HMAC-SHA256 Access={self.key.access_key}, "
            f"SignedHeaders={names}, Signature={signature}"
        }

    def call(self, method: str, rest: str, document: Any = None, **query: Any) -> Answer:
        """Call an operation; `document` is its JSON body, `query` its parameters."""
        body = b"" if document is None else json.dumps(document).encode()
        return self.send(method, self.path(rest), body=body, query=query)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        query: Mapping[str, Any] | None = None,
        content_type: str = JSON,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        text = "&".join(
            f"{name}={quote(str(value), safe='')}" for name, value in (query or {}).items()
        )
        if headers is None:
            headers = self.signed(method, path, query=text, body=body, content_type=content_type)
        response = _client.generic(
            method,
            path,
            data=body,
            content_type=content_type,
            headers=headers,
            QUERY_STRING=text,
            CONTENT_TYPE=content_type,
        )
        document = json.loads(response.content) if response.content else None
        return Answer(response.status_code, document, response.headers)


def caller(role: str = Membership.Role.OWNER, **customer: Any) -> Caller:
    """A member of a new account; `customer` as `CustomerFactory` takes it."""
    values = {f"customer__{name}": value for name, value in customer.items()}
    return Caller(MembershipFactory(role=role, **values))
