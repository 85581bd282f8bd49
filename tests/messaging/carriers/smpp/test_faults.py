"""Carriers that break the rules: over real sockets, byte by byte."""

import asyncio

import pytest

from messaging.carriers.base import Answer, NotWrittenError, Receipt
from messaging.carriers.smpp import SmppConnector, codec
from messaging.carriers.smpp.codec import Pdu
from messaging.carriers.smpp.pdus import (
    Command,
    Data,
    EsmClass,
    MessageId,
    ShortMessage,
    Status,
    Tlv,
)
from messaging.carriers.wire.link import LoginRefusedError
from messaging.carriers.wire.terms import Terms
from tests.messaging.carriers.wire.harness import (
    SENDER,
    Channel,
    Connection,
    RawCarrier,
    eventually,
    opened,
    run,
    submission,
    submissions,
)

from .carrier import accepted, config, polite, submitted

HASTY = Terms(10, 5.0, 30.0, 3, rest_s=0.01, rest_at_most_s=0.02, throttled_at_most=2)
HEARTBEAT = {"enquire_link_s": 0.1, "answer_timeout_s": 0.1, "enquire_link_attempts": 2}


def accepting(pdu: Pdu, connection: Connection) -> bytes | None:
    """Accept submissions; the id is the sequence number."""
    if pdu.command == Command.SUBMIT_SM:
        return accepted(pdu, str(pdu.sequence))
    return None


def deliver(sequence: int, body: ShortMessage, **tlvs: bytes) -> bytes:
    named = {Tlv[name.upper()]: value for name, value in tlvs.items()}
    return codec.encode(Pdu(Command.DELIVER_SM, sequence, body, tlvs=named))


def receipt_of(carrier_id: str, text: str = "") -> ShortMessage:
    text = text or f"id:{carrier_id} sub:001 dlvrd:001 done date:2611231015 stat:DELIVRD err:000"
    return ShortMessage(
        source_addr="8613800138000", esm_class=EsmClass.RECEIPT, short_message=text.encode()
    )


def test_a_carrier_that_answers_no_submission_leaves_them_unknown_and_is_left():
    async def story() -> None:
        async with (
            polite() as carrier,
            opened(
                SmppConnector, config(carrier.port, submits_in_flight=3, answer_timeout_s=0.2)
            ) as channel,
        ):
            answers = await channel.connector.submit(submissions(5))
            assert [one for one in answers if one.is_unknown] == [Answer(n) for n in (1, 2, 3)]
            # Of the others nothing was written: they wait for their next turn.
            assert sorted(one.message_id for one in answers if one.is_throttled) == [4, 5]
            await carrier.until(lambda one: one.lost >= 1)
            assert len(submitted(carrier.frames)) == 3

    run(story())


def test_one_submission_without_an_answer_frees_its_place_and_is_not_repeated():
    def forgetful(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command == Command.SUBMIT_SM and pdu.body.destination_addr.endswith("00001"):
            return b""
        return accepting(pdu, connection)

    async def story() -> None:
        async with (
            polite(forgetful) as carrier,
            opened(
                SmppConnector, config(carrier.port, submits_in_flight=1, answer_timeout_s=0.3)
            ) as channel,
        ):
            (answer,) = await channel.connector.submit(submissions(1))
            assert answer.is_unknown
            await channel.until_up()
            (later,) = await channel.connector.submit([submission(9)])
            assert later.carrier_ids
            assert len(submitted(carrier.frames)) == 2

    run(story())


def test_an_answer_that_comes_too_late_changes_nothing():
    late: list[tuple[Connection, Pdu]] = []

    def slow(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command == Command.SUBMIT_SM and pdu.body.destination_addr.endswith("00001"):
            late.append((connection, pdu))
            return b""
        return accepting(pdu, connection)

    async def story() -> None:
        async with (
            polite(slow) as carrier,
            opened(SmppConnector, config(carrier.port, answer_timeout_s=0.4)) as channel,
        ):
            first = asyncio.create_task(channel.connector.submit(submissions(1)))
            await carrier.until(lambda one: len(submitted(one.frames)) == 1)
            await asyncio.sleep(0.1)
            await channel.connector.submit([submission(2)])  # so that the link stays
            assert (await first)[0].is_unknown
            connection, pdu = late[0]
            connection.transport.write(accepted(pdu, "late"))
            (answer,) = await channel.connector.submit([submission(3)])
            assert answer.carrier_ids == ("4",)

    run(story())


@pytest.mark.parametrize("length", [15, 0, 100_000, 0x7FFFFFFF])
def test_a_length_that_cannot_be_cuts_the_link(length: int):
    def break_the_stream(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        return length.to_bytes(4, "big") + accepted(pdu, "lost")[4:]

    async def story() -> None:
        async with (
            polite(break_the_stream) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            (answer,) = await channel.connector.submit([submission()])
            assert answer.is_unknown
            await carrier.until(lambda one: one.lost == 1)
            nack = codec.decode(carrier.connections[0].frames[-1])
            assert nack == Pdu(Command.GENERIC_NACK, 0, (), Status.INVALID_COMMAND_LENGTH)
            await channel.until_up()  # and comes back

    run(story())


def test_a_frame_in_pieces_is_put_together():
    async def story() -> None:
        async with polite() as carrier, opened(SmppConnector, config(carrier.port)) as channel:
            (connection,) = carrier.connections
            frame = deliver(5, receipt_of("abc")) + deliver(6, receipt_of("def"))
            for at in range(len(frame)):
                connection.transport.write(frame[at : at + 1])
                await asyncio.sleep(0)
            receipts = await channel.receipts.until(2)
            assert [one.carrier_id for one in receipts] == ["abc", "def"]

    run(story())


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (codec.framed(0x00000003, 77), Status.INVALID_COMMAND),  # query_sm: only carriers answer
        (codec.framed(0x0000ABCD, 77), Status.INVALID_COMMAND),
        (codec.framed(Command.DELIVER_SM, 77, b"\0\0"), Status.INVALID_MESSAGE_LENGTH),
        (
            codec.framed(Command.DELIVER_SM, 77, bytes(16) + b"\xff"),
            Status.INVALID_MESSAGE_LENGTH,
        ),
    ],
    ids=["query_sm", "unknown", "truncated", "wrong sm_length"],
)
def test_a_request_that_makes_no_sense_is_refused_and_the_link_stays(request_: bytes, status: int):
    async def story() -> None:
        async with (
            polite(accepting) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            (connection,) = carrier.connections
            connection.transport.write(request_)
            await carrier.until(lambda one: len(one.frames) == 2)
            assert codec.decode(carrier.frames[1]) == Pdu(Command.GENERIC_NACK, 77, (), status)
            (answer,) = await channel.connector.submit([submission()])
            assert answer.carrier_ids
            assert len(carrier.connections) == 1

    run(story())


def test_requests_that_only_carriers_answer_are_refused():
    async def story() -> None:
        async with polite() as carrier, opened(SmppConnector, config(carrier.port)):
            carrier.connections[0].transport.write(
                codec.encode(Pdu(Command.SUBMIT_SM, 3, ShortMessage()))
            )
            await carrier.until(lambda one: len(one.frames) == 2)
            refusal = codec.decode(carrier.frames[1])
            assert (refusal.command, refusal.status) == (
                Command.SUBMIT_SM_RESP,
                Status.WRONG_BIND_STATUS,
            )

    run(story())


def test_answers_to_nothing_and_repeated_answers_change_nothing():
    def chatty(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        nothing = codec.encode(Pdu(Command.SUBMIT_SM_RESP, 4_000_000, MessageId("nothing")))
        stray = codec.framed(0x80000009, 4_000_001, b"raw\0") + codec.framed(0x80000000, 4_000_002)
        return nothing + stray + accepted(pdu, "first") + accepted(pdu, "second")

    async def story() -> None:
        async with (
            polite(chatty) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            answers = await channel.connector.submit([submission()])
            assert answers == [Answer(1, ("first",))]
            answers = await channel.connector.submit([submission(2)])
            assert answers == [Answer(2, ("first",))]

    run(story())


def test_answers_in_any_order_find_their_messages():
    waiting: list[Pdu] = []

    def backwards(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        waiting.append(pdu)
        if len(waiting) < 4:
            return b""
        return b"".join(accepted(one, one.body.destination_addr) for one in reversed(waiting))

    async def story() -> None:
        async with (
            polite(backwards) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            answers = await channel.connector.submit(submissions(4))
            assert {one.message_id: one.carrier_ids for one in answers} == {
                number: (f"86138001{number:05d}",) for number in range(1, 5)
            }

    run(story())


def test_deliveries_with_the_same_sequence_number_are_all_taken():
    async def story() -> None:
        async with polite() as carrier, opened(SmppConnector, config(carrier.port)) as channel:
            carrier.connections[0].transport.write(
                deliver(5, receipt_of("a")) + deliver(5, receipt_of("b"))
            )
            await channel.receipts.until(2)
            await carrier.until(lambda one: len(one.frames) == 3)
            answers = [codec.decode(frame) for frame in carrier.frames[1:]]
            assert answers == [Pdu(Command.DELIVER_SM_RESP, 5, MessageId())] * 2

    run(story())


def test_an_empty_id_in_an_answer_leaves_the_message_unknown():
    def nameless(pdu: Pdu, connection: Connection) -> bytes | None:
        return accepted(pdu, "") if pdu.command == Command.SUBMIT_SM else None

    async def story() -> None:
        async with (
            polite(nameless) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            assert (await channel.connector.submit([submission()]))[0].is_unknown

    run(story())


def test_a_broken_answer_leaves_the_message_unknown_at_once():
    def broken(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        return codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, b"x" * 90)

    async def story() -> None:
        async with (
            polite(broken) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            assert (await channel.connector.submit([submission()]))[0].is_unknown

    run(story())


def test_a_nack_refuses_the_submission_it_names():
    def nacking(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        return codec.framed(Command.GENERIC_NACK, pdu.sequence, status=Status.INVALID_COMMAND)

    async def story() -> None:
        async with (
            polite(nacking) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            answers = await channel.connector.submit([submission()])
            assert answers == [Answer(1, error="SMPP:0x03")]

    run(story())


@pytest.mark.parametrize("status", [Status.THROTTLED, Status.QUEUE_FULL])
def test_a_message_that_is_throttled_for_long_waits_elsewhere(
    status: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("messaging.carriers.smpp.settings.SmppSettings.terms", lambda _: HASTY)

    def busy(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        return codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, status=status)

    async def story() -> None:
        async with polite(busy) as carrier, opened(SmppConnector, config(carrier.port)) as channel:
            answers = await channel.connector.submit(submissions(3))
            assert [one.is_throttled for one in answers] == [True] * 3
            assert len(submitted(carrier.frames)) == 3 * (HASTY.throttled_at_most + 1)

    run(story())


def test_a_throttled_part_follows_those_that_were_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("messaging.carriers.smpp.settings.SmppSettings.terms", lambda _: HASTY)
    seen: list[int] = []

    def busy_once(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        index = pdu.body.short_message[5]
        seen.append(index)
        if seen.count(2) == 1 and index == 2:
            return codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, status=Status.THROTTLED)
        return accepted(pdu, f"part-{index}")

    async def story() -> None:
        async with (
            polite(busy_once) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            answers = await channel.connector.submit(
                [submission(1, "+8613800138000", "一" * 67, "二" * 67, "三")]
            )
            assert answers == [Answer(1, ("part-1", "part-2", "part-3"))]
            assert seen == [1, 2, 3, 2]

    run(story())


def test_a_part_refused_after_another_was_taken_is_reported():
    def picky(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        if pdu.body.short_message[5] == 2:
            return codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, status=Status.SUBMIT_FAILED)
        return accepted(pdu, "one")

    async def story() -> None:
        async with polite(picky) as carrier, opened(SmppConnector, config(carrier.port)) as channel:
            answers = await channel.connector.submit(
                [submission(7, "+8613800138000", "一" * 67, "二")]
            )
            assert answers == [Answer(7, ("one", "#7/2"))]
            (receipt,) = channel.receipts.items
            assert (receipt.carrier_id, receipt.code) == ("#7/2", "SMPP:0x45")

    run(story())


def test_parts_behind_a_refused_one_are_not_written():
    def refusing(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        return codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, status=Status.INVALID_DESTINATION)

    async def story() -> None:
        async with (
            polite(refusing) as carrier,
            opened(SmppConnector, config(carrier.port, submits_in_flight=1)) as channel,
        ):
            answers = await channel.connector.submit(
                [submission(7, "+8613800138000", "一" * 67, "二" * 67, "三")]
            )
            assert answers == [Answer(7, error="SMPP:0x0B")]
            assert len(submitted(carrier.frames)) == 1
            assert channel.receipts.items == []

    run(story())


def test_a_half_open_link_is_noticed_and_left():
    async def story() -> None:
        deaf: list[Connection] = []

        def react(frame: bytes, connection: Connection) -> bytes | None:
            pdu = codec.decode(frame)
            if pdu.command == Command.BIND_TRANSCEIVER:
                if not deaf:
                    deaf.append(connection)
                return codec.framed(0x80000009, pdu.sequence, b"raw\0")
            if connection in deaf:
                return None
            return codec.framed(pdu.command | 0x80000000, pdu.sequence)

        async with (
            RawCarrier(react) as carrier,
            opened(SmppConnector, config(carrier.port, **HEARTBEAT)) as channel,
        ):
            await carrier.until(lambda one: len(one.connections) == 2)
            commands = [codec.decode(frame).command for frame in deaf[0].frames]
            assert commands == [Command.BIND_TRANSCEIVER, *[Command.ENQUIRE_LINK] * 2]
            await channel.until_up()
            assert channel.connector.links[0].is_up

    run(story())


def test_an_answered_heartbeat_keeps_the_link():
    async def story() -> None:
        async with (
            polite() as carrier,
            opened(SmppConnector, config(carrier.port, **HEARTBEAT)),
        ):
            await carrier.until(lambda one: len(one.frames) >= 6)
            assert len(carrier.connections) == 1

    run(story())


def test_the_carrier_s_heartbeat_is_answered():
    async def story() -> None:
        async with polite() as carrier, opened(SmppConnector, config(carrier.port)):
            carrier.connections[0].transport.write(codec.framed(Command.ENQUIRE_LINK, 12))
            await carrier.until(lambda one: len(one.frames) == 2)
            assert carrier.frames[1] == codec.framed(Command.ENQUIRE_LINK_RESP, 12)

    run(story())


def test_an_unbind_of_the_carrier_is_answered_once_the_answers_are_there():
    held: list[Pdu] = []

    def hold(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        held.append(pdu)
        return codec.framed(Command.UNBIND, 99) if len(held) == 1 else b""

    async def story() -> None:
        async with (
            polite(hold) as carrier,
            opened(SmppConnector, config(carrier.port, submits_in_flight=1)) as channel,
        ):
            submitting = asyncio.create_task(channel.connector.submit(submissions(2)))
            await carrier.until(lambda one: len(held) == 1)
            connection = carrier.connections[0]
            await asyncio.sleep(0.1)
            assert codec.decode(connection.frames[-1]).command == Command.SUBMIT_SM
            connection.transport.write(accepted(held[0], "taken"))
            answers = sorted(await submitting)
            assert answers[0] == Answer(1, ("taken",))
            assert answers[1].is_throttled
            await carrier.until(lambda one: one.lost == 1)
            assert codec.decode(connection.frames[-1]).command == Command.UNBIND_RESP
            await channel.until_up()

    run(story())


def test_a_lost_link_leaves_unanswered_messages_unknown_and_moves_the_rest():
    held: dict[Connection, list[Pdu]] = {}

    def hold(pdu: Pdu, connection: Connection) -> bytes | None:
        if pdu.command != Command.SUBMIT_SM:
            return None
        held.setdefault(connection, []).append(pdu)
        if connection.transport is first_of(held).transport:
            return b""
        return accepted(pdu, f"moved-{pdu.sequence}")

    def first_of(held: dict[Connection, list[Pdu]]) -> Connection:
        return next(iter(held))

    async def story() -> None:
        async with (
            polite(hold) as carrier,
            opened(SmppConnector, config(carrier.port, sessions=2, submits_in_flight=1)) as channel,
        ):
            submitting = asyncio.create_task(channel.connector.submit(submissions(6)))
            await carrier.until(lambda one: len(held) == 2)
            first_of(held).transport.abort()
            answers = await submitting
            assert sum(one.is_unknown for one in answers) == 1
            assert sum(bool(one.carrier_ids) for one in answers) == 5
            assert len(submitted(carrier.frames)) == 6  # each written once

    run(story())


def test_a_server_that_closes_while_binding_is_an_error():
    def hang_up(frame: bytes, connection: Connection) -> bytes | None:
        connection.transport.close()
        return None

    async def story() -> None:
        async with RawCarrier(hang_up) as carrier:
            with pytest.raises(ConnectionError):
                await Channel(SmppConnector, config(carrier.port)).connector.open()

    run(story())


def test_a_server_that_never_answers_the_bind_is_given_up():
    async def story() -> None:
        async with RawCarrier(lambda frame, connection: None) as carrier:
            channel = Channel(SmppConnector, config(carrier.port, answer_timeout_s=0.1))
            with pytest.raises(TimeoutError):
                await channel.connector.open()
            await carrier.until(lambda one: one.lost == 1)

    run(story())


def test_an_answer_to_another_bind_is_no_bind():
    def confused(frame: bytes, connection: Connection) -> bytes | None:
        return codec.framed(Command.BIND_RECEIVER_RESP, 1, b"raw\0")

    async def story() -> None:
        async with RawCarrier(confused) as carrier:
            with pytest.raises(LoginRefusedError):
                await Channel(SmppConnector, config(carrier.port)).connector.open()

    run(story())


async def received(frame: bytes, **more) -> Channel:
    """What becomes of a delivery; returns once it is confirmed."""
    async with polite() as carrier, opened(SmppConnector, config(carrier.port, **more)) as channel:
        carrier.connections[0].transport.write(frame)
        await carrier.until(lambda one: len(one.frames) == 2)
        assert codec.decode(carrier.frames[1]).status == 0
        return channel


@pytest.mark.parametrize("state", [1, 6], ids=["ENROUTE", "ACCEPTED"])
def test_intermediate_states_are_confirmed_and_not_handed_over(state: int):
    frame = deliver(
        1, receipt_of("a", "x"), receipted_message_id=b"a\0", message_state=bytes([state])
    )
    channel = run(received(frame))
    assert (channel.receipts.items, channel.uplinks.items) == ([], [])


def test_intermediate_notifications_are_confirmed_and_not_handed_over():
    body = ShortMessage(esm_class=EsmClass.INTERMEDIATE, short_message=b"id:1 stat:DELIVRD")
    channel = run(received(deliver(1, body)))
    assert (channel.receipts.items, channel.uplinks.items) == ([], [])


def test_a_receipt_without_text_speaks_by_its_parameters():
    body = ShortMessage(esm_class=EsmClass.RECEIPT)
    frame = deliver(1, body, receipted_message_id=b"12AB\0", message_state=b"\x05")
    (receipt,) = run(received(frame)).receipts.items
    assert (receipt.carrier_id, receipt.code, receipt.raw) == ("12AB", "UNDELIV", "")


def test_a_receipt_with_nonsense_is_handed_over_as_it_came():
    (receipt,) = run(received(deliver(1, receipt_of("", "no fields at all")))).receipts.items
    assert receipt[:2] == ("", "")
    assert receipt.raw == "no fields at all"


def test_a_receipt_in_data_sm():
    body = Data(source_addr="8613800138000", esm_class=EsmClass.RECEIPT)
    text = b"id:77 sub:001 dlvrd:001 submit date:2611231010 done date:2611231015 stat:DELIVRD"
    frame = codec.encode(Pdu(Command.DATA_SM, 4, body, tlvs={Tlv.MESSAGE_PAYLOAD: text}))
    (receipt,) = run(received(frame)).receipts.items
    assert isinstance(receipt, Receipt)
    assert (receipt.carrier_id, receipt.code) == ("77", "DELIVRD")


def test_an_uplink_in_data_sm():
    body = Data(source_addr="13800138000", destination_addr=SENDER, data_coding=8)
    payload = "很长" * 200
    frame = codec.encode(
        Pdu(Command.DATA_SM, 4, body, tlvs={Tlv.MESSAGE_PAYLOAD: payload.encode("utf-16-be")})
    )
    (uplink,) = run(received(frame)).uplinks.items
    assert (uplink.sender, uplink.to, uplink.text) == ("+8613800138000", SENDER, payload)


READS_LIKE_A_RECEIPT = ShortMessage(
    source_addr="13800138000",
    destination_addr=SENDER,
    short_message=b"id:1 sub:001 dlvrd:001 done date:2611231015 stat:DELIVRD err:000 text:",
)


def test_a_handset_cannot_write_a_receipt():
    channel = run(received(deliver(1, READS_LIKE_A_RECEIPT)))
    assert channel.receipts.items == []
    assert len(channel.uplinks.items) == 1


def test_a_channel_may_take_receipts_without_a_mark():
    channel = run(received(deliver(1, READS_LIKE_A_RECEIPT), unmarked_receipts=True))
    assert [one.carrier_id for one in channel.receipts.items] == ["1"]


def test_an_uplink_with_a_broken_header_is_handed_over_whole():
    body = ShortMessage(
        source_addr="13800138000",
        destination_addr=SENDER,
        esm_class=EsmClass.UDHI,
        short_message=b"\x63Hi",
    )
    (uplink,) = run(received(deliver(1, body))).uplinks.items
    assert uplink.text == "cHi"
    assert uplink.total == 1


def test_while_the_link_is_down_messages_wait_and_later_go():
    async def story() -> None:
        async with (
            polite(accepting) as carrier,
            opened(SmppConnector, config(carrier.port)) as channel,
        ):
            carrier.connections[0].transport.abort()
            await eventually(lambda: not channel.connector.links)
            with pytest.raises(NotWrittenError):
                await channel.connector.submit([submission()])
            await channel.until_up()
            assert (await channel.connector.submit([submission()]))[0].carrier_ids

    run(story())


def test_while_we_do_not_read_nothing_is_held_against_the_carrier():
    async def story() -> None:
        async with (
            polite(accepting) as carrier,
            opened(SmppConnector, config(carrier.port, **HEARTBEAT)) as channel,
        ):
            (link,) = channel.connector.links
            link.pause_reading()
            submitting = asyncio.create_task(channel.connector.submit([submission()]))
            await asyncio.sleep(0.5)  # the answer came long ago, but is not read
            assert link.is_up
            link.resume_reading()
            assert (await submitting)[0].carrier_ids

    run(story())
