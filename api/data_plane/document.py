"""`batchSendDiffSms`: several contents in one call, as a JSON document (spec data-plane §2)."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common.numbers import parse_recipients

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

MEDIA_TYPE = "application/json"
CONTENT_BYTES = 64 * 1024
"""The documented limit of `smsContent`, measured without blanks and escapes."""

Object = dict[str, Any]


def read(request: HttpRequest) -> SendParameters:
    """Read and check; raise `ApiRefusal` naming the parameter and its rule.

    What concerns the form of the document refuses the whole call; what concerns the sending of
    one content (its template, values, numbers) is left to be answered for that content alone.
    """
    body = request.body
    document = _parsed(body)
    contents = _array(document, "smsContent")
    if len(body) > CONTENT_BYTES and _size(contents) > CONTENT_BYTES:
        raise ApiRefusal("E000503", f"smsContent has more than {CONTENT_BYTES} bytes")
    parameters = SendParameters(
        sender=_text(document, "from", SENDER_LENGTH),
        status_callback=checked_callback(_text(document, "statusCallback")),
        extend=checked_extend(_text(document, "extend")),
        contents=[_content(content) for content in contents],
    )
    total = sum(len(content.to) for content in parameters.contents)
    check_count(total, settings.SMS_NUMBERS_PER_DIFF_REQUEST, "smsContent")
    return parameters


def _content(content: object) -> Content:
    if not isinstance(content, dict):
        raise ApiRefusal("E000503", "smsContent holds something that is no object")
    to = _array(content, "to")
    if not all(isinstance(number, str) for number in to):
        raise ApiRefusal("E000503", "to holds a number that is not in quotation marks")
    check_count(len(to), settings.SMS_NUMBERS_PER_REQUEST, "to")
    checked_text("to", "".join(to))
    template_id = _text(content, "templateId", TEMPLATE_ID_LENGTH)
    if not template_id:
        raise ApiRefusal("E000503", "templateId is missing")
    values = content.get("templateParas") or []
    if not isinstance(values, list):
        raise ApiRefusal("E000000", 'templateParas is not an array such as ["1","2"]')
    return Content(
        to=to,
        recipients=parse_recipients(to),
        template_id=template_id,
        values=checked_values(values),
        signature=_text(content, "signature", SIGNATURE_LENGTH),
    )


def _parsed(body: bytes) -> Object:
    try:
        document = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise ApiRefusal("E000000", "the body is not UTF-8") from None
    except (ValueError, RecursionError):  # malformed, or nested too deeply
        raise ApiRefusal("E000000", "the body is not JSON") from None
    if not isinstance(document, dict):
        raise ApiRefusal("E000000", "the body is not a JSON object")
    return document


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ApiRefusal("E000503", "a name is given more than once in one object")
    return found


def _array(document: Object, name: str) -> list[Any]:
    value = document.get(name)
    if not value:
        raise ApiRefusal("E000503", f"{name} is missing or empty")
    if not isinstance(value, list):
        raise ApiRefusal("E000503", f"{name} is not an array")
    return value


def _text(document: Object, name: str, longest: int | None = None) -> str:
    """An optional text; null and a missing one are empty."""
    value = document.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiRefusal("E000503", f"{name} is not a text in quotation marks")
    return checked_text(name, value, longest)


def _size(contents: list[Any]) -> int:
    try:
        text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise ApiRefusal("E000000", "the body is not JSON") from None
    return len(text.encode(errors="replace"))
