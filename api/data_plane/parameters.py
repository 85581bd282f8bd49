"""The parameters of both calls, whatever they came in, and the rules they share.

Spec data-plane §1.2 and §2; every mistake is an `ApiRefusal` that names the parameter.
"""

from dataclasses import dataclass

from django.utils import translation

from common.errors import Refusal
from common.numbers import Recipients
from common.outbound import check_url

from .answers import ApiRefusal

SENDER_LENGTH = 21
TEMPLATE_ID_LENGTH = 32
SIGNATURE_LENGTH = 32
EXTEND_BYTES = 128


@dataclass(frozen=True, slots=True)
class Content:
    """One text for some numbers. `values` is None when they can fit no template."""

    to: list[str]
    recipients: Recipients
    template_id: str
    values: list[str] | None
    signature: str


@dataclass(frozen=True, slots=True)
class SendParameters:
    """A call; empty optional parameters are absent (ruling 5)."""

    sender: str
    status_callback: str
    extend: str
    contents: list[Content]


def checked_text(name: str, value: str, longest: int | None = None) -> str:
    """Return a text that can be stored: not too long, no NUL character, no half characters."""
    if longest is not None and len(value) > longest:
        raise ApiRefusal("E000503", f"{name} has more than {longest} characters")
    if not _is_storable(value):
        raise ApiRefusal("E000503", f"{name} holds a character that is none")
    return value


def checked_values(values: list[object]) -> list[str] | None:
    """Return the values of a template's variables, or None when one is no text (→ `E200028`).

    An unquoted number is taken as it was understood, without leading zeros (a documented FAQ).
    """
    texts = []
    for value in values:
        if not isinstance(value, str | int) or isinstance(value, bool):
            return None
        texts.append(checked_text("templateParas", str(value)))
    return texts


def checked_callback(url: str) -> str:
    """Return an address that we could call, or an empty one."""
    if not url:
        return ""
    try:
        check_url(checked_text("statusCallback", url), field="statusCallback")
    except Refusal as refusal:
        with translation.override("en"):
            raise ApiRefusal("E000503", f"statusCallback: {refusal}") from None
    return url


def checked_extend(text: str) -> str:
    """Return the customer's own data: at most 128 bytes without braces."""
    checked_text("extend", text, EXTEND_BYTES)
    if len(text.encode()) > EXTEND_BYTES:
        raise ApiRefusal("E000503", f"extend has more than {EXTEND_BYTES} bytes")
    if "{" in text or "}" in text:
        raise ApiRefusal("E000503", "extend holds { or }")
    return text


def check_count(count: int, limit: int, where: str) -> None:
    """Refuse more numbers than `limit` in the call or in one of its contents (ruling 1)."""
    if count > limit:
        raise ApiRefusal("E000503", f"{where} holds {count} numbers; at most {limit} are allowed")


def _is_storable(text: str) -> bool:
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can smuggle half a surrogate pair in
        return False
    return True
