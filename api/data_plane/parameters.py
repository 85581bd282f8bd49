"""The parameters of `batchSendSms`, read from form and query and checked (spec data-plane §1.2)."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from common.errors import Refusal
from common.numbers import Recipients, parse_recipients
from common.outbound import check_url

from .answers import ApiRefusal

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class SendParameters:
    """One template for many numbers; empty optional parameters are absent (ruling 5)."""

    sender: str
    to: list[str]
    recipients: Recipients
    template_id: str
    values: list[str]
    status_callback: str
    extend: str
    signature: str


def read(request: HttpRequest) -> SendParameters:
    """Read and check; raise `ApiRefusal` naming the parameter and its rule."""
    query, form = request.GET, request.POST

    def field(name: str, longest: int, *, required: bool = False) -> str:
        value = form.get(name) or query.get(name) or ""
        if required and not value:
            raise ApiRefusal("E000503", f"{name} is missing")
        if len(value) > longest:
            raise ApiRefusal("E000503", f"{name} has more than {longest} characters")
        if "\x00" in value:
            raise ApiRefusal("E000503", f"{name} holds a NUL character")
        return value

    to, recipients = _recipients(field("to", 22 * 10_000, required=True))
    return SendParameters(
        sender=field("from", 21),
        to=to,
        recipients=recipients,
        template_id=field("templateId", 32, required=True),
        values=_values(field("templateParas", 100_000)),
        status_callback=_callback(field("statusCallback", 10_000)),
        extend=_extend(field("extend", 10_000)),
        signature=field("signature", 32),
    )


def _recipients(text: str) -> tuple[list[str], Recipients]:
    limit = settings.SMS_NUMBERS_PER_REQUEST
    to = text.split(",")
    if len(to) > limit:
        raise ApiRefusal("E000503", f"to holds {len(to)} numbers; at most {limit} are allowed")
    recipients = parse_recipients(to)
    if recipients.has_illegal:
        raise ApiRefusal("E000503", "to holds a character other than digits, + and commas")
    return to, recipients


def _values(text: str) -> list[str]:
    if not text.strip():
        return []
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ApiRefusal("E000000", 'templateParas is not a JSON array such as ["1","2"]') from None
    if not isinstance(values, list) or not all(_is_value(value) for value in values):
        raise ApiRefusal("E000000", "templateParas is not a JSON array of strings")
    return [str(value) for value in values]


def _is_value(value: object) -> bool:
    # An unquoted number is taken as it was understood, without its leading zeros (documented FAQ).
    return isinstance(value, str | int) and not isinstance(value, bool)


def _callback(url: str) -> str:
    if url:
        try:
            check_url(url, field="statusCallback")
        except Refusal as refusal:
            raise ApiRefusal("E000503", f"statusCallback: {refusal}") from None
    return url


def _extend(text: str) -> str:
    if len(text.encode(errors="replace")) > 128:
        raise ApiRefusal("E000503", "extend has more than 128 bytes")
    if "{" in text or "}" in text:
        raise ApiRefusal("E000503", "extend holds { or }")
    return text
