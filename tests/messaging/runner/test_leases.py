"""A carrier process and its leases: kept, let go of in time, never written without."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import F

from messaging.carriers.base import SessionState
from messaging.models import ChannelLease, Message
from messaging.runner import leases as leases_module
from messaging.runner import process as process_module
from messaging.runner.bell import Bell
from messaging.runner.channel import ChannelRunner
from messaging.runner.database import disconnect, in_database
from messaging.runner.leases import Leases
from messaging.runner.process import CarrierProcess
from messaging.runner.roster import Roster
from tests.messaging.carriers.smpp import carrier as smpp
from tests.messaging.carriers.wire.harness import apart
from tests.messaging.road import build_road, numbers
from tests.messaging.runner.test_channel import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(leases_module, "BEAT_S", 0.05)
    yield
    disconnect()


def test_a_process_lets_go_before_its_lease_runs_out_when_the_database_is_away(monkeypatch):
    channel = build_road().channel
    monkeypatch.setattr(leases_module, "GOOD_FOR_S", 3.0)
    lost: list[int] = []

    def is_away(**_: object) -> set[int]:
        raise OperationalError("the server closed the connection")

    async def story() -> None:
        leases = Leases(sessions=list, lost=lost.append)
        keeping = asyncio.create_task(leases.keep_for_ever())
        assert await leases.take([channel.pk], most=1) == [channel.pk]
        await until(ChannelLease.objects.filter(renewed_at__gt=F("taken_at")).exists)
        assert leases.are_good(channel.pk)
        assert lost == []
        monkeypatch.setattr(leases_module.leases, "beat", is_away)
        async with asyncio.timeout(20):
            while not lost:
                await asyncio.sleep(0.02)
        assert not leases.are_good(channel.pk)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    asyncio.run(story())
    assert lost == [channel.pk]


def test_a_fault_that_is_not_the_database_s_is_not_swallowed(monkeypatch):
    def is_wrong(**_: object) -> set[int]:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(leases_module.leases, "beat", is_wrong)

    async def story() -> None:
        async with asyncio.timeout(20):
            await Leases(sessions=list, lost=lambda _: None).keep_for_ever()

    with pytest.raises(ValueError, match="a fault of ours"):
        asyncio.run(story())


def test_without_a_lease_nothing_is_written(settings: Any, tmp_path):
    settings.SMS_LOCAL_DIR = tmp_path
    road = build_road()
    road.accept(numbers(3))
    asked: list[bool] = []

    def may_write() -> bool:
        asked.append(True)
        return False

    async def story() -> None:
        runner = ChannelRunner(road.channel, owner="one", bell=Bell(), may_write=may_write)
        running = asyncio.create_task(runner.run())
        await until(lambda: bool(asked))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    assert road.states() == [Message.State.ACCEPTED] * 3


def test_the_sessions_of_a_channel_that_another_process_has_end_at_once(monkeypatch):
    monkeypatch.setattr(process_module, "LOOK_S", 0.05)
    road = build_road()

    def speak(port: int) -> None:
        road.channel.connector = "smpp"
        road.channel.config, road.channel.secrets = apart(smpp.config(port))
        road.channel.save()

    def is_taken_away() -> bool:
        leases = ChannelLease.objects.filter(channel=road.channel)
        return leases.update(owner="another process") == 1

    async def story() -> None:
        async with smpp.polite() as carrier:
            await in_database(speak, carrier.port)
            process = CarrierProcess()
            running = asyncio.create_task(process.run())
            await until(lambda: bool(process._runners) and bool(_sessions(process)))
            await until(is_taken_away)
            await carrier.until(lambda _: carrier.lost == 1)
            process._stopping.set()
            await running
            assert carrier.lost == 1

    asyncio.run(story())
    assert ChannelLease.objects.get().owner == "another process", "it is not ours to give back"


def _sessions(process: CarrierProcess) -> list[SessionState]:
    states = [one for runner in process._runners.values() for one in runner.sessions]
    return [one for one in states if one.up_for_s is not None]


def test_the_rate_of_a_session_is_that_since_it_was_told_before(monkeypatch):
    moments = iter([100.0, 102.0, 104.0])
    monkeypatch.setattr("messaging.runner.roster.time.monotonic", lambda: next(moments))

    class Holder:
        written = 10

        @property
        def sessions(self) -> list[SessionState]:
            return [SessionState("one", 5.0, 1, self.written, "")]

    holder = Holder()
    roster = Roster({7: holder})
    assert [row.parts_per_s for row in roster.rows()] == [5.0]
    holder.written = 4  # opened anew
    assert [row.parts_per_s for row in roster.rows()] == [2.0]
