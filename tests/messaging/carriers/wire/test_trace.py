"""The wire log: what travelled, but no texts, no secrets, no whole numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.wire import trace
from messaging.carriers.wire.connector import WireConnector
from tests.messaging.carriers.cmpp import carrier as cmpp
from tests.messaging.carriers.smpp import carrier as smpp

from .harness import opened, run, submission

AN_HOUR = timedelta(hours=1)
LONG = ("【华为】" + "长" * 63, "完")
PROTOCOLS = [(smpp, SmppConnector), (cmpp, CmppConnector)]


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    with capture_logs() as logs:
        monkeypatch.setattr(trace, "log", trace.structlog.get_logger("trace of a test"))
        yield logs


async def sent(carrier: Any, kind: type[WireConnector], until: datetime | None) -> None:
    """One long message and one uplink, over and done with."""
    moment = until.isoformat() if until else ""
    async with (
        carrier.serving() as (server, port),
        opened(kind, carrier.config(port, wire_log_until=moment)) as channel,
    ):
        await channel.connector.submit([submission(1, "+8613812345678", *LONG)])
        await channel.receipts.until(2)
        server.uplink(sender="13812345678", to="10690001", text="私人内容")
        await channel.uplinks.until(1)


@pytest.mark.parametrize(("carrier", "kind"), PROTOCOLS, ids=["smpp", "cmpp"])
def test_frames_are_logged_without_what_is_private(carrier, kind, records: list[Any]):
    run(sent(carrier, kind, datetime.now(UTC) + AN_HOUR))
    frames = [record for record in records if record["event"] == "frame"]
    directions = [(record["direction"], record["command"]) for record in frames]
    submit, deliver = ("submit_sm", "deliver_sm") if carrier is smpp else ("submit", "deliver")
    assert directions.count(("out", submit)) == 2
    assert directions.count(("in", f"{submit}_resp")) == 2
    assert directions.count(("in", deliver)) == 3
    assert {record["channel"] for record in frames} == {"test"}
    text = repr(frames)
    for private in ("12345678", "长", "私人", carrier.config(0).get("password", "secret")):
        assert private not in text
        assert private.encode("utf-16-be").hex() not in text
    assert "138****5678" in text


@pytest.mark.parametrize("until", [None, datetime.now(UTC) - AN_HOUR])
def test_it_is_off_before_and_after(until: datetime | None, records: list[Any]):
    run(sent(smpp, SmppConnector, until))
    assert not [record for record in records if record["event"] == "frame"]
