"""Calls over HTTP: signed, with every failure as a `ClientError` that says what to do."""

import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .configuration import Configuration
from .errors import ClientError, Exit
from .signing import signed_headers, wsse_headers

TIMEOUT_S = 60
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_HINTS = {
    401: "Check the keys, and that the clock of this machine is right.",
    403: "The key's role, or the state of the account, does not allow this.",
    409: "Look at the object again: it changed, or the call was made before.",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along."""

    name: str
    content: bytes


class SendApi:
    """The send API, called as an application (docs/api/data-plane.md)."""

    def __init__(self, configuration: Configuration) -> None:
        configuration.require("url", "app_key", "app_secret")
        self._configuration = configuration

    def post(self, path: str, fields: Mapping[str, str], *, key: str = "") -> dict[str, Any]:
        """Post a form; the answer, whose code is that of success or of failures by number."""
        headers = {"Content-Type": FORM} | ({"Idempotency-Key": key} if key else {})
        return self._call("POST", path, urlencode(fields).encode(), headers)

    def get(self, path: str, query: Mapping[str, object]) -> dict[str, Any]:
        return self._call("GET", f"{path}?{urlencode(query)}", b"", {})

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        own = self._configuration
        signed = wsse_headers(own.app_key, own.app_secret)
        status, answer = _exchange(method, own.url + path, body, headers | signed)
        if status != 200 or not isinstance(answer, dict):
            code, told = _told(answer, "code", "description")
            raise _refusal(status, code, told)
        return answer


class AccountApi:
    """The management and the console API, called as a member (docs/api/management.md)."""

    def __init__(self, configuration: Configuration) -> None:
        configuration.require("url", "access_key", "secret_key")
        self._configuration = configuration

    @cached_property
    def project_id(self) -> str:
        """As configured, else looked up: an account has one project."""
        if self._configuration.project_id:
            return self._configuration.project_id
        return str(self._call("GET", "/v3/projects", {}, b"", {})["projects"][0]["id"])

    def management(self, method: str, rest: str, document: Any = None, **query: object) -> Any:
        path = f"/v2/{self.project_id}/msgsms/{rest}"
        return self._call(method, path, query, *_json_body(document))

    def console(
        self, method: str, rest: str, document: Any = None, *, key: str = "", **query: object
    ) -> Any:
        path = f"/v1/{self.project_id}/console/{rest}"
        body, headers = _json_body(document)
        return self._call(method, path, query, body, headers | _keyed(key))

    def upload(self, rest: str, fields: Mapping[str, str], file: Upload, *, key: str = "") -> Any:
        """Send a form with a file to the console API."""
        body, content_type = _multipart(fields, file)
        path = f"/v1/{self.project_id}/console/{rest}"
        return self._call("POST", path, {}, body, {"Content-Type": content_type} | _keyed(key))

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        body: bytes,
        headers: dict[str, str],
    ) -> Any:
        own = self._configuration
        pairs = sorted((name, str(value)) for name, value in query.items() if value is not None)
        url = own.url + quote(path) + ("?" + urlencode(pairs, quote_via=quote) if pairs else "")
        signed = signed_headers(own.access_key, own.secret_key, method=method, url=url, body=body)
        status, answer = _exchange(method, url, body, headers | signed)
        if status >= 400:
            code, told = _told(answer, "error_code", "error_msg")
            detail = answer.get("error_detail", "") if isinstance(answer, dict) else ""
            raise _refusal(status, code, told if detail in ("", told) else f"{told} {detail}")
        return answer


class _NoRedirects(HTTPRedirectHandler):
    """Signed requests are for one address only."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def _exchange(method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
    """Send one request; the status and the JSON document of the answer."""
    request = Request(url, data=body or None, headers=headers, method=method)  # noqa: S310
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as answer:
            return answer.status, _document(url, answer.status, answer.read())
    except HTTPError as error:
        with error:
            return error.code, _document(url, error.code, error.read())
    except (URLError, OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ClientError(
            f"No answer from {url.partition('?')[0]}: {reason}",
            hint="Check the address, and that the installation runs.",
            exit_code=Exit.UNREACHABLE,
        ) from error


def _document(url: str, status: int, content: bytes) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        raise ClientError(
            f"{url.partition('?')[0]} answered {status} with something that is no JSON.",
            hint="Is the address that of an SMS Console?",
            exit_code=Exit.UNREACHABLE,
        ) from error


def _told(answer: Any, code: str, message: str) -> tuple[str, str]:
    if not isinstance(answer, dict):
        return "", "no explanation was given"
    return str(answer.get(code, "")), str(answer.get(message, ""))


def _refusal(status: int, code: str, told: str) -> ClientError:
    return ClientError(
        f"{code or 'HTTP'} ({status}): {told}",
        hint=_HINTS.get(status, ""),
        exit_code=Exit.UNREACHABLE if status >= 500 else Exit.REFUSED,
    )


def _json_body(document: Any) -> tuple[bytes, dict[str, str]]:
    if document is None:
        return b"", {}
    return json.dumps(document).encode(), {"Content-Type": JSON}


def _keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _multipart(fields: Mapping[str, str], file: Upload) -> tuple[bytes, str]:
    edge = secrets.token_hex(16)
    name = "".join("_" if one in '"\\\r\n' else one for one in file.name)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join(parts) + head.encode() + file.content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"
