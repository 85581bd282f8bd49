"""Numbers that nobody may send to: complaints, and the platform's own list (ruling 38)."""

from collections.abc import Sequence

from django.conf import settings

from common.expiring import Expiring
from common.sql import slice_cursor
from messaging.models import BlockedNumber

CODES: dict[str, str] = {
    BlockedNumber.Kind.PLATFORM: "SC:0003",
    BlockedNumber.Kind.COMPLAINT: "SC:0005",
}

_LISTED = """
SELECT recipient, kind FROM messaging_blockednumber
WHERE recipient = ANY(%(recipients)s::text[]) AND is_active
"""


def block(recipients: Sequence[str | None], blocked: Sequence[str | None]) -> Sequence[str | None]:
    """The codes that block each recipient, those in `blocked` kept; empty for none.

    One query, none while nothing is listed.
    """
    if not _is_any.get(None):
        return blocked
    with slice_cursor() as cursor:
        cursor.execute(_LISTED, {"recipients": [number for number in recipients if number]})
        found = {recipient: CODES[kind] for recipient, kind in cursor.fetchall()}
    if not found:
        return blocked
    before = blocked or [None] * len(recipients)
    return [
        code or found.get(number or "") for number, code in zip(recipients, before, strict=True)
    ]


def forget() -> None:
    """Drop what this process remembers of the lists."""
    _is_any.clear()


def _load(_key: None) -> bool:
    return BlockedNumber.objects.filter(is_active=True).exists()


_is_any = Expiring(_load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))
