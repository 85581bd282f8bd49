import pytest

from common.http1.request import InvalidUrlError, Place, layout

HOST = "sms.example.com"


def request(url: str, headers: dict[str, str], body: bytes = b"x") -> bytes:
    return layout(url, tuple(headers), "text/plain").filled(headers.values(), body)


def test_a_request_byte_by_byte() -> None:
    sent = request(
        "https://SMS.example.com:8443/a%20b/%E7%9F%AD?c=%s&d=100%25#e",
        {"Content-Type": "application/json", "X-Name": "100 % 值"},
        "{}短".encode(),
    )
    assert sent == (
        b"POST /a%20b/%E7%9F%AD?c=%25s&d=100%25 HTTP/1.1\r\n"
        b"Host: sms.example.com:8443\r\n"
        b"User-Agent: SMS-Console\r\n"
        b"Accept-Encoding: identity\r\n"
        b"Accept: */*\r\n"
        b"Content-Type: application/json\r\n"
        b"X-Name: 100 % \xe5\x80\xbc\r\n"
        b"Content-Length: 5\r\n"
        b"\r\n"
        b"{}\xe7\x9f\xad"
    )


@pytest.mark.parametrize(
    ("url", "place", "host"),
    [
        ("http://sms.example.com", Place(False, HOST, 80), b"sms.example.com"),
        ("http://sms.example.com:80/", Place(False, HOST, 80), b"sms.example.com"),
        ("https://sms.example.com:443/", Place(True, HOST, 443), b"sms.example.com"),
        ("https://sms.example.com:80/", Place(True, HOST, 80), b"sms.example.com:80"),
        ("http://[2001:DB8::1]/", Place(False, "2001:db8::1", 80), b"[2001:db8::1]"),
        ("http://[::1]:8001/", Place(False, "::1", 8001), b"[::1]:8001"),
        (
            "http://例子.中国/",
            Place(False, "xn--fsqu00a.xn--fiqs8s", 80),
            b"xn--fsqu00a.xn--fiqs8s",
        ),
    ],
)
def test_where_it_goes(url: str, place: Place, host: bytes) -> None:
    assert layout(url, (), None).place == place
    assert b"\r\nHost: " + host + b"\r\n" in request(url, {})


def test_the_type_of_a_body_is_told_unless_the_caller_tells_it() -> None:
    url = "http://sms.example.com/"
    assert b"\r\nContent-Type: text/plain\r\n" in request(url, {})
    assert request(url, {"content-type": "a/b"}).lower().count(b"content-type") == 1
    assert b"Content-Type" not in layout(url, (), None).filled((), b"")


def test_headers_of_the_caller_win_over_ours() -> None:
    sent = request("http://sms.example.com/", {"host": "other.example.com", "USER-AGENT": "x"})
    assert b"SMS-Console" not in sent
    assert b"\r\nhost: other.example.com\r\n" in sent
    assert sent.lower().count(b"host:") == 1


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\n", "\ra", "a\0", "a\r\n\r\nPOST / HTTP/1.1"])
def test_a_value_cannot_begin_another_line(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        request("http://sms.example.com/", {"X": value})


@pytest.mark.parametrize(
    "name",
    [
        "",
        "X Y",
        "X:",
        "X\r\nY",
        "名",
        "Content-Length",
        "transfer-encoding",
        "Connection",
        "Expect",
    ],
)
def test_names_that_cannot_be_sent(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        request("http://sms.example.com/", {name: "1"})


@pytest.mark.parametrize(
    "url",
    [
        "http://user:pass@sms.example.com/",
        "http://user@sms.example.com/",
        "http://sms.example.com/\r\nX: y",
        "http://sms.example.com/a b",
        "http://sms.example.com\\@127.0.0.1/",
        "ftp://sms.example.com/",
        "//sms.example.com/",
        "http:///report",
        "http://a..b/",
        "http://sms.example.com:65536/",
    ],
)
def test_urls_that_lead_nowhere(url: str) -> None:
    with pytest.raises(InvalidUrlError):
        layout(url, (), None)
