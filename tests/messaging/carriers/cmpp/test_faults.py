"""Gateways that break the rules: over real sockets, byte by byte."""

import asyncio

import pytest

from messaging.carriers.base import Answer
from messaging.carriers.cmpp import CmppConnector, codec
from messaging.carriers.cmpp.codec import HEADER, Pdu
from messaging.carriers.cmpp.pdus import (
    REPORTS,
    Command,
    Deliver,
    DeliverResp,
    Report,
    Result,
)
from messaging.carriers.wire.link import LoginRefusedError
from messaging.carriers.wire.terms import Terms
from tests.messaging.carriers.wire.harness import (
    SENDER,
    Channel,
    Connection,
    RawCarrier,
    opened,
    run,
    submission,
    submissions,
)

from .carrier import V30, accepted, accepting, config, deliver, polite, proof, submitted

HASTY = Terms(16, 5.0, 30.0, 3, rest_s=0.01, rest_at_most_s=0.02, throttled_at_most=2)
HEARTBEAT = {"active_test_s": 0.1, "answer_timeout_s": 0.1, "active_test_attempts": 2}
MSG_ID = bytes.fromhex("3A5E0A0000010007")


def report_of(number: int, stat: str = "DELIVRD", length: int = 71) -> Deliver:
    report = Report(number.to_bytes(8, "big"), stat, "2611231010", "2611231015", "13800138000")
    return Deliver(MSG_ID, registered_delivery=1, msg_content=REPORTS[length].encode(report))


def refusing(result: int):
    def react(pdu: Pdu, connection: Connection) -> bytes | None:
        return accepted(pdu, 0, result) if pdu.command == Command.SUBMIT else None

    return react


def test_a_gateway_that_answers_nothing_leaves_submissions_unknown_and_unrepeated():
    async def story() -> None:
        async with (
            polite() as carrier,
            opened(CmppConnector, config(carrier.port, answer_timeout_s=0.2)) as channel,
        ):
            answers = await channel.connector.submit(submissions(20))
            assert sorted(one.message_id for one in answers if one.is_unknown) == [*range(1, 17)]
            # The window was full: of these nothing was written, so they wait for their next turn.
            assert sorted(one.message_id for one in answers if one.is_throttled) == [*range(17, 21)]
            await carrier.until(lambda one: one.lost == 1)
            await channel.until_up()
            assert len(submitted(carrier.frames)) == 16

    run(story())


def test_a_gateway_that_answers_late_is_kept_and_nothing_is_repeated():
    def forgetful(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command == Command.SUBMIT and pdu.body.dest_terminal_ids[0].endswith("00001"):
            return b""
        return accepting(pdu, connection)

    async def story() -> None:
        async with (
            polite(forgetful) as carrier,
            opened(CmppConnector, config(carrier.port, answer_timeout_s=0.4)) as channel,
        ):
            first = asyncio.create_task(channel.connector.submit(submissions(1)))
            await carrier.until(lambda one: len(submitted(one.frames)) == 1)
            await asyncio.sleep(0.05)
            await channel.connector.submit([submission(2)])
            assert (await first)[0].is_unknown
            (answer,) = await channel.connector.submit([submission(3)])
            assert answer.carrier_ids
            assert len(submitted(carrier.frames)) == 3
            assert len(carrier.connections) == 1

    run(story())


@pytest.mark.parametrize(
    ("result", "code"), [(1, "ID:0001"), (13, "ID:0013"), (107, "CMPP:107"), (99, "CMPP:99")]
)
def test_refusals_keep_the_gateway_s_number(result: int, code: str):
    async def story() -> None:
        async with (
            polite(refusing(result)) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            assert await channel.connector.submit([submission()]) == [Answer(1, error=code)]

    run(story())


@pytest.mark.parametrize("length", [11, 0, 9000, 0xFFFFFFFF])
def test_a_length_that_cannot_be_cuts_the_link(length: int):
    def break_the_stream(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT:
            return None
        return length.to_bytes(4, "big") + accepted(pdu, 1)[4:]

    async def story() -> None:
        async with (
            polite(break_the_stream) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            (answer,) = await channel.connector.submit([submission()])
            assert answer.is_unknown
            await carrier.until(lambda one: one.lost == 1)
            await channel.until_up()  # and comes back

    run(story())


@pytest.mark.parametrize(
    "frame",
    [
        HEADER.pack(12, 0x0B, 5),
        HEADER.pack(12, 0x80000006, 5),
        HEADER.pack(16, Command.ACTIVE_TEST, 5) + b"long",
        HEADER.pack(12, Command.SUBMIT, 5),
        codec.framed(Command.SUBMIT_RESP, 4_000_000, bytes(12)),
        codec.framed(Command.CONNECT_RESP, 4_000_000, bytes(21)),
        codec.framed(Command.TERMINATE_RESP, 4_000_000),
    ],
    ids=[
        "unknown request",
        "unknown answer",
        "heartbeat with a body",
        "truncated SUBMIT",
        "SUBMIT_RESP to nothing",
        "CONNECT_RESP to nothing",
        "TERMINATE_RESP to nothing",
    ],
)
def test_what_makes_no_sense_is_ignored_and_the_link_stays(frame: bytes):
    async def story() -> None:
        async with (
            polite(accepting) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            carrier.connections[0].transport.write(frame)
            (answer,) = await channel.connector.submit([submission()])
            assert answer.carrier_ids == ("2",)
            assert len(carrier.connections) == 1

    run(story())


def test_a_truncated_delivery_is_refused_by_its_id():
    async def story() -> None:
        async with polite() as carrier, opened(CmppConnector, config(carrier.port)) as channel:
            whole = deliver(8, report_of(1))
            short = whole[:-30]
            carrier.connections[0].transport.write(len(short).to_bytes(4, "big") + short[4:])
            await carrier.until(lambda one: len(one.frames) == 2)
            refusal = codec.decode(carrier.frames[1], V30)
            assert refusal == Pdu(Command.DELIVER_RESP, 8, DeliverResp(MSG_ID, Result.STRUCTURE))
            assert channel.receipts.items == []

    run(story())


def test_a_broken_answer_leaves_the_message_unknown_at_once():
    def broken(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT:
            return None
        return codec.framed(Command.SUBMIT_RESP, pdu.sequence, bytes(7))

    async def story() -> None:
        async with (
            polite(broken) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            assert (await channel.connector.submit([submission()]))[0].is_unknown

    run(story())


def test_a_repeated_answer_changes_nothing():
    def twice(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT:
            return None
        return accepted(pdu, 41) + accepted(pdu, 42)

    async def story() -> None:
        async with polite(twice) as carrier, opened(CmppConnector, config(carrier.port)) as channel:
            assert await channel.connector.submit([submission()]) == [Answer(1, ("41",))]
            assert await channel.connector.submit([submission(2)]) == [Answer(2, ("41",))]

    run(story())


def test_deliveries_with_the_same_sequence_number_are_all_taken():
    async def story() -> None:
        async with polite() as carrier, opened(CmppConnector, config(carrier.port)) as channel:
            carrier.connections[0].transport.write(
                deliver(5, report_of(1)) + deliver(5, report_of(2, length=60))
            )
            receipts = await channel.receipts.until(2)
            assert [one.carrier_id for one in receipts] == ["1", "2"]
            await carrier.until(lambda one: len(one.frames) == 3)
            answers = [codec.decode(frame, V30) for frame in carrier.frames[1:]]
            assert answers == [Pdu(Command.DELIVER_RESP, 5, DeliverResp(MSG_ID))] * 2

    run(story())


def test_a_report_before_the_answer_and_on_another_link():
    held: list[tuple[Pdu, Connection]] = []

    def hold(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT:
            return None
        held.append((pdu, connection))
        return b""

    async def story() -> None:
        async with (
            polite(hold) as carrier,
            opened(CmppConnector, config(carrier.port, sessions=2)) as channel,
        ):
            submitting = asyncio.create_task(channel.connector.submit([submission()]))
            await carrier.until(lambda one: bool(held))
            ((pdu, used),) = held
            (other,) = [one for one in carrier.connections if one is not used]
            other.transport.write(deliver(1, report_of(77)))
            (receipt,) = await channel.receipts.until(1)
            used.transport.write(accepted(pdu, 77))
            assert await submitting == [Answer(1, (receipt.carrier_id,))]

    run(story())


async def received(body: Deliver, **more) -> Channel:
    """What becomes of a delivery; returns once it is confirmed."""
    async with polite() as carrier, opened(CmppConnector, config(carrier.port, **more)) as channel:
        carrier.connections[0].transport.write(deliver(1, body))
        await carrier.until(lambda one: len(one.frames) == 2)
        answer = codec.decode(carrier.frames[1], V30)
        assert answer == Pdu(Command.DELIVER_RESP, 1, DeliverResp(body.msg_id))
        return channel


def test_an_interim_report_is_confirmed_and_not_handed_over():
    assert run(received(report_of(1, "ACCEPTD"))).receipts.items == []


@pytest.mark.parametrize("stat", ["UNDELIV", "MK:0001", "MA:0054", "CB:0007", "IC:0151", "XYZ"])
def test_codes_of_reports_are_kept_as_they_are(stat: str):
    (receipt,) = run(received(report_of(1, stat))).receipts.items
    assert receipt.code == stat


def test_a_report_of_another_length_is_handed_over_as_it_came():
    body = Deliver(MSG_ID, registered_delivery=1, msg_content=b"stat:DELIVRD")
    (receipt,) = run(received(body)).receipts.items
    assert receipt[:3] == ("", "", None)
    assert receipt.raw == "stat:DELIVRD"


@pytest.mark.parametrize(
    ("msg_fmt", "content", "text"),
    [
        (0, b"R", "R"),
        (8, "退订".encode("utf-16-be"), "退订"),
        (15, "退订".encode("gb18030"), "退订"),
        (4, b"\x80A", "\x80A"),
        (8, "退订".encode("utf-16-be")[:3], "退\ufffd"),
        (99, b"R\0\0", "R"),
    ],
)
def test_uplinks_of_any_format(msg_fmt: int, content: bytes, text: str):
    body = Deliver(
        MSG_ID,
        dest_id=SENDER,
        msg_fmt=msg_fmt,
        src_terminal_id="13800138000",
        msg_content=content,
    )
    (uplink,) = run(received(body)).uplinks.items
    assert (uplink.text, uplink.sender) == (text, "+8613800138000")


def test_an_uplink_with_a_broken_header_is_handed_over_whole():
    body = Deliver(MSG_ID, tp_udhi=1, src_terminal_id="13800138000", msg_content=b"\x63Hi")
    (uplink,) = run(received(body)).uplinks.items
    assert (uplink.text, uplink.total) == ("cHi", 1)


def test_an_uplink_without_an_id_of_its_own_has_none():
    body = Deliver(bytes(8), src_terminal_id="13800138000", msg_content=b"R")
    (uplink,) = run(received(body)).uplinks.items
    assert uplink.carrier_id == ""


def test_a_carrier_that_does_not_know_the_secret_is_refused():
    async def story() -> None:
        def pretend(pdu: Pdu, connection: Connection) -> bytes | None:
            if pdu.command != Command.CONNECT:
                return None
            body = proof(pdu.body, secret="guessed")
            return codec.framed(Command.CONNECT_RESP, pdu.sequence, body)

        async with polite(pretend) as carrier:
            with pytest.raises(LoginRefusedError, match="AuthenticatorISMG"):
                await Channel(CmppConnector, config(carrier.port)).connector.open()
            await carrier.until(lambda one: one.lost == 1)
        async with (
            polite(pretend) as carrier,
            opened(CmppConnector, config(carrier.port, verify_carrier=False)) as channel,
        ):
            assert channel.connector.links

    run(story())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        # In the width of 2.0 to a channel of 3.0, as gateways that know only 2.0 answer.
        (b"\x04" + bytes(16) + b"\x20", "does not speak this version"),
        (b"\x00" + bytes(16) + b"\x20", "speaks version 0x20"),
        (bytes.fromhex("00000005") + bytes(16) + b"\x30", "for a reason of its own"),
        (bytes(5), "makes no sense"),
    ],
)
def test_other_answers_to_connect_are_refusals(body: bytes, reason: str):
    async def story() -> None:
        def react(frame: bytes, connection: Connection) -> bytes | None:
            return codec.framed(Command.CONNECT_RESP, codec.decode(frame, V30).sequence, body)

        async with RawCarrier(react) as carrier:
            with pytest.raises(LoginRefusedError, match=reason):
                await Channel(CmppConnector, config(carrier.port)).connector.open()

    run(story())


def test_a_half_open_link_is_noticed_and_left():
    async def story() -> None:
        deaf: list[Connection] = []

        def react(pdu: Pdu, connection: Connection) -> bytes | None:
            if pdu.command == Command.CONNECT and not deaf:
                deaf.append(connection)
            if pdu.command == Command.ACTIVE_TEST and connection in deaf:
                return b""
            return None

        async with (
            polite(react) as carrier,
            opened(CmppConnector, config(carrier.port, **HEARTBEAT)) as channel,
        ):
            await carrier.until(lambda one: len(one.connections) == 2)
            commands = [codec.decode(frame, V30).command for frame in deaf[0].frames]
            assert commands == [Command.CONNECT, *[Command.ACTIVE_TEST] * 2]
            await channel.until_up()

    run(story())


def test_an_answered_heartbeat_keeps_the_link():
    async def story() -> None:
        async with (
            polite() as carrier,
            opened(CmppConnector, config(carrier.port, **HEARTBEAT)),
        ):
            await carrier.until(lambda one: len(one.frames) >= 6)
            assert len(carrier.connections) == 1

    run(story())


def test_the_gateway_s_heartbeat_is_answered():
    async def story() -> None:
        async with polite() as carrier, opened(CmppConnector, config(carrier.port)):
            carrier.connections[0].transport.write(codec.framed(Command.ACTIVE_TEST, 12))
            await carrier.until(lambda one: len(one.frames) == 2)
            assert carrier.frames[1] == codec.framed(Command.ACTIVE_TEST_RESP, 12, b"\0")

    run(story())


def test_a_terminate_of_the_gateway_is_answered_and_the_link_comes_back():
    async def story() -> None:
        async with (
            polite(accepting) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            carrier.connections[0].transport.write(codec.framed(Command.TERMINATE, 12))
            await carrier.until(lambda one: one.lost == 1)
            assert carrier.connections[0].frames[-1] == codec.framed(Command.TERMINATE_RESP, 12)
            await channel.until_up()
            assert (await channel.connector.submit([submission()]))[0].carrier_ids

    run(story())


def test_throttled_for_long_a_message_waits_elsewhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("messaging.carriers.cmpp.settings.CmppSettings.terms", lambda _: HASTY)

    async def story() -> None:
        async with (
            polite(refusing(Result.FLOW_CONTROL)) as carrier,
            opened(CmppConnector, config(carrier.port)) as channel,
        ):
            answers = await channel.connector.submit(submissions(2))
            assert [one.is_throttled for one in answers] == [True, True]
            assert len(submitted(carrier.frames)) == 6

    run(story())
