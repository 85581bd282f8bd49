"""Group tasks from the command line, while workers do their part."""

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from common.clock import now
from messaging.carriers.base import Receipt
from messaging.groups import checking, counting, sending
from messaging.models import GroupTask, Message
from tests.messaging.road import REPORTED_AT, carrier_ids

from .conftest import TIMEOUT_S, Account, ended

NUMBERS = ["13800000000", "13800000001", "12"]


def until(holds: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait for what the program does, as long as it runs."""
    deadline = time.monotonic() + TIMEOUT_S
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_in(state: str) -> bool:
    return GroupTask.objects.filter(state=state).exists()


def test_from_a_file_to_the_last_report(account: Account, tmp_path: Path):
    (tmp_path / "名单.csv").write_text("\n".join(NUMBERS), encoding="utf-8")
    process = account.terminal.start(
        *("groups", "create", "--name", "包裹", "--template", account.template.template_id),
        *("--file", "名单.csv", "--start", "--accept-problems", "--follow"),
    )
    until(lambda: is_in("checking"), process)
    checking.check(GroupTask.objects.get().pk)
    until(lambda: is_in("pending"), process)
    sending.start_due(now())
    task = GroupTask.objects.get()
    while sending.send_slices(task.pk, budget=20):
        pass
    account.road.submit_all()
    account.road.receive(
        *(
            Receipt(carrier_ids(message_id)[0], "DELIVRD", REPORTED_AT)
            for message_id in Message.objects.values_list("id", flat=True)
        )
    )
    counting.count(task.pk)
    ran = ended(process)
    assert ran.code == 0, ran.err
    assert "succeeded" in ran.out
    assert "2 delivered" in ran.out
    assert "1 not sent" in ran.out
    assert "100%" in ran.err
    listed = account.run("groups", "list")
    assert "包裹" in listed.out
    results = account.run("groups", "numbers", str(task.public_id), "--json").document
    assert [row["outcome"] for row in results] == ["delivered"] * 2
    problems = account.run("groups", "problems", str(task.public_id))
    assert "12" in problems.out


def test_planned_watched_for_a_while_and_cancelled(account: Account):
    made = account.run(
        *("groups", "create", "--name", "Parcels", "--to", "13800000000", "--rate", "10"),
        *("--template", account.template.template_id, "--json"),
    )
    assert made.code == 0, made.err
    id = made.document["id"]
    early = account.run("groups", "start", id)
    assert (early.code, "CONSOLE.0409" in early.err) == (1, True)
    assert account.run("groups", "pause", id).code == 1
    checking.check(GroupTask.objects.get().pk)
    later = timezone.localtime(timezone.now() + timedelta(hours=2))
    planned = account.run("groups", "start", id, "--at", f"{later:%Y-%m-%d %H:%M}", "--json")
    assert planned.document["scheduled_at"] == f"{later:%Y-%m-%d %H:%M}:00"
    watched = account.run("groups", "follow", id, "--timeout", "0.1")
    assert (watched.code, "groups follow" in watched.err) == (4, True)
    assert account.run("groups", "cancel", id).code == 0
    assert account.run("groups", "delete", id).out == "Deleted.\n"
    gone = account.run("groups", "show", id, "--json")
    assert (gone.code, "CONSOLE.0404" in gone.err) == (1, True)


def test_a_list_that_cannot_be_sent_says_why(account: Account):
    process = account.terminal.start(
        *("groups", "create", "--name", "Parcels", "--file", "-"),
        *("--template", account.template.template_id, "--start"),
    )
    process.stdin.write('13800000000\n"not closed\n')
    process.stdin.close()
    process.stdin = None
    until(lambda: is_in("checking"), process)
    checking.check(GroupTask.objects.get().pk)
    ran = ended(process)
    assert (ran.code, "quotation mark" in ran.err) == (1, True)
