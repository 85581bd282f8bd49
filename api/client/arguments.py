"""The commands of `sms-console` and what they take."""

import argparse
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from . import groups, objects, sending
from .objects import SIGNATURES, TEMPLATES, Kind
from .settings import show_settings

Commands = Any
"""What `add_subparsers` gives; argparse keeps its type to itself."""

GROUP_STATES = (
    *("checking", "checked", "pending", "submitting", "paused"),
    *("stopped", "succeeded", "failed", "canceled"),
)
OUTCOMES = ("waiting", "sent", "delivered", "failed")
_STEPS = {
    "cancel": "cancel a task that has not started",
    "pause": "send nothing further until it is resumed",
    "resume": "go on with a paused task",
    "stop": "stop a task for good",
}
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?")


def parser() -> argparse.ArgumentParser:
    """All commands; each sets `run`, which takes what was given and the configuration."""
    top = argparse.ArgumentParser(
        prog="sms-console",
        description="Send messages and steer an SMS Console over its APIs.",
        epilog="Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no usable answer, "
        "4 still running.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_send(commands)
    _add_reports(commands)
    for kind, one in ((TEMPLATES, "template"), (SIGNATURES, "signature")):
        _add_objects(commands, kind, one)
    _add_groups(commands)
    _command(commands, "config", "show the settings and where they come from", show_settings)
    return top


def _add_send(commands: Commands) -> None:
    command = _command(commands, "send", "send a template to some numbers", sending.send)
    _add_numbers(command, required=True)
    command.add_argument("--template", required=True, metavar="ID", help="the template's ID")
    command.add_argument(
        "--value",
        dest="values",
        action="append",
        default=[],
        metavar="TEXT",
        help="the value of a variable; once for each, in their order",
    )
    command.add_argument("--from", dest="sender", default="", help="the channel number")
    command.add_argument("--signature", default="", help="for universal templates: its name")
    command.add_argument("--callback", default="", metavar="URL", help="where reports go")
    command.add_argument("--extend", default="", help="comes back with each report")
    _add_key(command)


def _add_reports(commands: Commands) -> None:
    reports = _family(commands, "reports", "what became of messages")
    pull = _command(reports, "pull", "fetch status reports", sending.pull)
    pull.add_argument("--after", default="", metavar="CURSOR", help="where the last call ended")
    pull.add_argument("--limit", type=int, default=100, help="reports of one call, at most 1000")
    pull.add_argument("--all", action="store_true", help="call until there are no more")
    show = _command(reports, "show", "tell what happened to a message", sending.explain)
    show.add_argument("sms_msg_id", metavar="SMSMSGID")
    show.add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help="wait for the end of its way"
    )


def _add_objects(commands: Commands, kind: Kind, one: str) -> None:
    family = _family(commands, kind.path, f"{one}s and their reviews")
    list_ = _command(family, "list", f"list {one}s", partial(objects.list_, kind))
    list_.add_argument("--name", default="", help="a part of the name")
    list_.add_argument("--status", default="", help="as the list shows it")
    _add_page(list_)
    show = _command(family, "show", f"show a {one}", partial(objects.show, kind))
    show.add_argument("id", metavar="ID")
    create = _command(family, "create", f"apply for a {one}", partial(objects.create, kind))
    create.add_argument("document", metavar="FILE", help="its fields as JSON; - reads them")
    delete = _command(family, "delete", f"delete a {one}", partial(objects.delete, kind))
    delete.add_argument("id", metavar="ID")


def _add_groups(commands: Commands) -> None:
    family = _family(commands, "groups", "messages to many numbers")
    create = _command(family, "create", "make a task; it is checked first", groups.create)
    create.add_argument("--name", required=True)
    create.add_argument("--template", required=True, metavar="ID", help="the template's ID")
    create.add_argument("--signature", default="", metavar="ID", help="for universal templates")
    create.add_argument("--rate", type=int, help="messages a second at most")
    source = create.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", default="", help="csv or xlsx; - reads a csv")
    _add_numbers(source)
    create.add_argument(
        "--start",
        nargs="?",
        const="now",
        type=_when,
        metavar="TIME",
        help="start once checked, at once or at 'YYYY-MM-DD HH:MM'",
    )
    _add_watching(create)
    _add_key(create)
    start = _command(family, "start", "start a checked task", groups.start)
    start.add_argument("id", metavar="ID")
    start.add_argument("--at", dest="start", type=_when, metavar="TIME", help="YYYY-MM-DD HH:MM")
    _add_watching(start)
    follow = _command(family, "follow", "watch a task until it has ended", groups.follow)
    follow.add_argument("id", metavar="ID")
    _add_timeout(follow)
    for name, help_ in _STEPS.items():
        step = _command(family, name, help_, groups.step)
        step.set_defaults(step=name)
        step.add_argument("id", metavar="ID")
    for name, help_, run in (
        ("show", "show a task with its counts", groups.show),
        ("delete", "delete a cancelled task", groups.delete),
        ("problems", "list the rows that are not sent", groups.problems),
    ):
        _command(family, name, help_, run).add_argument("id", metavar="ID")
    results = _command(family, "numbers", "list what became of each number", groups.numbers)
    results.add_argument("id", metavar="ID")
    results.add_argument("--outcome", choices=OUTCOMES)
    results.add_argument("--code", default="", help="a status code")
    list_ = _command(family, "list", "list tasks", groups.list_)
    list_.add_argument("--name", default="", help="a part of the name")
    list_.add_argument("--state", choices=GROUP_STATES)
    _add_page(list_)


def _family(commands: Commands, name: str, help_: str) -> Commands:
    family = commands.add_parser(name, help=help_, description=help_)
    return family.add_subparsers(required=True, metavar="COMMAND")


def _command(
    commands: Commands, name: str, help_: str, run: Callable[..., int]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    command.add_argument("--profile", default="", help="a part of the configuration file")
    return command


def _add_numbers(command: Any, *, required: bool = False) -> None:
    options = {"required": True} if required else {}
    command.add_argument(
        "--to", dest="numbers", type=_numbers, metavar="NUMBERS", help="with commas", **options
    )


def _add_page(command: argparse.ArgumentParser) -> None:
    command.add_argument("--limit", type=int, default=50)
    command.add_argument("--offset", type=int, default=0)


def _add_watching(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--accept-problems", action="store_true", help="leave out the rows that cannot be sent"
    )
    command.add_argument("--follow", action="store_true", help="watch it until it has ended")
    _add_timeout(command)


def _add_timeout(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--timeout", type=float, default=0, metavar="SECONDS", help="watch no longer than this"
    )


def _add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", default="", help="repeat the command with the same key, and it is done once"
    )


def _numbers(text: str) -> list[str]:
    numbers = [number.strip() for number in text.split(",") if number.strip()]
    if not numbers:
        raise argparse.ArgumentTypeError("give at least one number")
    return numbers


def _when(text: str) -> str:
    """A time as the API takes it, or `now`."""
    if text == "now":
        return text
    if not _TIME.fullmatch(text):
        raise argparse.ArgumentTypeError("write the time like '2026-05-01 09:30'")
    return text if text.count(":") == 2 else f"{text}:00"
