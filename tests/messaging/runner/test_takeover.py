"""Two carrier processes: they share the channels, and when one is killed the other takes over."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.db import connection
from django.db.models.functions import Now

from messaging.carriers.simulated.network import network_file
from messaging.models import CarrierRun, CarrierSession, ChannelLease, ChannelRoute, Message
from tests.factories import ChannelFactory
from tests.messaging.road import Road, build_road, numbers

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 90
TAKEN_OVER_IN = timedelta(seconds=10)
MESSAGES, PER_REQUEST = 3000, 20


def until(question: Callable[[], Any]) -> Any:
    """Wait for an answer that is true; return it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := question()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return answer


def database_url() -> str:
    """The database of this test, for another process."""
    name = connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts carrier processes on the database of this test; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        environment = os.environ | {"DATABASE_URL": database_url(), "SMS_LOCAL_DIR": str(tmp_path)}
        command = [sys.executable, "manage.py", "run_carrier"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait(timeout=PATIENCE_S)


def holders() -> dict[str, int]:
    """Channel and process id of every lease whose process lives."""
    pids = dict(CarrierRun.objects.values_list("owner", "pid"))
    leases = ChannelLease.objects.values_list("channel__name", "owner")
    return {name: pids[owner] for name, owner in leases if owner in pids}


def delivered(road: Road) -> int:
    return road.states().count(Message.State.DELIVERED)


def submissions(folder: Path, channel_id: int) -> tuple[int, int]:
    """How many parts the network behind a channel took, and how many of them again."""
    with closing(sqlite3.connect(network_file(folder / "carrier", channel_id))) as network:
        taken = network.execute("SELECT count(*) FROM part").fetchone()[0]
        again = network.execute("SELECT COALESCE(sum(parts), 0) FROM repeat").fetchone()[0]
    return taken, again


def test_a_killed_process_is_replaced_in_seconds_and_nothing_is_sent_twice(
    tmp_path: Path, start: Callable[[], subprocess.Popen[bytes]]
):
    road = build_road()
    road.channel.config = {"delay_s": 0, "messages_per_s": 600}
    road.channel.save()
    other = ChannelFactory(name="other")
    ChannelRoute.objects.create(number="nobody", primary=other)

    first = start()
    until(lambda: holders() == dict.fromkeys((road.channel.name, "other"), first.pid))
    second = start()
    until(lambda: holders() == {road.channel.name: first.pid, "other": second.pid})
    assert first.poll() is None

    for n in range(0, MESSAGES, PER_REQUEST):
        road.accept(numbers(PER_REQUEST, start=13800000000 + n))
    until(lambda: delivered(road) >= 200)
    dead = ChannelLease.objects.get(channel=road.channel).owner
    psutil.Process(first.pid).send_signal(signal.SIGKILL)
    killed_at = CarrierRun.objects.annotate(moment=Now()).values_list("moment", flat=True)[0]
    assert delivered(road) < MESSAGES, "it was killed too late to show anything"

    until(lambda: delivered(road) == MESSAGES)
    lease = ChannelLease.objects.get(channel=road.channel)
    assert lease.inherited_from == dead
    assert lease.taken_at - killed_at < TAKEN_OVER_IN
    assert submissions(tmp_path, road.channel.pk) == (MESSAGES, 0)
    until(lambda: list(CarrierRun.objects.values_list("pid", flat=True)) == [second.pid])
    until(lambda: CarrierSession.objects.filter(is_up=True).count() == 2)

    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=PATIENCE_S) == 0
    assert not ChannelLease.objects.exists(), "they were given back, not left to run out"
    assert not CarrierRun.objects.exists()
