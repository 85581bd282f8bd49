"""`sms-console groups`: messages to many numbers, from the list to the last result."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from . import showing
from .calls import AccountApi, Upload
from .configuration import Configuration
from .errors import ClientError, Exit, misconfigured

LOOK_S = 1.0
"""How often a task that is followed is looked at."""

_CHECKING, _FAILED, _SUCCEEDED = "checking", "failed", "succeeded"
_COLUMNS = {
    "id": "ID",
    "name": "NAME",
    "state": "STATE",
    "numbers": "NUMBERS",
    "delivered": "DELIVERED",
    "failed": "FAILED",
    "create_time": "CREATED",
}
_NUMBER_COLUMNS = {
    "line": "LINE",
    "number": "NUMBER",
    "outcome": "OUTCOME",
    "code": "CODE",
    "sms_msg_id": "SMSMSGID",
}
_PROBLEM_COLUMNS = {"line": "LINE", "value": "VALUE", "reason": "REASON"}
_PAGE = 500


def create(given: argparse.Namespace, configuration: Configuration) -> int:
    """Make a task; with `--start` also start it once its list is checked."""
    api = AccountApi(configuration)
    fields = {"name": given.name, "template_id": given.template, "sign_id": given.signature}
    filled: dict[str, Any] = {name: value for name, value in fields.items() if value}
    if given.rate:
        filled["rate"] = given.rate
    if given.file:
        texts = {name: str(value) for name, value in filled.items()}
        task = api.upload("groups", texts, _file(given.file), key=given.key)
    else:
        body = filled | {"numbers": given.numbers}
        task = api.console("POST", "groups", body, key=given.key)
    if given.start is None and not given.follow:
        return _end(task, given)
    task = _checked(api, task["id"], given)
    if given.start is None:
        return _end(task, given)
    return _start(api, task["id"], given)


def start(given: argparse.Namespace, configuration: Configuration) -> int:
    return _start(AccountApi(configuration), given.id, given)


def show(given: argparse.Namespace, configuration: Configuration) -> int:
    return _end(AccountApi(configuration).console("GET", f"groups/{given.id}"), given)


def follow(given: argparse.Namespace, configuration: Configuration) -> int:
    return _follow(AccountApi(configuration), given.id, given)


def step(given: argparse.Namespace, configuration: Configuration) -> int:
    """Cancel, pause, resume or stop, as the command is called."""
    api = AccountApi(configuration)
    return _end(api.console("POST", f"groups/{given.id}/{given.step}"), given)


def delete(given: argparse.Namespace, configuration: Configuration) -> int:
    AccountApi(configuration).console("DELETE", f"groups/{given.id}")
    if not given.json:
        showing.say("Deleted.")
    return Exit.DONE


def list_(given: argparse.Namespace, configuration: Configuration) -> int:
    found = AccountApi(configuration).console(
        "GET",
        "groups",
        limit=given.limit,
        offset=given.offset,
        name=given.name or None,
        state=given.state or None,
    )
    if given.json:
        showing.as_json(found)
        return Exit.DONE
    rows = [row | row["counts"] | {"numbers": row["rows"]["valid"]} for row in found["results"]]
    showing.table(rows, _COLUMNS)
    return Exit.DONE


def numbers(given: argparse.Namespace, configuration: Configuration) -> int:
    """What became of each number, all pages of it."""
    query = {"outcome": given.outcome or None, "code": given.code or None}
    return _pages(given, configuration, "numbers", _NUMBER_COLUMNS, query)


def problems(given: argparse.Namespace, configuration: Configuration) -> int:
    """The rows that are not sent, all pages of them."""
    return _pages(given, configuration, "problems", _PROBLEM_COLUMNS, {})


def _pages(
    given: argparse.Namespace,
    configuration: Configuration,
    what: str,
    columns: dict[str, str],
    query: dict[str, Any],
) -> int:
    api = AccountApi(configuration)
    rows: list[dict[str, Any]] = []
    after = 0
    while after is not None:
        page = api.console("GET", f"groups/{given.id}/{what}", limit=_PAGE, after=after, **query)
        rows += page["results"]
        after = page["next"]
    if given.json:
        showing.as_json(rows)
    else:
        showing.table(rows, columns)
    return Exit.DONE


def _start(api: AccountApi, id: str, given: argparse.Namespace) -> int:
    body: dict[str, Any] = {"accept_problems": given.accept_problems}
    if given.start not in (None, "now"):
        body["scheduled_at"] = given.start
    task = api.console("POST", f"groups/{id}/start", body)
    return _follow(api, id, given) if given.follow else _end(task, given)


def _checked(api: AccountApi, id: str, given: argparse.Namespace) -> dict[str, Any]:
    """Wait until the list is checked; raises `ClientError` when it cannot be sent at all."""
    task = _watch(api, id, given, lambda seen: seen["state"] != _CHECKING)
    if task["state"] == _FAILED:
        raise ClientError(f"The list cannot be sent: {task['failure']}")
    return task


def _follow(api: AccountApi, id: str, given: argparse.Namespace) -> int:
    """Watch a task until nothing of it changes any more; done when each number got its message."""
    task = _watch(api, id, given, lambda seen: bool(seen["is_settled"]))
    _end(task, given)
    is_good = task["state"] == _SUCCEEDED and not task["counts"]["failed"]
    return Exit.DONE if is_good else Exit.REFUSED


def _watch(api: AccountApi, id: str, given: argparse.Namespace, is_over: Any) -> dict[str, Any]:
    """Look again and again, drawing what is seen; raises `ClientError` when the time is over."""
    bar = showing.ProgressBar()
    deadline = time.monotonic() + given.timeout if given.timeout else None
    try:
        while True:
            task: dict[str, Any] = api.console("GET", f"groups/{id}")
            bar.show(task)
            if is_over(task):
                return task
            if deadline is not None and time.monotonic() >= deadline:
                raise ClientError(
                    f"The task {id} has not ended after {given.timeout} seconds.",
                    hint=f"It goes on. Watch it with: sms-console groups follow {id}",
                    exit_code=Exit.STILL_RUNNING,
                )
            time.sleep(LOOK_S)
    finally:
        bar.end()


def _end(task: dict[str, Any], given: argparse.Namespace) -> int:
    if given.json:
        showing.as_json(task)
        return Exit.DONE
    showing.facts(
        {
            "id": task["id"],
            "name": task["name"],
            "state": task["state"],
            "failure": task["failure"],
            "rows": _listed(task["rows"]),
            "numbers": _listed(task["counts"]),
            "scheduled at": task["scheduled_at"],
            "started": task["start_time"],
            "ended": task["end_time"],
        }
    )
    for problem in task.get("problems", []):
        showing.say(f"{problem['count']} not sent: {problem['reason']}")
    for failure in task.get("failures", []):
        showing.say(f"{failure['count']} failed: {failure['code']}")
    return Exit.DONE


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def _file(name: str) -> Upload:
    """The recipients in a file, or on the standard input for `-`."""
    if name == "-":
        return Upload("standard-input.csv", sys.stdin.buffer.read())
    try:
        return Upload(Path(name).name, Path(name).read_bytes())
    except OSError as error:
        raise misconfigured(f"{name} cannot be read: {error.strerror}") from error
