"""`POST /sms/conversions/v1`: a customer's server tells which codes were used.

A call of our own, beside the documented ones; it takes and answers JSON as they do.
"""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from common.codes import SUCCESS, api_code
from messaging.services import conversions
from messaging.services.timeline import LONGEST_NUMBER

from .answers import ALL_FAILED, ApiRefusal
from .credentials import Credentials

MOST = 500
UNKNOWN = "E000503"
"""The status of a `smsMsgId` that the application has not sent, or not lately."""


def tell(request: HttpRequest, caller: Credentials) -> str:
    """Keep what the call tells and return its answer; raises `ApiRefusal` for a wrong document."""
    told = _read(request.body)
    names = {sms_msg_id: _parsed(sms_msg_id) for sms_msg_id, _used in told}
    used: dict[tuple[UUID, int], bool] = {}
    for sms_msg_id, is_used in told:
        if name := names[sms_msg_id]:
            used[name] = used.get(name, False) or is_used
    known = conversions.tell(application_id=caller.application_id, used=used) if used else set()
    result = [
        {
            "smsMsgId": sms_msg_id,
            "status": SUCCESS if (name := names[sms_msg_id]) and name[1] in known else UNKNOWN,
        }
        for sms_msg_id, _used in told
    ]
    code = SUCCESS if known else ALL_FAILED
    answer = {"result": result, "code": code, "description": api_code(code).description}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _read(body: bytes) -> list[tuple[str, bool]]:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ApiRefusal("E000000", "the body is not JSON") from None
    told = document.get("conversions") if isinstance(document, dict) else None
    if not isinstance(told, list) or not told:
        raise ApiRefusal("E000503", "conversions is missing, empty or not an array")
    if len(told) > MOST:
        raise ApiRefusal("E000503", f"conversions holds {len(told)}; at most {MOST} are allowed")
    return [_conversion(one) for one in told]


def _conversion(one: Any) -> tuple[str, bool]:
    sms_msg_id = one.get("smsMsgId") if isinstance(one, dict) else None
    if not isinstance(sms_msg_id, str):
        raise ApiRefusal("E000503", "an element of conversions has no smsMsgId")
    is_used = one.get("used", True)
    if not isinstance(is_used, bool):
        raise ApiRefusal("E000503", "used is neither true nor false")
    return sms_msg_id, is_used


def _parsed(sms_msg_id: str) -> tuple[UUID, int] | None:
    uuid, _separator, number = sms_msg_id.rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    try:
        return UUID(uuid), int(number)
    except ValueError:
        return None
