"""`sms-console send` and `sms-console reports`: what applications do."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from . import showing
from .calls import AccountApi, SendApi
from .configuration import Configuration
from .errors import Exit, misconfigured

MOST_NUMBERS = 500
"""Numbers of one call; more go in several."""

_SEND = "/sms/batchSendSms/v1"
_PULL = "/sms/events/v1"
_SENT = "000000"
_SENT_COLUMNS = {"originTo": "NUMBER", "status": "STATUS", "smsMsgId": "SMSMSGID"}
_REPORT_COLUMNS = {
    "updateTime": "REPORTED AT (UTC)",
    "status": "STATUS",
    "statusDesc": "MEANING",
    "smsMsgId": "SMSMSGID",
}
_STEP_COLUMNS = {"time": "TIME", "title": "STEP", "detail": "DETAIL"}


def send(given: argparse.Namespace, configuration: Configuration) -> int:
    """Send a template to some numbers; not done unless each of them was accepted."""
    sender = given.sender or configuration.sender
    fields = {
        "from": sender,
        "templateId": given.template,
        "templateParas": json.dumps(given.values, ensure_ascii=False) if given.values else "",
        "signature": given.signature,
        "statusCallback": given.callback,
        "extend": given.extend,
    }
    if not sender:
        raise misconfigured(
            "No channel number was given.", hint="Add --from, or set SMS_CONSOLE_SENDER."
        )
    api = SendApi(configuration)
    filled = {name: value for name, value in fields.items() if value}
    results: list[dict[str, Any]] = []
    for turn, numbers in enumerate(_slices(given.numbers)):
        key = f"{given.key}-{turn}" if given.key and turn else given.key
        answer = api.post(_SEND, filled | {"to": ",".join(numbers)}, key=key)
        results += answer.get("result", [])
    failed = sum(one["status"] != _SENT for one in results)
    if given.json:
        showing.as_json(results)
    else:
        showing.table(results, _SENT_COLUMNS)
        showing.say(f"{len(results) - failed} accepted, {failed} not.")
    return Exit.REFUSED if failed else Exit.DONE


def pull(given: argparse.Namespace, configuration: Configuration) -> int:
    """Fetch status reports behind a cursor; `next` is the cursor to go on with."""
    api = SendApi(configuration)
    after, reports = given.after, []
    while True:
        query = {"limit": given.limit} | ({"after": after} if after else {})
        answer = api.get(_PULL, query)
        found, after = answer["statusReportList"], answer["next"]
        reports += found
        if not given.all or len(found) < given.limit:
            break
    if given.json:
        showing.as_json({"reports": reports, "next": after})
    else:
        showing.table(reports, _REPORT_COLUMNS)
        showing.say(f"Go on with --after {after}")
    return Exit.DONE


def explain(given: argparse.Namespace, configuration: Configuration) -> int:
    """Show what happened to a message; with `--wait` once nothing more is expected."""
    api = AccountApi(configuration)
    deadline = time.monotonic() + given.wait
    message = api.console("GET", f"messages/{given.sms_msg_id}")
    while not message["is_settled"] and time.monotonic() < deadline:
        time.sleep(1)
        message = api.console("GET", f"messages/{given.sms_msg_id}")
    if given.json:
        showing.as_json(message)
    else:
        showing.facts(
            {
                "number": message["number"],
                "state": message["state"],
                "code": message["code"],
                "why": message["verdict"],
                "to do": message["remedy"],
            }
        )
        showing.table(message["steps"], _STEP_COLUMNS)
    if given.wait and not message["is_settled"]:
        return Exit.STILL_RUNNING
    return Exit.REFUSED if message["result"] == "failed" else Exit.DONE


def _slices(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), MOST_NUMBERS):
        yield numbers[start : start + MOST_NUMBERS]
