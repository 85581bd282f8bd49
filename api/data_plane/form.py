"""`batchSendSms`: one template for many numbers, as form fields (spec data-plane §1.2)."""

import json
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest

from common.numbers import Recipients, parse_recipients

from .answers import ApiRefusal
from .parameters import (
    SENDER_LENGTH,
    SIGNATURE_LENGTH,
    TEMPLATE_ID_LENGTH,
    Content,
    SendParameters,
    check_count,
    checked_callback,
    checked_extend,
    checked_text,
    checked_values,
)

MEDIA_TYPE = "application/x-www-form-urlencoded"
FIELDS = frozenset(
    ("from", "to", "templateId", "templateParas", "statusCallback", "extend", "signature")
)
FIELD_LIMIT = 100


def read(request: HttpRequest) -> SendParameters:
    """Read and check; raise `ApiRefusal` naming the parameter and its rule.

    The body is UTF-8 whatever charset it claims; fields may stand in the query, too (ruling 5).
    """
    fields = _fields("the query", request.META.get("QUERY_STRING", "").encode("latin-1"))
    body = _fields("the body", request.body)
    fields |= {name: value for name, value in body.items() if value}
    to, recipients = _recipients(_required(fields, "to"))
    template_id = checked_text("templateId", _required(fields, "templateId"), TEMPLATE_ID_LENGTH)
    return SendParameters(
        sender=checked_text("from", fields.get("from", ""), SENDER_LENGTH),
        status_callback=checked_callback(fields.get("statusCallback", "")),
        extend=checked_extend(fields.get("extend", "")),
        contents=[
            Content(
                to=to,
                recipients=recipients,
                template_id=template_id,
                values=_values(fields.get("templateParas", "")),
                signature=checked_text("signature", fields.get("signature", ""), SIGNATURE_LENGTH),
            )
        ],
    )


def _fields(where: str, encoded: bytes) -> dict[str, str]:
    if not encoded:
        return {}
    if encoded.count(b"&") >= FIELD_LIMIT:
        raise ApiRefusal("E000503", f"{where} has more than {FIELD_LIMIT} fields")
    fields: dict[str, str] = {}
    try:
        for pair in encoded.decode().split("&"):
            quoted_name, _, quoted_value = pair.partition("=")
            name, value = _unquoted(quoted_name), _unquoted(quoted_value)
            if name in fields:
                raise ApiRefusal("E000503", f"{name} is given more than once")
            if name in FIELDS:
                fields[name] = value
    except UnicodeDecodeError:
        raise ApiRefusal("E000000", f"{where} is not UTF-8") from None
    return fields


def _unquoted(text: str) -> str:
    """Decode a name or a value; `+` and `,`, of which `to` is full, by means that are quick."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    for escape, character in _FREQUENT:
        text = text.replace(escape, character)
    return unquote(text, errors="strict") if "%" in text else text


_FREQUENT = (("%2B", "+"), ("%2b", "+"), ("%2C", ","), ("%2c", ","))


def _required(fields: dict[str, str], name: str) -> str:
    if value := fields.get(name):
        return value
    raise ApiRefusal("E000503", f"{name} is missing")


def _recipients(text: str) -> tuple[list[str], Recipients]:
    check_count(text.count(",") + 1, settings.SMS_NUMBERS_PER_REQUEST, "to")
    to = text.split(",")
    recipients = parse_recipients(to)
    if recipients.has_illegal:
        raise ApiRefusal("E000503", "to holds a character other than digits, + and commas")
    return to, recipients


def _values(text: str) -> list[str] | None:
    if not text.strip():
        return []
    checked_text("templateParas", text)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ApiRefusal("E000000", 'templateParas is not a JSON array such as ["1","2"]') from None
    if not isinstance(values, list):
        raise ApiRefusal("E000000", 'templateParas is not a JSON array such as ["1","2"]')
    return checked_values(values)
