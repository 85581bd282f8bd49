"""The served gateway, asked with raw frames."""

import asyncio

import pytest

from messaging.carriers.cmpp import authenticator, codec
from messaging.carriers.cmpp.codec import Pdu
from messaging.carriers.cmpp.pdus import (
    Command,
    Connect,
    ConnectStatus,
    Nothing,
    Result,
    Submit,
    Version,
)
from messaging.carriers.cmpp.server import CmppAccount
from tests.messaging.carriers.wire.harness import run

from .carrier import SECRET, SP, V30, serving

STAMP = 1123101500
SOURCE = authenticator.of_source(SP, SECRET, STAMP)
CONNECT = Pdu(Command.CONNECT, 1, Connect(SP, SOURCE, V30, STAMP))
SUBMIT = Pdu(Command.SUBMIT, 2, Submit(dest_terminal_ids=("13800138000",), registered_delivery=0))
TERMINATE = Pdu(Command.TERMINATE, 9, Nothing())


async def asked(*frames: Pdu | bytes, account: CmppAccount | None = None) -> list[Pdu]:
    """What the gateway answers to these frames until it ends the connection."""
    async with serving(account or CmppAccount(SP, SECRET)) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for frame in frames:
            writer.write(codec.encode(frame, V30) if isinstance(frame, Pdu) else frame)
        async with asyncio.timeout(5):
            stream = await reader.read(-1)
        writer.close()
    answers = []
    while stream:
        length = int.from_bytes(stream[:4])
        answers.append(codec.decode(stream[:length], V30))
        stream = stream[length:]
    return answers


def test_a_client_connects_submits_and_terminates():
    connected, taken, ended = run(asked(CONNECT, SUBMIT, TERMINATE))
    assert connected.body.status == ConnectStatus.OK
    assert connected.body.authenticator == authenticator.of_ismg(0, SOURCE, SECRET, V30)
    assert taken.body.result == Result.OK
    assert any(taken.body.msg_id)
    assert ended.command == Command.TERMINATE_RESP


@pytest.mark.parametrize(
    ("connect", "status"),
    [
        (Connect("nobody", SOURCE, V30, STAMP), ConnectStatus.SOURCE_ADDRESS),
        (Connect(SP, bytes(16), V30, STAMP), ConnectStatus.AUTHENTICATION),
        (Connect(SP, SOURCE, V30, STAMP + 1), ConnectStatus.AUTHENTICATION),
        (Connect(SP, SOURCE, 0x31, STAMP), ConnectStatus.VERSION_TOO_HIGH),
        (Connect(SP, SOURCE, 0x10, STAMP), ConnectStatus.VERSION_TOO_HIGH),
    ],
)
def test_refused_clients_are_told_why_and_left(connect: Connect, status: ConnectStatus):
    (answer,) = run(asked(Pdu(Command.CONNECT, 1, connect), SUBMIT))
    assert answer.body.status == status
    assert not any(answer.body.authenticator)


def test_a_gateway_of_2_0_answers_in_its_own_width():
    account = CmppAccount(SP, SECRET, highest_version=Version.V20)
    (answer,) = run(asked(CONNECT, account=account))
    assert (answer.body.status, answer.body.version) == (ConnectStatus.VERSION_TOO_HIGH, 0x20)


def test_a_broken_connect_is_refused():
    (answer,) = run(asked(codec.framed(Command.CONNECT, 1, b"short")))
    assert answer.body.status == ConnectStatus.STRUCTURE


@pytest.mark.parametrize("frame", [SUBMIT, Pdu(Command.ACTIVE_TEST, 2, Nothing())])
def test_nothing_comes_before_connect(frame: Pdu):
    assert run(asked(frame)) == []


@pytest.mark.parametrize("numbers", [(), ("13800138000", "13800138001")])
def test_a_group_is_refused_as_a_whole(numbers: tuple[str, ...]):
    group = Pdu(Command.SUBMIT, 2, SUBMIT.body._replace(dest_terminal_ids=numbers))
    assert run(asked(CONNECT, group, TERMINATE))[1].body.result == Result.DESTINATION


def test_a_broken_submission_is_refused_and_the_session_stays():
    answers = run(asked(CONNECT, codec.framed(Command.SUBMIT, 5, bytes(20)), SUBMIT, TERMINATE))
    assert [answer.body.result for answer in answers[1:3]] == [Result.STRUCTURE, Result.OK]


def test_flow_control_counts_a_second():
    account = CmppAccount(SP, SECRET, submits_per_s=1)
    answers = run(asked(CONNECT, SUBMIT, SUBMIT, TERMINATE, account=account))
    assert [answer.body.result for answer in answers[1:3]] == [Result.OK, Result.FLOW_CONTROL]


def test_ids_have_their_time_gateway_and_number():
    account = CmppAccount(SP, SECRET, gateway=77)
    answers = run(asked(CONNECT, SUBMIT, SUBMIT, TERMINATE, account=account))
    first, second = (int.from_bytes(answer.body.msg_id) for answer in answers[1:3])
    assert (first & 0xFFFF, second & 0xFFFF) == (1, 2)
    assert first >> 16 & 0x3FFFFF == 77
    assert 1 <= first >> 60 <= 12  # the month


def test_a_stream_that_makes_no_sense_ends_the_connection():
    assert run(asked(bytes(12))) == []
