"""How fast the carrier protocols are: messages with their receipts through one session.

Carrier and client are processes of their own. The client is a connector as the carrier process
runs it, or the same codec bare on the same kind of socket: the limit.
"""

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
import uvloop

from messaging.carriers.base import ChannelSettings, Receipt, Submission, Uplink
from messaging.carriers.wire.framing import FrameBuffer

from .errors import BenchError
from .protocols import PROTOCOLS, TEXT, Protocol

SLICE = 500
SLICES_UNDER_WAY = 3
"""As a channel of the carrier process hands them over."""
TIMEOUT_S = 120.0
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def through_connector(protocol: str, messages: int) -> dict[str, float]:
    """Messages with their receipts a second through a channel of one session, in one process."""
    return _run(protocol, _through_connector, messages)


def bare_loop(protocol: str, messages: int) -> dict[str, float]:
    """The same work by the codec on a socket and nothing else."""
    return _run(protocol, _bare_loop, messages)


Client = Callable[[Protocol, int, int], Coroutine[Any, Any, None]]
"""Carries so many messages to the carrier at a port, and returns when all are reported."""


def _run(protocol: str, client: Client, messages: int) -> dict[str, float]:
    with (
        _process(_serve, protocol) as carrier,
        _process(_measure, protocol, client, carrier.recv(), messages) as measured,
    ):
        try:
            figures: dict[str, float] = measured.recv()
        except EOFError:
            raise BenchError(f"{protocol}: not all messages were taken and reported") from None
    return figures


def _measure(pipe: Connection, protocol: str, client: Client, port: int, messages: int) -> None:
    """Tell the figures of this process, which does nothing else."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    busy_s, began = time.process_time(), time.perf_counter()
    uvloop.run(client(PROTOCOLS[protocol], port, messages))
    busy_s, took_s = time.process_time() - busy_s, time.perf_counter() - began
    pipe.send(
        {
            "messages_per_s": messages / took_s,
            "cpu_us": busy_s / messages * 1e6,
            "peak_mb": _peak_mb(),
        }
    )


def _peak_mb() -> float:
    """The most memory of this process; `getrusage` would tell that of its parent, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak_kb,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak_kb) / 1024


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


def _serve(pipe: Connection, protocol: str) -> None:
    """Be a carrier until the other end of the pipe is closed, by its process or with it."""

    async def serve() -> None:
        pipe.send(await PROTOCOLS[protocol].server().open("127.0.0.1", 0))
        is_over = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), is_over.set)
        await is_over.wait()

    uvloop.run(serve())


@contextmanager
def _process(work: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """Run `work` in a process of its own; gives what it sends, which ends when the process does."""
    ours, theirs = _processes.Pipe()
    process = _processes.Process(target=work, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.terminate()
        process.join()
