"""Which connection a request gets, and when connections end, on both kinds of loop."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from common.addresses import AddressPolicy
from common.http1.connection import Connection
from common.http1.names import AddressInfo
from common.http1.pool import Pool
from common.http1.request import Place
from common.outbound import Answer, Fault, Outbound
from tests.common.conftest import Run
from tests.common.receiver import LOOPBACK, OK, Receiver, answering, outbound, read_request


@asynccontextmanager
async def pool_to(
    receiver: Receiver, *, keep_alive_s: float = 60.0
) -> AsyncIterator[tuple[Pool, Place]]:
    pool = Pool(AddressPolicy(LOOPBACK), connect_timeout_s=5.0, keep_alive_s=keep_alive_s)
    async with receiver.listening():
        try:
            yield pool, Place(False, "127.0.0.1", receiver.port)
        finally:
            await pool.close()


REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


async def used(pool: Pool, place: Place) -> Connection:
    """A new connection that has carried a request."""
    deadline = asyncio.get_running_loop().time() + 5
    connection = await pool.connect(place, deadline=deadline)
    assert await connection.exchange(REQUEST, deadline=deadline) is None
    return connection


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    def getaddrinfo(*_args: object, **_options: object) -> list[AddressInfo]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", where) for where in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


class TestKeptConnections:
    def test_the_one_that_was_used_last_is_given_first(self, run: Run) -> None:
        async def main() -> None:
            async with pool_to(Receiver(answering(OK))) as (pool, place):
                first, second = [await used(pool, place) for _ in range(2)]
                pool.give_back(place, first)
                pool.give_back(place, second)
                assert [pool.take(place) for _ in range(3)] == [second, first, None]

        run(main())

    def test_another_place_has_connections_of_its_own(self, run: Run) -> None:
        async def main() -> None:
            async with pool_to(Receiver(answering(OK))) as (pool, place):
                pool.give_back(place, await used(pool, place))
                assert pool.take(place._replace(is_tls=True)) is None
                assert pool.take(place._replace(host="localhost")) is None
                assert pool.take(place) is not None

        run(main())

    def test_idle_ones_are_closed_after_their_time(self, run: Run) -> None:
        async def main() -> None:
            async with pool_to(Receiver(answering(OK)), keep_alive_s=0.05) as (pool, place):
                connection = await used(pool, place)
                pool.give_back(place, connection)
                await asyncio.wait_for(connection.lost, 10)
                assert pool.take(place) is None

        run(main())

    def test_one_whose_time_is_over_is_not_given(self, run: Run) -> None:
        """The loop may have stood still, so that the timer is late."""

        async def main() -> None:
            async with pool_to(Receiver(answering(OK))) as (pool, place):
                connection = await used(pool, place)
                pool.give_back(place, connection)
                connection.idle_since -= 61
                assert pool.take(place) is None
                await asyncio.wait_for(connection.lost, 10)

        run(main())

    @pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 408 Timeout\r\n\r\n"])
    def test_one_that_ended_or_got_unasked_bytes_is_not_given(self, run: Run, sent: bytes) -> None:
        async def main() -> None:
            is_idle = asyncio.Event()

            async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await read_request(reader)
                writer.write(OK)
                await is_idle.wait()
                writer.write(sent)
                if sent:
                    await reader.read()  # until the client closes

            async with pool_to(Receiver(handler)) as (pool, place):
                connection = await used(pool, place)
                pool.give_back(place, connection)
                is_idle.set()
                await asyncio.wait_for(connection.lost, 10)
                assert pool.take(place) is None

        run(main())

    def test_each_request_has_its_own_time(self, run: Run) -> None:
        """The timer is armed by the first request and serves the later ones."""

        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(OK)
            await reader.read()

        async def main() -> None:
            clock = asyncio.get_running_loop().time
            async with pool_to(Receiver(handler)) as (pool, place):
                first = clock() + 1.0
                connection = await pool.connect(place, deadline=first)
                assert await connection.exchange(REQUEST, deadline=first) is None
                silent = asyncio.create_task(connection.exchange(REQUEST, deadline=first + 0.3))
                assert await asyncio.wait_for(silent, 10) is Fault.TIMEOUT
                assert clock() >= first + 0.29

        run(main())


class TestEnds:
    def test_a_cancelled_request_closes_its_connection(self, run: Run) -> None:
        async def main() -> None:
            asked, gone = asyncio.Event(), asyncio.Event()

            async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await read_request(reader)
                asked.set()
                try:
                    await reader.read()
                finally:
                    gone.set()

            receiver = Receiver(handler)
            async with receiver.listening() as url, outbound(total_timeout_s=60.0) as out:
                task = asyncio.create_task(out.post(url, data=b"x"))
                await asyncio.wait_for(asked.wait(), 10)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await asyncio.wait_for(gone.wait(), 10)
                receiver.handler = answering(OK)
                assert (await out.post(url, data=b"x")).is_acknowledged
            assert receiver.connections == 2

        run(main())

    def test_a_request_cancelled_while_tls_begins(self, run: Run) -> None:
        async def main() -> None:
            met, gone = asyncio.Event(), asyncio.Event()

            async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readexactly(1)
                met.set()
                await reader.read()
                gone.set()

            async with Receiver(handler).listening() as url, outbound() as out:
                task = asyncio.create_task(out.post(url.replace("http:", "https:"), data=b"x"))
                await asyncio.wait_for(met.wait(), 10)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await asyncio.wait_for(gone.wait(), 10)

        run(main())

    def test_a_receiver_that_never_begins_tls(self, run: Run) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()

        async def main() -> Answer:
            out = Outbound(allowed_networks=LOOPBACK, connect_timeout_s=0.2)
            async with Receiver(handler).listening() as url, out:
                return await out.post(url.replace("http:", "https:"), data=b"x")

        assert run(main()).error is Fault.TIMEOUT

    def test_closing_ends_requests_under_way(self, run: Run) -> None:
        async def main() -> None:
            asked = asyncio.Event()

            async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await read_request(reader)
                writer.write(b"HTTP/1.1 200 OK\r\n\r\nto the")
                asked.set()
                await reader.read()

            receiver = Receiver(handler)
            async with receiver.listening() as url, outbound() as out:
                task = asyncio.create_task(out.post(url, data=b"x"))
                await asyncio.wait_for(asked.wait(), 10)
                await out.close()
                assert (await task).error is Fault.CLOSED
                receiver.handler = answering(OK)
                assert (await out.post(url, data=b"x")).is_acknowledged

        run(main())

    def test_closing_while_a_name_is_resolved(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        receiver = Receiver(answering(OK))
        asked, may_answer = threading.Event(), threading.Event()

        def getaddrinfo(_host: str, port: int, **_options: object) -> list[AddressInfo]:
            asked.set()
            assert may_answer.wait(10)
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

        async def main() -> Answer:
            async with receiver.listening():
                monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
                out = outbound()
                url = f"http://receiver.example.com:{receiver.port}/"
                task = asyncio.create_task(out.post(url, data=b"x"))
                assert await asyncio.to_thread(asked.wait, 10)
                await out.close()
                may_answer.set()
                return await task

        answer = run(main())
        assert (answer.status, answer.error) == (None, Fault.CLOSED)


class TestAddresses:
    @pytest.mark.parametrize(
        "allowed", ["127.0.0.0/8", "127.0.0.1/32"], ids=["refusing", "blocked"]
    )
    def test_the_next_address_is_tried(
        self,
        run: Run,
        monkeypatch: pytest.MonkeyPatch,
        unused_port: int,
        allowed: str,
    ) -> None:
        receiver = Receiver(answering(OK))

        async def main() -> Answer:
            async with receiver.listening(), Outbound(allowed_networks=[allowed]) as out:
                resolve_to(monkeypatch, ("127.0.0.2", unused_port), ("127.0.0.1", receiver.port))
                return await out.post("http://receiver.example.com/", data=b"x")

        assert run(main()).is_acknowledged

    def test_a_blocked_second_address_is_not_tried(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, unused_port: int
    ) -> None:
        receiver = Receiver(answering(OK))

        async def main() -> Answer:
            async with (
                receiver.listening("127.0.0.2"),
                Outbound(allowed_networks=["127.0.0.1/32"]) as out,
            ):
                resolve_to(monkeypatch, ("127.0.0.1", unused_port), ("127.0.0.2", receiver.port))
                return await out.post("http://receiver.example.com/", data=b"x")

        assert run(main()).error is Fault.REFUSED
        assert receiver.connections == 0

    def test_a_silent_address_leaves_time_for_the_next(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connected_to = Pool._connected_to

        async def silent(pool: Pool, address: AddressInfo) -> socket.socket:
            if address[4][0] == "127.0.0.2":
                await asyncio.Event().wait()
            return await connected_to(pool, address)

        receiver = Receiver(answering(OK))

        async def main() -> Answer:
            out = Outbound(allowed_networks=LOOPBACK, connect_timeout_s=1.0)
            async with receiver.listening(), out:
                monkeypatch.setattr(Pool, "_connected_to", silent)
                port = receiver.port
                resolve_to(monkeypatch, ("127.0.0.2", port), ("127.0.0.1", port))
                return await out.post("http://receiver.example.com/", data=b"x")

        assert run(main()).is_acknowledged

    def test_names_share_a_lookup_and_are_remembered(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        receiver = Receiver(answering(OK.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)))
        asked: list[str] = []
        may_answer = threading.Event()

        def getaddrinfo(host: str, port: int, **_options: object) -> list[AddressInfo]:
            asked.append(host)
            assert may_answer.wait(10)
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

        async def main() -> list[Answer]:
            async with receiver.listening(), outbound() as out:
                monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
                url = f"http://receiver.example.com:{receiver.port}/"
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(out.post(url, data=b"x")) for _ in range(5)]
                    asyncio.get_running_loop().call_soon(may_answer.set)
                return [task.result() for task in tasks] + [await out.post(url, data=b"x")]

        assert all(answer.is_acknowledged for answer in run(main()))
        assert receiver.connections == 6
        assert asked == ["receiver.example.com"]

    def test_a_name_that_takes_too_long(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        may_answer = threading.Event()

        def getaddrinfo(*_args: object, **_options: object) -> list[AddressInfo]:
            assert may_answer.wait(10)
            raise socket.gaierror(socket.EAI_AGAIN, "try again")

        async def main() -> Answer:
            monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
            async with outbound(total_timeout_s=0.1) as out:
                answer = await out.post("http://receiver.example.com/", data=b"x")
                may_answer.set()
                return answer

        assert run(main()).error is Fault.TIMEOUT
