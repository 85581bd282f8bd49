"""The connector against the served gateway, over real sockets."""

import asyncio
import re

import pytest

from messaging.carriers.base import Answer, NotWrittenError
from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.cmpp.pdus import Version
from messaging.carriers.cmpp.server import CmppAccount
from messaging.carriers.simulated.scenarios import TABLE, Course
from messaging.carriers.wire.link import LoginRefusedError
from messaging.carriers.wire.udh import Place
from tests.messaging.carriers.wire.harness import (
    SENDER,
    Channel,
    eventually,
    run,
    submission,
    submissions,
)

from .carrier import ACCOUNT, SECRET, SP, config, connected, recorded, serving

LONG = ("【华为】" + "长" * 63, "文" * 67, "。" * 5)
VERSIONS = ("2.0", "2.1", "3.0")


def number_of(course: Course) -> str:
    (suffix,) = (scenario.suffix for scenario in TABLE if scenario.course is course)
    return f"+86138000{suffix.zfill(6)}"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_message_is_taken_and_reported(version: str):
    async def story() -> None:
        async with connected(version=version) as (server, channel):
            seen = recorded(server)
            (answer,) = await channel.connector.submit([submission(7)])
            (receipt,) = await channel.receipts.until(1)
            assert (answer.message_id, answer.carrier_ids) == (7, (receipt.carrier_id,))
            assert receipt.code == "DELIVRD"
            (submit,) = seen
            assert (submit.src_id, submit.dest_terminal_ids) == (SENDER, ("13800138000",))
            assert submit.msg_content.decode("utf-16-be") == "【华为】您好"
            assert (submit.msg_fmt, submit.tp_udhi, submit.registered_delivery) == (8, 0, 1)
            assert submit.msg_src == SP

    run(story())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_parts_of_a_long_message_travel_on_one_link(version: str):
    async def story() -> None:
        async with connected(version=version, sessions=3) as (server, channel):
            used: dict[tuple[str, ...], set[int]] = {}
            seen = []

            def look(submit, session) -> None:
                used.setdefault(submit.dest_terminal_ids, set()).add(id(session))
                seen.append(submit)

            server.on_submit = look
            answers = await channel.connector.submit(
                [submission(number, f"+86138001{number:05d}", *LONG) for number in range(30)]
            )
            await channel.receipts.until(90)
            assert {len(set(answer.carrier_ids)) for answer in answers} == {3}
            assert {len(sessions) for sessions in used.values()} == {1}
            assert len(set.union(*used.values())) == 3
            one = [each for each in seen if each.dest_terminal_ids == ("13800100007",)]
            assert [(each.pk_total, each.pk_number) for each in one] == [(3, 1), (3, 2), (3, 3)]
            assert {each.tp_udhi for each in one} == {1}
            assert [each.msg_content[:3] for each in one] == [b"\x05\x00\x03"] * 3
            assert len({each.msg_content[3] for each in one}) == 1
            assert max(len(each.msg_content) for each in one) == 140
            text = b"".join(each.msg_content[6:] for each in one).decode("utf-16-be")
            assert text == "".join(LONG)

    run(story())


@pytest.mark.parametrize(
    "scenario", [one for one in TABLE if one.course is Course.NORMAL], ids=lambda one: one.code
)
@pytest.mark.parametrize("has_short_reports", [True, False], ids=["60", "71"])
def test_scenario_numbers_report_their_code(scenario, has_short_reports: bool):
    async def story() -> None:
        account = CmppAccount(SP, SECRET, has_short_reports=has_short_reports)
        async with connected(account) as (_, channel):
            number = f"+8613800{scenario.suffix.zfill(6)}"
            (answer,) = await channel.connector.submit([submission(1, number)])
            (receipt,) = await channel.receipts.until(1)
            assert receipt.code == scenario.code
            assert answer.carrier_ids == (receipt.carrier_id,)

    run(story())


def test_the_window_of_sixteen_is_never_exceeded():
    async def story() -> None:
        async with connected() as (server, channel):
            most = 0

            def look(*_) -> None:
                nonlocal most
                most = max(most, channel.connector.links[0].in_flight)

            server.on_submit = look
            answers = await channel.connector.submit(submissions(200))
            assert most == 16
            assert len({answer.carrier_ids for answer in answers}) == 200

    run(story())


def test_flow_control_of_the_gateway_is_waited_out():
    async def story() -> None:
        async with connected(CmppAccount(SP, SECRET, submits_per_s=40)) as (server, channel):
            seen = recorded(server)
            answers = await channel.connector.submit(submissions(30))
            assert all(answer.carrier_ids for answer in answers)
            assert len(seen) > 30  # some were refused at first, and written again
            assert len({submit.dest_terminal_ids for submit in seen}) == 30

    run(story())


def test_parts_are_written_no_faster_than_set():
    async def story() -> None:
        async with connected(CmppAccount(SP, SECRET, submits_per_s=60), submits_per_s=50) as (
            server,
            channel,
        ):
            seen = recorded(server)
            answers = await channel.connector.submit(submissions(40))
            assert all(answer.carrier_ids for answer in answers)
            assert len(seen) == 40  # the gateway had nothing to refuse

    run(story())


def test_a_throttled_message_is_written_again_after_a_rest():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            (answer,) = await channel.connector.submit([submission(1, number_of(Course.THROTTLED))])
            assert answer.carrier_ids
            assert len(seen) == 3

    run(story())


def test_a_refusal_has_the_code_of_the_table():
    async def story() -> None:
        async with connected() as (_, channel):
            answers = await channel.connector.submit([submission(1, number_of(Course.REFUSED))])
            assert answers == [Answer(1, error="ID:0009")]

    run(story())


def test_a_sender_that_cmpp_has_no_room_for_is_refused_before_writing():
    async def story() -> None:
        async with connected() as (server, channel):
            seen = recorded(server)
            answers = await channel.connector.submit([submission(1, sender="1" * 22)])
            assert answers == [Answer(1, error="ID:0010")]
            assert seen == []

    run(story())


@pytest.mark.parametrize("course", [Course.EARLY, Course.REPEATED])
def test_reports_come_early_and_twice(course: Course):
    async def story() -> None:
        async with connected() as (_, channel):
            (answer,) = await channel.connector.submit([submission(1, number_of(course))])
            receipts = await channel.receipts.until(2 if course is Course.REPEATED else 1)
            assert {receipt.carrier_id for receipt in receipts} == set(answer.carrier_ids)

    run(story())


@pytest.mark.parametrize(
    ("form", "pattern"),
    [("decimal", r"\d{15,20}"), ("hex", r"[0-9a-f]{16}"), ("fields", r"\d{10}-0000321-\d{5}")],
)
def test_ids_are_written_as_the_channel_says(form: str, pattern: str):
    async def story() -> None:
        async with connected(CmppAccount(SP, SECRET, gateway=321), id_form=form) as (_, channel):
            (answer,) = await channel.connector.submit([submission()])
            (receipt,) = await channel.receipts.until(1)
            assert re.fullmatch(pattern, receipt.carrier_id)
            assert answer.carrier_ids == (receipt.carrier_id,)

    run(story())


@pytest.mark.parametrize(
    ("encoding", "text", "expected"),
    [
        ("ascii", "Code 123456", (0, b"Code 123456")),
        ("ascii", "验证码", (8, "验证码".encode("utf-16-be"))),
        ("gb18030", "验证码1", (15, "验证码1".encode("gb18030"))),
        ("gb18030", "🙂" * 35 + "a", (8, ("🙂" * 35 + "a").encode("utf-16-be"))),
    ],
)
def test_a_channel_says_which_encoding(encoding: str, text: str, expected: tuple):
    async def story() -> None:
        async with connected(encoding=encoding) as (server, channel):
            seen = recorded(server)
            await channel.connector.submit([submission(1, "+8613800138000", text)])
            assert (seen[0].msg_fmt, seen[0].msg_content) == expected

    run(story())


def test_a_gateway_that_prepends_the_signature_gets_the_text_without():
    async def story() -> None:
        async with connected(carrier_prepends_signature=True) as (server, channel):
            seen = recorded(server)
            await channel.connector.submit([submission(1, "+8613800138000", *LONG)])
            assert seen[0].msg_content[6:].decode("utf-16-be") == "长" * 63
            assert seen[0].pk_total == 3

    run(story())


def test_an_uplink_is_handed_over_with_its_id():
    async def story() -> None:
        async with connected() as (server, channel):
            server.uplink(sender="8613800138000", to=SENDER, text="退订 R")
            (uplink,) = await channel.uplinks.until(1)
            assert (uplink.sender, uplink.to, uplink.text) == ("+8613800138000", SENDER, "退订 R")
            assert uplink.carrier_id
            await eventually(lambda: not len(server.sessions[0]._window))

    run(story())


def test_parts_of_a_long_uplink_name_their_place():
    async def story() -> None:
        async with connected() as (server, channel):
            for index, text in ((2, "世界"), (1, "你好")):
                server.uplink(
                    sender="13800138000", to=SENDER, text=text, place=Place(200, 2, index)
                )
            uplinks = await channel.uplinks.until(2)
            assert [(one.reference, one.total, one.index, one.text) for one in uplinks] == [
                (200, 2, 2, "世界"),
                (200, 2, 1, "你好"),
            ]
            assert [one.carrier_id[-2:] for one in uplinks] == ["/2", "/1"]

    run(story())


def test_reports_are_confirmed_only_when_stored():
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


def test_the_link_comes_back_after_a_loss():
    async def story() -> None:
        async with connected() as (server, channel):
            server.sessions[0].abort()
            await eventually(lambda: not channel.connector.links)
            with pytest.raises(NotWrittenError):
                await channel.connector.submit([submission()])
            await channel.until_up()
            assert (await channel.connector.submit([submission()]))[0].carrier_ids

    run(story())


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"source_addr": "nobody"}, "source address"),
        ({"shared_secret": "wrong"}, "authentication failed"),
    ],
)
def test_a_refused_login_says_why(more: dict, reason: str):
    async def story() -> None:
        async with serving() as (_, port):
            with pytest.raises(LoginRefusedError, match=reason):
                await Channel(CmppConnector, config(port, **more)).connector.open()

    run(story())


def test_a_gateway_of_an_older_version_refuses_a_newer_one():
    async def story() -> None:
        account = CmppAccount(SP, SECRET, highest_version=Version.V20)
        async with serving(account) as (_, port):
            with pytest.raises(LoginRefusedError, match="does not speak this version"):
                await Channel(CmppConnector, config(port)).connector.open()
        async with connected(account, version="2.0") as (_, channel):
            assert (await channel.connector.submit([submission()]))[0].carrier_ids

    run(story())


@pytest.mark.parametrize("name", ["12", "90123", "901234"])
def test_names_shorter_than_six_characters_get_in(name: str):
    async def story() -> None:
        async with connected(CmppAccount(name, SECRET), source_addr=name) as (_, channel):
            assert channel.connector.links

    run(story())


def test_closing_terminates_the_sessions():
    async def story() -> None:
        async with serving() as (server, port):
            channel = Channel(CmppConnector, config(port, sessions=2))
            await channel.connector.open()
            assert len(server.sessions) == 2
            await channel.connector.close()
            assert server.sessions == []

    run(story())


def test_the_same_runs_in_the_standard_event_loop():
    async def story() -> None:
        async with connected(ACCOUNT) as (_, channel):
            await channel.connector.submit(submissions(50))
            await channel.receipts.until(50)

    asyncio.run(story())
