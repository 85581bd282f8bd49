"""`kill -9` in the middle of 20,000 messages, of whatever is not PostgreSQL.

Every message ends in one state, no phone gets one twice, and every report arrives.
"""

import re
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import psutil
import pytest

from bench.stack import Stack, own_stack
from examples.send_sms import send
from messaging.models import Message
from tests.services import NOT_PASSED_ON

MESSAGES = 20_000
PER_REQUEST = 500
REFUSED = 300
"""So many reports, one of every ten, are answered with 500 when they come for the first time."""
DEADLINE_S = 240.0


class Receiver:
    """A customer's server that keeps every report it was sent, and refuses some at first."""

    def __init__(self) -> None:
        self.reports: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.refused: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def take(self, body: str) -> int:
        """Keep a report; return the HTTP status of the answer."""
        fields = parse_qs(body)
        report = fields["smsMsgId"][0], fields["sequence"][0]
        with self._lock:
            is_unlucky = int(report[0].split("_")[1]) % 10 == 0 and report not in self.refused
            if is_unlucky and len(self.refused) < REFUSED:
                self.refused.add(report)
                return 500
            self.reports[report].append(body)
            return 200


@contextmanager
def receiving() -> Iterator[tuple[Receiver, str]]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.send_response(receiver.take(self.rfile.read(length).decode()))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield receiver, f"http://127.0.0.1:{server.server_port}/report"
    server.shutdown()
    server.server_close()


def wait_until(question: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not question():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def kill(stack: Stack, name: str) -> None:
    """End a program of the stack, once it runs, and all its children, without a word."""

    def is_ended() -> bool:
        processes = stack.programs().get(name, [])
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # a child may end with its parent
                process.send_signal(signal.SIGKILL)
        return bool(processes)

    wait_until(is_ended)


def kill_valkey(stack: Stack) -> None:
    """End Valkey without a word and take its data away: broker and cache come back empty."""
    (process,) = stack.programs()["valkey-server"]
    settings = Path(process.cmdline()[-1]).read_text()
    found = re.search(r'^dir "(.+)"$', settings, re.MULTILINE)
    assert found
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=10)
    for one in Path(found[1]).iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def parts_taken(folder: Path) -> tuple[int, int]:
    """How many parts the simulated networks took, and how many of them again."""
    taken = repeated = 0
    for file in folder.glob("network-*.sqlite3"):
        with sqlite3.connect(file) as network:
            taken += network.execute("SELECT count(*) FROM part").fetchone()[0]
            row = network.execute("SELECT COALESCE(sum(parts), 0) FROM repeat").fetchone()
            repeated += row[0]
    return taken, repeated


def count(stack: Stack, condition: str) -> int:
    with stack.connect() as connection:
        row = connection.execute(f"SELECT count(*) FROM messaging_message WHERE {condition}")
        return row.fetchone()[0]


def send_everything(stack: Stack, callback: str) -> set[str]:
    """Send all messages in requests of 500; return the smsMsgIds that were accepted."""
    accepted: set[str] = set()
    for start in range(0, MESSAGES, PER_REQUEST):
        numbers = ",".join(str(13_500_000_000 + start + n) for n in range(PER_REQUEST))
        answer = send(stack.demo, "notice", numbers, '["A1001"]', callback)
        assert answer["code"] == "000000", answer
        accepted |= {row["smsMsgId"] for row in answer["result"]}
    return accepted


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the user of the servers may enter, for a stack with servers of its own."""
    for name in NOT_PASSED_ON:
        monkeypatch.delenv(name, raising=False)
    # What the dead held is free again while the test is still young.
    monkeypatch.setenv("SMS_LEASE_S", "4")
    monkeypatch.setenv("SMS_CALLBACK_LEASE_S", "10")
    folder = Path(tempfile.mkdtemp(prefix="sms-console-faults-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.faults
def test_nothing_is_lost_and_nothing_ends_twice(folder: Path):
    with own_stack(folder / "stack") as stack, receiving() as (receiver, callback):
        accepted = send_everything(stack, callback)
        assert len(accepted) == MESSAGES
        wait_until(lambda: count(stack, "state > 0") >= MESSAGES // 10)
        kill(stack, "carrier")
        wait_until(lambda: len(receiver.reports) >= MESSAGES // 10)
        kill(stack, "callbacks")
        kill_valkey(stack)
        wait_until(lambda: count(stack, "state > 0") >= MESSAGES // 2)
        kill(stack, "carrier")
        wait_until(lambda: len(receiver.reports) >= MESSAGES // 2)
        kill(stack, "callbacks")
        wait_until(lambda: stack.unfinished() == 0)

        with stack.connect() as connection:
            rows = connection.execute(
                "SELECT request.uuid || '_' || message.id, message.state, message.code"
                " FROM messaging_message message"
                " JOIN messaging_sendrequest request ON request.id = message.request_id"
            ).fetchall()
        assert {row[0] for row in rows} == accepted
        states = Counter(row[1] for row in rows)
        assert set(states) <= {Message.State.DELIVERED, Message.State.FAILED}
        assert states[Message.State.DELIVERED] >= MESSAGES * 0.99
        assert {sms_msg_id for sms_msg_id, _ in receiver.reports} == accepted
        codes = {row[0]: row[2] for row in rows}
        for (sms_msg_id, _), bodies in receiver.reports.items():
            assert len(set(bodies)) == 1, "one report was sent with different contents"
            assert parse_qs(bodies[0])["status"] == [codes[sms_msg_id]]
        assert len(receiver.refused) == REFUSED
        assert parts_taken(folder / "stack" / "carrier") == (MESSAGES, 0)
