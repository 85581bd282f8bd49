"""One connection to a receiver: sends a request, reads the answer, tells if it can be reused."""

import asyncio
from typing import cast

import httptools

from .faults import Fault, fault_of

MAX_HEAD_READ = 64 * 1024
MAX_BODY_READ = 64 * 1024
MAX_BODY_KEPT = 1024


class Connection(asyncio.Protocol):
    """A connection that carries one request at a time.

    After an exchange `status` and `body_start` are what came of it. What comes before the first
    request is the answer to that (too busy, for one); between two requests it ends the
    connection, as nobody asked for it.
    """

    def __init__(self, open_connections: "set[Connection]") -> None:
        """Take the set that it is in while it is open."""
        self.status: int | None = None
        self.body_start = b""
        self.is_reusable = False
        """Whether the last answer is complete and another request may follow it."""
        self.idle_since = 0.0
        """When it was given back, by the clock of the loop."""
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        """Done when the connection is gone."""
        self._open_connections = open_connections
        self._early: bytes | None = b""
        self._waiter: asyncio.Future[Fault | None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._parser = httptools.HttpResponseParser(self)
        # Servers written by hand end lines with LF, put odd characters into headers or blanks
        # after the size of a chunk. Their acknowledgements count.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )

    async def exchange(self, request: bytes, *, deadline: float) -> Fault | None:
        """Send a request and read its answer; return what prevented it.

        `deadline` is a time of the loop, never before that of an earlier request. Cancelling
        closes the connection.
        """
        if self.lost.done():
            return Fault.CLOSED
        self.status, self.body_start, self.is_reusable = None, b"", False
        self._body_size = 0
        self._head_room = MAX_HEAD_READ
        self._has_length = self._is_complete = self._has_surplus = False
        self._deadline = deadline
        if self._timer is None:
            self._timer = self._loop.call_at(deadline, self._check_deadline)
        waiter: asyncio.Future[Fault | None] = self._loop.create_future()
        self._waiter = waiter
        self._transport.write(request)
        early, self._early = self._early, None
        if early:
            self._transport.resume_reading()
            self.data_received(early)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._settle(Fault.CLOSED)
            raise

    def close(self) -> None:
        """Close at once; a request under way ends with CLOSED."""
        self._settle(Fault.CLOSED)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be one of the open connections."""
        self._transport = cast(asyncio.Transport, transport)
        self._open_connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Read a piece of the answer."""
        if self._waiter is None:
            self._receive_unasked(data)
            return
        is_malformed = False
        try:
            self._parse(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            is_malformed = True
        if self._body_size > MAX_BODY_READ:
            self._settle(Fault.TOO_LARGE)
        elif self._is_complete:
            self.is_reusable = self.is_reusable and not self._has_surplus
            self._settle(None)
        elif is_malformed:
            self._settle(Fault.MALFORMED)

    def eof_received(self) -> None:
        """Let the transport close, and give the connection to nobody any more."""
        self.is_reusable = False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the answer that lasts until the connection is closed, and any other with a fault."""
        if exc is None and self._waiter is not None and self._lasts_until_close():
            self._settle(None)
        elif isinstance(exc, OSError):
            self._settle(fault_of(exc, otherwise=Fault.CLOSED))
        else:
            self._settle(Fault.CLOSED)
        if self._timer is not None:
            self._timer.cancel()
        self.is_reusable = False
        del self._parser  # they refer to each other
        self._open_connections.discard(self)
        self.lost.set_result(None)

    def on_message_begin(self) -> None:
        """Notice what follows a complete answer (called by the parser, as are those below)."""
        self._has_surplus = self._is_complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Notice whether the answer says how long it is."""
        size = len(name)
        if size == 14 and name.lower() == b"content-length":
            self._has_length = True
        elif size == 17 and name.lower() == b"transfer-encoding":
            self._has_length = value.rstrip().lower().endswith(b"chunked")

    def on_headers_complete(self) -> None:
        """Take the status, unless more heads will follow this one."""
        status = self._parser.get_status_code()
        if status < 100:
            raise httptools.HttpParserError("this is no status")
        if status >= 200 and not self._is_complete:
            self.status = status

    def on_body(self, chunk: bytes) -> None:
        """Keep the start of the body and count the rest."""
        if self._is_complete:
            return
        if len(self.body_start) < MAX_BODY_KEPT:
            self.body_start = (self.body_start + chunk)[:MAX_BODY_KEPT]
        self._body_size += len(chunk)

    def on_message_complete(self) -> None:
        """Note that the answer is complete, unless it was an interim one (1xx)."""
        if self.status is None:
            self._has_length = False
        else:
            self._is_complete = True
            self.is_reusable = self._parser.should_keep_alive()

    def _parse(self, data: bytes) -> None:
        if self.status is None:
            room = self._head_room
            if len(data) > room:
                self._parser.feed_data(data[:room])
                if self.status is None:
                    raise httptools.HttpParserError("the head is too long")
                data = data[room:]
            self._head_room = room - len(data)
        self._parser.feed_data(data)

    def _receive_unasked(self, data: bytes) -> None:
        if self._early is None:
            self.close()
        else:
            self._early += data
            self._transport.pause_reading()

    def _lasts_until_close(self) -> bool:
        return self.status is not None and not self._has_length

    def _check_deadline(self) -> None:
        """Armed once for many requests: an answer in time costs no timer of its own."""
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self._settle(Fault.TIMEOUT)
        else:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)

    def _settle(self, fault: Fault | None) -> None:
        waiter, self._waiter = self._waiter, None
        if fault is not None:
            self.is_reusable = False
            self._transport.abort()
        if waiter is not None and not waiter.done():
            waiter.set_result(fault)
