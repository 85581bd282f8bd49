"""Changed settings of an open channel: its links take some of them up, others they cannot."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.wire import trace
from messaging.carriers.wire.options import SettingError
from tests.messaging.carriers.cmpp import carrier as cmpp
from tests.messaging.carriers.smpp import carrier as smpp

from .harness import Channel, opened, run, submissions

PROTOCOLS = pytest.mark.parametrize(
    ("carrier", "kind"), [(smpp, SmppConnector), (cmpp, CmppConnector)], ids=["smpp", "cmpp"]
)


def adjust(channel: Channel, **changes: Any) -> bool:
    settings = channel.connector.settings
    return channel.connector.adjust(replace(settings, config={**settings.config, **changes}))


@PROTOCOLS
def test_the_wire_log_starts_and_stops_on_open_sessions(carrier, kind, monkeypatch):
    async def story() -> None:
        async with (
            carrier.serving() as (_, port),
            opened(kind, carrier.config(port)) as channel,
        ):
            links = list(channel.connector.links)
            until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            counts = []
            for wanted in (until, ""):
                assert adjust(channel, wire_log_until=wanted)
                before = len(logs)
                await channel.connector.submit(submissions(1))
                counts.append(sum(record["event"] == "frame" for record in logs[before:]))
            assert counts[0] >= 2
            assert counts[1] == 0
            assert channel.connector.links == links

    with capture_logs() as logs:
        monkeypatch.setattr(trace, "log", trace.structlog.get_logger("trace of a test"))
        run(story())


@PROTOCOLS
def test_what_waits_for_a_slow_rate_goes_when_the_rate_is_raised(carrier, kind):
    async def story() -> None:
        async with (
            carrier.serving() as (_, port),
            opened(kind, carrier.config(port, submits_per_s=0.01)) as channel,
        ):
            (link,) = channel.connector.links
            sending = asyncio.create_task(channel.connector.submit(submissions(30)))
            await channel.receipts.until(1)
            assert len(channel.receipts.items) == 1
            assert adjust(channel, submits_per_s=0.0)
            async with asyncio.timeout(5):
                answers = await sending
            assert len(answers) == 30
            assert list(channel.connector.links) == [link]

    run(story())


def test_a_narrower_window_holds_for_what_comes():
    async def story() -> None:
        async with (
            smpp.polite() as silent,
            opened(SmppConnector, smpp.config(silent.port, submits_in_flight=10)) as channel,
        ):
            (link,) = channel.connector.links
            assert adjust(channel, submits_in_flight=3)
            sending = asyncio.create_task(channel.connector.submit(submissions(20)))
            await asyncio.sleep(0)
            assert (link.in_flight, link.load) == (3, 20)
            link.abort("enough")
            await sending

    run(story())


@PROTOCOLS
def test_settings_of_the_session_need_a_new_one(carrier, kind):
    async def story() -> None:
        async with (
            carrier.serving() as (_, port),
            opened(kind, carrier.config(port)) as channel,
        ):
            before = channel.connector.options
            assert not adjust(channel, sessions=2)
            assert not channel.connector.adjust(
                replace(channel.connector.settings, secrets={"password": "x", "shared_secret": "x"})
            )
            with pytest.raises(SettingError):
                adjust(channel, submits_per_s="fast")
            assert channel.connector.options == before

    run(story())
