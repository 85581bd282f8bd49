"""The pull API: status reports for systems that cannot be called (docs/api/events.md)."""

import json
import re
from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api.data_plane.answers import ApiRefusal, json_response
from api.data_plane.authentication import authenticate
from common.codes import SUCCESS, api_code
from messaging.services.status_report import Position, StatusReport, reports_after

USUAL_LIMIT = 100
HIGHEST_LIMIT = 1000

_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})-([0-9]{1,4})")


@csrf_exempt
@login_not_required
def status_reports(request: HttpRequest) -> HttpResponse:
    """`GET /sms/events/v1`: the calling application's reports behind the cursor `after`."""
    try:
        if request.method != "GET":
            raise ApiRefusal("E000027", "this address takes GET only")
        caller = authenticate(request)
        position, limit = _position(request), _limit(request)
    except ApiRefusal as refusal:
        return refusal.response()
    found = reports_after(
        customer_id=caller.customer_id,
        application_id=caller.application_id,
        position=position,
        limit=limit,
    )
    return json_response(_answer(found, position))


def _answer(found: Sequence[tuple[Position, StatusReport]], position: Position) -> str:
    last = found[-1][0] if found else position
    body = {
        "code": SUCCESS,
        "description": api_code(SUCCESS).description,
        "statusReportList": [report.form() for _, report in found],
        "next": f"{last.recorded_in}-{last.message_id}-{last.sequence}",
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _position(request: HttpRequest) -> Position:
    after = request.GET.get("after", "")
    if not after:
        return Position()
    parts = _CURSOR.fullmatch(after)
    if parts is None:
        raise ApiRefusal("E000503", "after is not a cursor; send `next` of the last answer")
    return Position(*map(int, parts.groups()))


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", "")
    if not text:
        return USUAL_LIMIT
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= HIGHEST_LIMIT:
        raise ApiRefusal("E000503", f"limit is a number from 1 to {HIGHEST_LIMIT}")
    return int(text)
