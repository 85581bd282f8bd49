"""Addresses that customers give us to push reports and replies to."""

from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

LONGEST = 255
"""Characters of a callback address (ruling 34)."""


def checked_address(url: str, *, field: str) -> str:
    """Return the address without surrounding blanks; empty means "none".

    Refuses what is not an http or https URL with a host, of at most 255 characters. Whether the
    host may be reached is decided when it is called, not here.
    """
    url = url.strip()
    if not url:
        return ""
    if len(url) > LONGEST:
        raise Refusal(
            "address_length",
            _("The address has %(length)s characters; at most %(longest)s are possible."),
            field=field,
            params={"length": len(url), "longest": LONGEST},
        )
    if not _is_http(url):
        raise Refusal(
            "address_form",
            _("“%(url)s” is no http or https address. Write it as https://example.com/reports."),
            field=field,
            params={"url": url},
        )
    return url


def _is_http(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts: SplitResult = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 literal
        return False
