"""What the send API answers: result codes, per-number results, JSON on the wire."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import repeat
from json.encoder import encode_basestring as _quoted
from typing import Any

from django.http import HttpResponse

from common.clock import utc_stamp
from common.codes import SUCCESS, api_code

CONTENT_TYPE = "application/json;charset=UTF-8"
ALL_FAILED = "E000510"
DESCRIPTION_LIMIT = 512


class ApiRefusal(Exception):
    """The whole request is refused with a code of `api_error_codes.csv`; nothing was stored.

    `detail` is added to the code's text: it names the parameter and the rule. `http_status` is
    the code's own unless it is given.
    """

    def __init__(self, code: str, detail: str = "", *, http_status: int | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.http_status = http_status

    def response(self) -> HttpResponse:
        row = api_code(self.code)
        description = f"{row.description}: {self.detail}" if self.detail else row.description
        body = {"code": self.code, "description": description[:DESCRIPTION_LIMIT]}
        return json_response(_text(body), status=self.http_status or row.http_status)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of the numbers of one content, column by column, in the order of its `to`.

    The `smsMsgId` of position i is ``{id_prefix}{first_id + i}``.
    """

    id_prefix: str
    first_id: int
    statuses: Sequence[str]
    origin_to: Sequence[str]
    countries: Sequence[str]
    """ISO 3166 codes, empty where a number has none."""
    sender: str
    total: int


def answer(contents: Sequence[Results], created_at: datetime) -> str:
    """The documented answer, one element per number in request order (spec data-plane §1.4).

    Written as text: an object per number would take several times as long.
    """
    created = utc_stamp(created_at)
    result = ",".join([_elements(content, created) for content in contents])
    is_any_accepted = any(SUCCESS in content.statuses for content in contents)
    code = SUCCESS if is_any_accepted else ALL_FAILED
    return f'{{"result":[{result}],{_ending(code)}'


@cache
def _ending(code: str) -> str:
    return _text({"code": code, "description": api_code(code).description})[1:]


def json_response(text: str, *, status: int = 200) -> HttpResponse:
    """An answer as it goes out; 200 also when every number failed (ruling 2)."""
    body = text.encode()
    headers = {"Content-Type": CONTENT_TYPE, "Content-Length": str(len(body))}
    return HttpResponse(body, headers=headers, status=status)


def _elements(content: Results, created: str) -> str:
    """The elements of a content; those of one status and country differ in two values only."""
    start = f'{{"total":{content.total},"originTo":'
    sender = _quoted(content.sender)
    middle = f',"createTime":"{created}","from":{sender},"smsMsgId":"{content.id_prefix}'
    numbers = map(_quoted, content.origin_to)
    ids = range(content.first_id, content.first_id + len(content.origin_to))
    values = zip(numbers, ids, _endings(content), strict=False)
    elements = [f"{number}{middle}{pk}{end}" for number, pk, end in values]
    return f"{start}{f',{start}'.join(elements)}"


def _endings(content: Results) -> Iterable[str]:
    """How the element of each number ends; without end where all of them end alike."""
    countries, statuses = set(content.countries), set(content.statuses)
    ends = {
        (country, status): f'",{_place(country)}"status":"{status}"}}'
        for country in countries
        for status in statuses
    }
    if len(ends) == 1:
        return repeat(*ends.values())
    return map(ends.__getitem__, zip(content.countries, content.statuses, strict=True))


def _place(country: str) -> str:
    return f'"countryId":"{country}",' if country else ""


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
