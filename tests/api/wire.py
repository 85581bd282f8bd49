"""Bytes to the real web server and back, without a client that would tidy them up."""

import json
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

from tests.api.shop import FORM, SEND, Answer, Headers, form

TIMEOUT_S = 20


def exchange(server: str, *chunks: bytes) -> Answer:
    """Send these bytes on one connection and read one answer."""
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), TIMEOUT_S) as connection:
        for chunk in chunks:
            connection.sendall(chunk)
        response = HTTPResponse(connection)
        response.begin()
        content = response.read()
        return Answer(response.status, json.loads(content), response.headers)


def request(
    server: str,
    headers: Headers,
    *,
    target: str = SEND,
    method: str = "POST",
    content_type: str = FORM,
) -> bytes:
    """The head of a request, with a Host unless `headers` hold one."""
    lines = {"Host": urlsplit(server).netloc, "Content-Type": content_type} | headers
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target} HTTP/1.1\r\n{text}\r\n".encode("latin-1")


def whole(server: str, headers: Headers, body: bytes, **options: str) -> bytes:
    """A request with its body and the length of it."""
    return request(server, headers | {"Content-Length": str(len(body))}, **options) + body


def chunked(server: str, headers: Headers, body: bytes, size: int, **options: str) -> list[bytes]:
    """A request whose body comes in chunks and without its length."""
    head = request(server, headers | {"Transfer-Encoding": "chunked"}, **options)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return [head, *(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]


def form_request(server: str, headers: Headers, fields: dict[str, str], **options: str) -> bytes:
    return whole(server, headers, form(fields), **options)
