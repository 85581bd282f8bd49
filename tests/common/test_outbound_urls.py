import pytest

from common.errors import Refusal
from common.outbound import check_url


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example.com",
        "https://sms.example.com:8443/report?a=b#c",
        "HTTPS://SMS.EXAMPLE.COM/",
        "http://127.0.0.1:8001/report",
        "http://[::1]/report",
        "http://例子.中国/回调",
        "https://example.com/" + "a" * 235,
    ],
)
def test_check_url_takes_what_can_be_called(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("https://example.com/" + "a" * 236, "url_too_long", "has 256 characters"),
        ("", "url_malformed", "https://sms.example.com/report"),
        ("sms.example.com/report", "url_malformed", "complete"),
        ("http://", "url_malformed", "complete"),
        ("http:///report", "url_malformed", "complete"),
        ("https://exa mple.com/", "url_malformed", "complete"),
        ("https://example.com/\r\nX: y", "url_malformed", "complete"),
        ("https://example.com\\@127.0.0.1/", "url_malformed", "complete"),
        ("http://example.com:99999/", "url_malformed", "complete"),
        ("http://[::1/", "url_malformed", "complete"),
        (f"http://{'a' * 64}.com/", "url_malformed", "complete"),
        ("http://a..b/", "url_malformed", "complete"),
        ("ftp://example.com/", "url_scheme", "“ftp:”"),
        ("file://host/etc/passwd", "url_scheme", "“file:”"),
        ("http://user:pass@example.com/", "url_credentials", "before the @"),
        ("http://user@example.com/", "url_credentials", "before the @"),
    ],
)
def test_check_url_says_what_is_wrong(url: str, code: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_url(url, field="status_callback")
    assert caught.value.code == code
    assert caught.value.field == "status_callback"
    assert words in str(caught.value)
