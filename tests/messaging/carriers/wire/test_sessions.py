"""What a connector tells of its sessions, and their end when the channel is another process's."""

import asyncio

import pytest

from messaging.carriers.base import Answer
from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.smpp import SmppConnector
from tests.messaging.carriers.cmpp import carrier as cmpp
from tests.messaging.carriers.smpp import carrier as smpp

from .harness import Channel, eventually, opened, run, submissions

PROTOCOLS = pytest.mark.parametrize(
    ("carrier", "kind"), [(smpp, SmppConnector), (cmpp, CmppConnector)], ids=["smpp", "cmpp"]
)


@PROTOCOLS
def test_every_session_tells_how_it_is(carrier, kind):
    async def story() -> None:
        async with (
            carrier.serving() as (_, port),
            opened(kind, carrier.config(port, sessions=2)) as channel,
        ):
            assert len({one.name for one in channel.connector.sessions}) == 2
            assert all(one.up_for_s is not None for one in channel.connector.sessions)
            await channel.connector.submit(submissions(6))
            states = channel.connector.sessions
            assert sum(one.written for one in states) == 6
            assert [one.in_flight for one in states] == [0, 0]
            channel.connector.links[0].abort("pulled the plug")
            down = [one for one in channel.connector.sessions if one.up_for_s is None]
            assert [one.error for one in down] == ["pulled the plug"]

    run(story())


@PROTOCOLS
def test_a_session_that_cannot_be_opened_says_why(carrier, kind):
    async def story() -> None:
        async with carrier.serving() as (_, port):
            pass
        channel = Channel(kind, carrier.config(port))
        assert list(channel.connector.sessions) == []
        with pytest.raises(OSError):
            await channel.connector.open()
        (state,) = channel.connector.sessions
        assert state.up_for_s is None
        assert state.error

    run(story())


def under_way(channel: Channel) -> int:
    return sum(one.in_flight for one in channel.connector.sessions)


def test_a_cut_ends_every_session_and_opens_none_again():
    async def story() -> None:
        async with smpp.polite() as carrier:
            config = smpp.config(carrier.port, sessions=2)
            async with opened(SmppConnector, config) as channel:
                answers = asyncio.create_task(channel.connector.submit(submissions(3)))
                await eventually(
                    lambda: sum(one.in_flight for one in channel.connector.sessions) == 3
                )
                channel.connector.cut()
                assert sorted(await answers) == [Answer(one.message_id) for one in submissions(3)]
                await carrier.until(lambda _: carrier.lost == 2)
                assert not channel.connector.is_up
                await asyncio.sleep(0.5)  # ten times as long as a session waits to be opened again
                assert channel.connector.links == []

    run(story())
