"""What the send API answers: result codes, per-number results, JSON on the wire."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from common.clock import utc_stamp
from common.codes import SUCCESS, api_code

CONTENT_TYPE = "application/json;charset=UTF-8"
ALL_FAILED = "E000510"
DESCRIPTION_LIMIT = 512


class ApiRefusal(Exception):
    """The whole request is refused with a code of `api_error_codes.csv`; nothing was stored.

    `detail` is added to the code's text: it names the parameter and the rule.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def response(self) -> HttpResponse:
        row = api_code(self.code)
        description = f"{row.description}: {self.detail}" if self.detail else row.description
        body = {"code": self.code, "description": description[:DESCRIPTION_LIMIT]}
        return _json(body, status=row.http_status)


def answer(
    *,
    sms_msg_ids: Sequence[str],
    statuses: Sequence[str],
    origin_to: Sequence[str],
    countries: Sequence[str],
    sender: str,
    created_at: datetime,
    total: int,
) -> HttpResponse:
    """The documented answer, one element per number in request order (spec data-plane §1.4).

    HTTP 200 also when every number failed; the request code is `E000510` then (ruling 2).
    """
    created = utc_stamp(created_at)
    result = [
        {
            "total": total,
            "originTo": number,
            "createTime": created,
            "from": sender,
            "smsMsgId": sms_msg_id,
            "countryId": country,
            "status": status,
        }
        for sms_msg_id, status, number, country in zip(
            sms_msg_ids, statuses, origin_to, countries, strict=True
        )
    ]
    code = SUCCESS if SUCCESS in statuses else ALL_FAILED
    return _json({"result": result, "code": code, "description": api_code(code).description})


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type=CONTENT_TYPE, status=status)
