"""The connector against the served carrier, over real sockets."""

import asyncio

import pytest

from messaging.carriers.base import Answer, NotWrittenError
from messaging.carriers.simulated.scenarios import TABLE, Course
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.smpp.pdus import Command, EsmClass
from messaging.carriers.smpp.server import SmppAccount
from messaging.carriers.wire.link import LoginRefusedError
from messaging.carriers.wire.udh import Place
from tests.messaging.carriers.wire.harness import (
    SENDER,
    Channel,
    eventually,
    opened,
    run,
    submission,
    submissions,
)

from .carrier import config, connected, recorded, serving

LONG = ("【华为】" + "长" * 63, "文" * 67, "。" * 5)


def number_of(course: Course) -> str:
    (suffix,) = (scenario.suffix for scenario in TABLE if scenario.course is course)
    return f"+86138000{suffix.zfill(6)}"


def test_a_message_is_taken_and_reported():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            (answer,) = await channel.connector.submit([submission(7)])
            (receipt,) = await channel.receipts.until(1)
            assert (answer.message_id, answer.carrier_ids) == (7, (receipt.carrier_id,))
            assert receipt.code == "DELIVRD"
            (message,) = seen
            assert message.source_addr == SENDER
            assert message.destination_addr == "8613800138000"
            assert message.short_message.decode("utf-16-be") == "【华为】您好"
            assert (message.data_coding, message.esm_class) == (8, 0)
            assert message.registered_delivery == 1

    run(story())


def test_every_message_of_a_slice_gets_its_own_answer():
    async def story() -> None:
        async with connected(submits_in_flight=20) as (_, channel):
            answers = await channel.connector.submit(submissions(500))
            assert sorted(answer.message_id for answer in answers) == list(range(1, 501))
            receipts = await channel.receipts.until(500)
            named = {carrier_id for answer in answers for carrier_id in answer.carrier_ids}
            assert {receipt.carrier_id for receipt in receipts} == named
            assert len(named) == 500

    run(story())


@pytest.mark.parametrize(
    "scenario", [one for one in TABLE if one.course is Course.NORMAL], ids=lambda one: one.code
)
@pytest.mark.parametrize("has_tlvs", [True, False], ids=["parameters", "text"])
def test_scenario_numbers_report_their_code(scenario, has_tlvs: bool):
    async def story() -> None:
        account = SmppAccount("platform", "secret", has_tlvs=has_tlvs)
        async with connected(account) as (_, channel):
            number = f"+8613800{scenario.suffix.zfill(6)}"
            await channel.connector.submit([submission(1, number)])
            (receipt,) = await channel.receipts.until(1)
            assert receipt.code == scenario.code

    run(story())


@pytest.mark.parametrize("concatenation", ["udh", "sar"])
def test_the_parts_of_a_long_message_can_be_joined_again(concatenation: str):
    async def story() -> None:
        async with connected(concatenation=concatenation) as (server, channel):
            seen = recorded(server)
            (answer,) = await channel.connector.submit([submission(1, "+8613800138000", *LONG)])
            receipts = await channel.receipts.until(3)
            assert len(set(answer.carrier_ids)) == 3
            assert {receipt.carrier_id for receipt in receipts} == set(answer.carrier_ids)
            if concatenation == "sar":
                assert [one.esm_class for one in seen] == [0, 0, 0]
                assert "".join(one.short_message.decode("utf-16-be") for one in seen) == "".join(
                    LONG
                )
                return
            headers = [one.short_message[:6] for one in seen]
            assert [header[:3] for header in headers] == [b"\x05\x00\x03"] * 3
            assert len({header[3] for header in headers}) == 1
            assert [(header[4], header[5]) for header in headers] == [(3, 1), (3, 2), (3, 3)]
            assert {one.esm_class for one in seen} == {EsmClass.UDHI}
            assert max(len(one.short_message) for one in seen) == 140
            text = b"".join(one.short_message[6:] for one in seen).decode("utf-16-be")
            assert text == "".join(LONG)

    run(story())


def test_texts_of_the_default_alphabet_travel_in_it():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            await channel.connector.submit([submission(1, "+447700900123", "Pay 5€ @home")])
            (message,) = seen
            assert message.data_coding == 0
            # @ is 0x00 and € is ESC 0x65 in the GSM alphabet.
            assert message.short_message == b"Pay 5\x1be \x00home"

    run(story())


@pytest.mark.parametrize(
    ("more", "text", "expected"),
    [
        ({"ucs2_only": True}, "Hi", (8, b"\0H\0i")),
        ({"default_alphabet": "latin1"}, "é@", (0, b"\xe9@")),
    ],
)
def test_a_channel_says_which_alphabet(more: dict, text: str, expected: tuple):
    async def story() -> None:
        async with connected(**more) as (server, channel):
            seen = recorded(server)
            await channel.connector.submit([submission(1, "+447700900123", text)])
            assert (seen[0].data_coding, seen[0].short_message) == expected

    run(story())


def test_a_carrier_that_prepends_the_signature_gets_the_text_without():
    async def story() -> None:
        async with connected(carrier_prepends_signature=True) as (server, channel):
            seen = recorded(server)
            await channel.connector.submit([submission(1, "+8613800138000", *LONG)])
            first = seen[0].short_message[6:].decode("utf-16-be")
            assert first == "长" * 63
            assert seen[1].short_message[6:].decode("utf-16-be") == LONG[1]

    run(story())


def test_a_refusal_names_the_carrier_s_error():
    async def story() -> None:
        async with connected() as (_, channel):
            answers = await channel.connector.submit([submission(1, number_of(Course.REFUSED))])
            assert answers == [Answer(1, error="SMPP:0x45")]

    run(story())


def test_a_sender_that_smpp_has_no_room_for_is_refused_before_writing():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            answers = await channel.connector.submit(
                [submission(1, sender="1" * 21), submission(2)]
            )
            refused, accepted = sorted(answers)
            assert refused == Answer(1, error="SMPP:0x0A")
            assert accepted.carrier_ids
            assert len(seen) == 1

    run(story())


def test_a_throttled_message_is_written_again_after_a_rest():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            began = asyncio.get_running_loop().time()
            (answer,) = await channel.connector.submit([submission(1, number_of(Course.THROTTLED))])
            assert answer.carrier_ids
            assert len(seen) == 3
            assert asyncio.get_running_loop().time() - began >= 0.5 + 1.0 - 0.01

    run(story())


def test_a_receipt_may_come_before_the_answer():
    async def story() -> None:
        async with connected() as (_, channel):
            (answer,) = await channel.connector.submit([submission(1, number_of(Course.EARLY))])
            (receipt,) = await channel.receipts.until(1)
            assert answer.carrier_ids == (receipt.carrier_id,)

    run(story())


def test_a_receipt_that_comes_twice_is_handed_over_twice():
    async def story() -> None:
        async with connected() as (_, channel):
            (answer,) = await channel.connector.submit([submission(1, number_of(Course.REPEATED))])
            receipts = await channel.receipts.until(2)
            assert [one.carrier_id for one in receipts] == [*answer.carrier_ids] * 2

    run(story())


@pytest.mark.parametrize(
    ("account", "steps"),
    [
        ({"answer_id": "{:x}", "receipt_id": "{:d}"}, {"answer_ids": ["hex_to_decimal"]}),
        ({"answer_id": "{:d}", "receipt_id": "{:x}"}, {"receipt_ids": ["hex_to_decimal"]}),
        ({"answer_id": "{:024d}", "receipt_id": "{:d}"}, {"answer_ids": ["strip_zeros"]}),
        ({"answer_id": "{:X}", "receipt_id": "{:x}"}, {"answer_ids": ["lower"]}),
    ],
)
def test_ids_that_differ_between_answer_and_receipt_are_made_equal(account: dict, steps: dict):
    async def story() -> None:
        async with connected(SmppAccount("platform", "secret", **account), **steps) as (_, channel):
            (answer,) = await channel.connector.submit([submission()])
            (receipt,) = await channel.receipts.until(1)
            assert answer.carrier_ids == (receipt.carrier_id,)

    run(story())


def test_a_pair_sends_on_one_session_and_receives_on_the_other():
    async def story() -> None:
        async with connected(bind="pair") as (server, channel):
            binds = sorted(session.bind for session in server.sessions)
            assert binds == [Command.BIND_RECEIVER, Command.BIND_TRANSMITTER]
            (answer,) = await channel.connector.submit([submission()])
            (receipt,) = await channel.receipts.until(1)
            assert answer.carrier_ids == (receipt.carrier_id,)

    run(story())


def test_several_sessions_share_the_work_and_each_message_stays_on_one():
    async def story() -> None:
        async with connected(sessions=3) as (server, channel):
            used: dict[bytes, set[int]] = {}

            def look(message, session) -> None:
                key = message.destination_addr.encode()
                used.setdefault(key, set()).add(id(session))

            server.on_submit = look
            await channel.connector.submit(
                [submission(number, f"+86138001{number:05d}", *LONG) for number in range(60)]
            )
            assert {len(sessions) for sessions in used.values()} == {1}
            assert len(set.union(*used.values())) == 3
            await channel.receipts.until(180)

    run(story())


def test_an_uplink_is_handed_over_and_confirmed():
    async def story() -> None:
        async with connected() as (server, channel):
            server.uplink(sender="8613800138000", to=SENDER, text="退订 R")
            (uplink,) = await channel.uplinks.until(1)
            assert (uplink.sender, uplink.to, uplink.text) == ("+8613800138000", SENDER, "退订 R")
            assert (uplink.reference, uplink.total, uplink.index) == (0, 1, 1)
            (session,) = server.sessions
            await eventually(lambda: not len(session._window))

    run(story())


@pytest.mark.parametrize("with_sar", [False, True])
def test_parts_of_a_long_uplink_name_their_place(with_sar: bool):
    async def story() -> None:
        async with connected() as (server, channel):
            for index, text in ((2, "世界"), (1, "你好")):
                server.uplink(
                    sender="13800138000",
                    to=SENDER,
                    text=text,
                    place=Place(200, 2, index),
                    with_sar=with_sar,
                )
            uplinks = await channel.uplinks.until(2)
            assert [(one.reference, one.total, one.index, one.text) for one in uplinks] == [
                (200, 2, 2, "世界"),
                (200, 2, 1, "你好"),
            ]

    run(story())


def test_nothing_is_confirmed_before_it_is_stored():
    async def story() -> None:
        async with connected() as (server, channel):
            channel.receipts.is_open.clear()
            await channel.connector.submit([submission()])
            await channel.receipts.until(1)
            (session,) = server.sessions
            assert len(session._window) == 1
            channel.receipts.is_open.set()
            await eventually(lambda: not len(session._window))

    run(story())


def test_what_was_not_confirmed_comes_again_after_a_loss_of_the_link():
    async def story() -> None:
        async with connected() as (server, channel):
            channel.receipts.is_open.clear()
            await channel.connector.submit([submission()])
            await channel.receipts.until(1)
            server.sessions[0].abort()
            channel.receipts.is_open.set()
            receipts = await channel.receipts.until(2)
            assert receipts[0].carrier_id == receipts[1].carrier_id

    run(story())


def test_the_link_comes_back_after_a_loss():
    async def story() -> None:
        async with connected() as (server, channel):
            server.sessions[0].abort()
            await eventually(lambda: not channel.connector.links)
            await channel.until_up()
            (answer,) = await channel.connector.submit([submission()])
            assert answer.carrier_ids

    run(story())


def test_while_no_link_is_up_nothing_is_written():
    async def story() -> None:
        async with connected() as (server, channel):
            await server.close()
            await eventually(lambda: not channel.connector.links)
            with pytest.raises(NotWrittenError):
                await channel.connector.submit([submission()])

    run(story())


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"system_id": "nobody"}, "ESME_RINVSYSID"),
        ({"password": "wrong"}, "ESME_RINVPASWD"),
    ],
)
def test_a_refused_bind_says_why(more: dict, name: str):
    async def story() -> None:
        async with serving() as (_, port):
            channel = Channel(SmppConnector, config(port, **more))
            with pytest.raises(LoginRefusedError, match=name):
                await channel.connector.open()

    run(story())


def test_opening_fails_where_nobody_listens():
    async def story() -> None:
        async with serving() as (server, port):
            await server.close()
            with pytest.raises(OSError):
                await Channel(SmppConnector, config(port)).connector.open()

    run(story())


def test_closing_finishes_what_is_under_way_and_unbinds():
    async def story() -> None:
        async with serving() as (server, port):
            async with opened(SmppConnector, config(port)) as channel:
                submitting = asyncio.create_task(channel.connector.submit(submissions(5)))
                await asyncio.sleep(0)
            answers = await submitting
            assert all(answer.carrier_ids for answer in answers)
            assert server.sessions == []

    run(story())


def test_parts_are_written_no_faster_than_set():
    async def story() -> None:
        async with connected(submits_per_s=50) as (server, channel):
            times = []
            server.on_submit = lambda *_: times.append(asyncio.get_running_loop().time())
            await channel.connector.submit(submissions(25))
            assert times[-1] - times[0] >= 0.35
            (answer,) = await channel.connector.submit([submission()])
            assert answer.carrier_ids

    run(story())


def test_the_window_is_never_exceeded():
    async def story() -> None:
        async with connected(submits_in_flight=4) as (server, channel):
            most = 0

            def look(*_) -> None:
                nonlocal most
                most = max(most, channel.connector.links[0].in_flight)

            server.on_submit = look
            await channel.connector.submit(submissions(100))
            assert most == 4

    run(story())


def test_the_same_runs_in_the_standard_event_loop():
    async def story() -> None:
        async with connected() as (_, channel):
            await channel.connector.submit(submissions(50))
            await channel.receipts.until(50)

    asyncio.run(story())
