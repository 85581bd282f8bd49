"""How fast the carrier protocols are: a connector against a served carrier in another process.

``python -m bench.carriers`` prints both protocols beside their bare codec loops.
"""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop

from messaging.carriers.base import ChannelSettings, Receipt, Submission, Uplink
from messaging.carriers.cmpp import CmppConnector, authenticator
from messaging.carriers.cmpp import codec as cmpp
from messaging.carriers.cmpp import pdus as cmpp_pdus
from messaging.carriers.cmpp.server import CmppAccount, CmppServer
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.smpp import codec as smpp
from messaging.carriers.smpp import pdus as smpp_pdus
from messaging.carriers.smpp.server import SmppAccount, SmppServer
from messaging.carriers.wire.connector import WireConnector
from messaging.carriers.wire.framing import FrameBuffer

from .errors import BenchError

ACCOUNT, SECRET = "900001", "secret"
BEHAVIOUR = SimulatedSettings(delay_s=0.01)
SLICE = 500
SLICES_UNDER_WAY = 3
"""As a channel of the carrier process hands them over."""
TEXT = "【华为】您的验证码是 123456，五分钟内有效。"
TIMEOUT_S = 120.0
VERSION = cmpp_pdus.Version.V30

Frame = Callable[[int, str], bytes]


@dataclass(frozen=True)
class Protocol:
    """What a measurement needs of a protocol; the bare loop's part is codec and nothing else."""

    server: Callable[[], Any]
    connector: type[WireConnector]
    config: dict[str, Any]
    secrets: dict[str, str]
    window: int
    login: Callable[[], bytes]
    submission: Frame
    is_answer: Callable[[Any], bool]
    confirmation: Callable[[Any], bytes | None]
    decode: Callable[[bytes], Any]


def _smpp_submission(sequence: int, recipient: str) -> bytes:
    body = smpp_pdus.ShortMessage(
        source_addr="10690001",
        destination_addr=recipient,
        data_coding=8,
        registered_delivery=1,
        short_message=TEXT.encode("utf-16-be"),
    )
    return smpp.encode(smpp.Pdu(smpp_pdus.Command.SUBMIT_SM, sequence, body))


def _smpp_confirmation(pdu: smpp.Pdu) -> bytes | None:
    if pdu.command != smpp_pdus.Command.DELIVER_SM:
        return None
    answer = smpp_pdus.Command.DELIVER_SM_RESP
    return smpp.encode(smpp.Pdu(answer, pdu.sequence, smpp_pdus.MessageId()))


def _cmpp_login() -> bytes:
    stamp = 1123101500
    source = authenticator.of_source(ACCOUNT, SECRET, stamp)
    body = cmpp_pdus.Connect(ACCOUNT, source, VERSION, stamp)
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.CONNECT, 0, body), VERSION)


def _cmpp_submission(sequence: int, recipient: str) -> bytes:
    body = cmpp_pdus.Submit(
        src_id="10690001",
        dest_terminal_ids=(recipient,),
        msg_content=TEXT.encode("utf-16-be"),
    )
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.SUBMIT, sequence, body), VERSION)


def _cmpp_confirmation(pdu: cmpp.Pdu) -> bytes | None:
    if pdu.command != cmpp_pdus.Command.DELIVER:
        return None
    body = cmpp_pdus.DeliverResp(pdu.body.msg_id)
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.DELIVER_RESP, pdu.sequence, body), VERSION)


PROTOCOLS = {
    "smpp": Protocol(
        server=lambda: SmppServer(SmppAccount(ACCOUNT, SECRET), behaviour=BEHAVIOUR),
        connector=SmppConnector,
        config={"system_id": ACCOUNT, "submits_in_flight": 100},
        secrets={"password": SECRET},
        window=100,
        login=lambda: smpp.encode(
            smpp.Pdu(smpp_pdus.Command.BIND_TRANSCEIVER, 0, smpp_pdus.Bind(ACCOUNT, SECRET))
        ),
        submission=_smpp_submission,
        is_answer=lambda pdu: pdu.command == smpp_pdus.Command.SUBMIT_SM_RESP,
        confirmation=_smpp_confirmation,
        decode=smpp.decode,
    ),
    "cmpp": Protocol(
        server=lambda: CmppServer(CmppAccount(ACCOUNT, SECRET), behaviour=BEHAVIOUR),
        connector=CmppConnector,
        config={"source_addr": ACCOUNT, "version": "3.0"},
        secrets={"shared_secret": SECRET},
        window=16,
        login=_cmpp_login,
        submission=_cmpp_submission,
        is_answer=lambda pdu: pdu.command == cmpp_pdus.Command.SUBMIT_RESP,
        confirmation=_cmpp_confirmation,
        decode=lambda frame: cmpp.decode(frame, VERSION),
    ),
}


def through_connector(protocol: str, messages: int) -> dict[str, float]:
    """Messages with their receipts a second through a channel of one session, in one process."""
    with _served(protocol) as port:
        return _figures(messages, lambda: _through_connector(PROTOCOLS[protocol], port, messages))


def bare_loop(protocol: str, messages: int) -> dict[str, float]:
    """The same work by the codec on a socket and nothing else: the limit."""
    with _served(protocol) as port:
        return _figures(messages, lambda: _bare_loop(PROTOCOLS[protocol], port, messages))


def _figures(messages: int, run: Callable[[], Any]) -> dict[str, float]:
    busy_s, began = time.process_time(), time.perf_counter()
    uvloop.run(run())
    busy_s, took_s = time.process_time() - busy_s, time.perf_counter() - began
    return {"per_s": messages / took_s, "cpu_us": busy_s / messages * 1e6}


async def _through_connector(protocol: Protocol, port: int, messages: int) -> None:
    reported: set[str] = set()
    all_reported = asyncio.Event()

    async def store(receipts: Sequence[Receipt]) -> None:
        reported.update(receipt.carrier_id for receipt in receipts)
        if len(reported) == messages:
            all_reported.set()

    async def ignore(_: Sequence[Uplink]) -> None:
        pass

    config = protocol.config | {"host": "127.0.0.1", "port": port}
    connector = protocol.connector(
        ChannelSettings(1, "bench", config, Path("unused"), secrets=protocol.secrets), store, ignore
    )
    await connector.open()
    slots = asyncio.Semaphore(SLICES_UNDER_WAY)
    accepted = 0

    async def carry(submissions: Sequence[Submission]) -> None:
        nonlocal accepted
        async with slots:
            answers = await connector.submit(submissions)
        accepted += sum(bool(answer.carrier_ids) for answer in answers)

    async with asyncio.timeout(TIMEOUT_S):
        await asyncio.gather(
            *(
                carry(
                    [
                        Submission(number, "10690001", f"+86138{number:08d}", (TEXT,))
                        for number in range(first, min(first + SLICE, messages))
                    ]
                )
                for first in range(0, messages, SLICE)
            )
        )
        await all_reported.wait()
    await connector.close()
    if accepted != messages:
        raise BenchError(f"only {accepted} of {messages} messages were taken")


class _BareClient(asyncio.Protocol):
    """Keeps a window full, decodes what comes, confirms deliveries."""

    def __init__(self, protocol: Protocol, messages: int) -> None:
        self._protocol = protocol
        self._messages = messages
        self._frames = FrameBuffer(least=12, most=100_000)
        self._written = self._answered = self._reported = 0
        self.done = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._protocol.login())

    def data_received(self, data: bytes) -> None:
        out = []
        for frame in self._frames.feed(data):
            pdu = self._protocol.decode(frame)
            if self._protocol.is_answer(pdu):
                self._answered += 1
            elif confirmation := self._protocol.confirmation(pdu):
                self._reported += 1
                out.append(confirmation)
        room = self._protocol.window - (self._written - self._answered)
        for number in range(self._written, min(self._written + room, self._messages)):
            out.append(self._protocol.submission(number + 1, f"138{number:08d}"))
            self._written += 1
        if out:
            self._transport.write(b"".join(out))
        if self._reported == self._messages:
            self.done.set()


async def _bare_loop(protocol: Protocol, port: int, messages: int) -> None:
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_connection(
        lambda: _BareClient(protocol, messages), "127.0.0.1", port
    )
    async with asyncio.timeout(TIMEOUT_S):
        await client.done.wait()
    transport.close()


@contextmanager
def _served(protocol: str) -> Iterator[int]:
    """A carrier in a process of its own; gives its port."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(protocol, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(protocol: str, pipe: Connection) -> None:
    async def serve() -> None:
        pipe.send(await PROTOCOLS[protocol].server().open("127.0.0.1", 0))
        await asyncio.Event().wait()

    uvloop.run(serve())


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    for protocol, one in PROTOCOLS.items():
        for name, measure in (("connector", through_connector), ("bare codec loop", bare_loop)):
            figures = measure(protocol, messages)
            print(
                f"{protocol} window {one.window:3}  {name:16}"
                f" {figures['per_s']:8,.0f} messages/s  {figures['cpu_us']:6.1f} µs of CPU each"
            )


if __name__ == "__main__":
    main()
