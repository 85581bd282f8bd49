from io import BytesIO
from typing import Any

import pytest

from sms_console import chunked
from sms_console.chunked import read_chunked_bodies


def seen_by_django(environ: dict[str, Any]) -> tuple[str | None, bytes]:
    seen: list[tuple[str | None, bytes]] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        length = environ.get("CONTENT_LENGTH")
        seen.append((length, environ["wsgi.input"].read(int(length or 0))))
        return []

    list(read_chunked_bodies(application)(environ, lambda *_: None))
    return seen[0]


def test_a_chunked_body_arrives_whole():
    environ = {"wsgi.input": BytesIO(b"to=1"), "wsgi.input_terminated": True}
    assert seen_by_django(environ) == ("4", b"to=1")


def test_a_body_with_a_length_is_left_alone():
    environ = {
        "wsgi.input": BytesIO(b"to=1&more"),
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "4",
    }
    assert seen_by_django(environ) == ("4", b"to=1")


def test_a_server_that_does_not_end_its_input_is_not_read():
    assert seen_by_django({"wsgi.input": BytesIO(b"to=1")}) == (None, b"")


def test_one_byte_over_the_limit_is_read_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chunked, "BODY_LIMIT_BYTES", 3)
    environ = {"wsgi.input": BytesIO(b"123456"), "wsgi.input_terminated": True}
    assert seen_by_django(environ) == ("4", b"1234")
