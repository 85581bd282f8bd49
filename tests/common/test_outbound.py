import asyncio

import pytest

from common.outbound import MAX_BODY_KEPT, Answer, Fault
from tests.common.receiver import (
    OK,
    Handler,
    Receiver,
    answering,
    outbound,
    read_request,
    remembering,
)


def post_to(handler: Handler, *, total_timeout_s: float = 5.0) -> Answer:
    async def run() -> Answer:
        async with (
            Receiver(handler).listening() as url,
            outbound(total_timeout_s=total_timeout_s) as out,
        ):
            return await out.post(url, data=b"x")

    return asyncio.run(run())


class TestRequests:
    def test_a_form_arrives_percent_encoded(self) -> None:
        seen: list[bytes] = []

        async def run() -> Answer:
            async with Receiver(remembering(seen)).listening() as url, outbound() as out:
                return await out.post(
                    url, data={"to": "+86138", "body": "短 信"}, headers={"X-Sdk-Date": "d"}
                )

        answer = asyncio.run(run())
        assert (answer.status, answer.body_start, answer.error) == (200, b"ok", None)
        assert answer.is_acknowledged
        assert 0 <= answer.elapsed_ms < 5000
        head, _, body = seen[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /report HTTP/1.1\r\n")
        assert b"\r\nContent-Type: application/x-www-form-urlencoded" in head
        assert b"X-Sdk-Date: d\r\n" in head
        assert b"Accept-Encoding: identity\r\n" in head
        assert body == b"to=%2B86138&body=%E7%9F%AD+%E4%BF%A1"

    def test_bytes_arrive_as_they_are(self) -> None:
        seen: list[bytes] = []

        async def run() -> None:
            async with Receiver(remembering(seen)).listening() as url, outbound() as out:
                await out.post(url, data=b"a=b%20c", headers={"Host": "h.example.com"})
                await out.post(url, json={"statusReportList": []})

        asyncio.run(run())
        assert seen[0].endswith(b"\r\n\r\na=b%20c")
        assert b"Host: h.example.com\r\n" in seen[0]
        assert seen[1].endswith(b'\r\n\r\n{"statusReportList": []}')
        assert b"Content-Type: application/json\r\n" in seen[1]

    def test_a_connection_is_kept(self) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> None:
            async with receiver.listening() as url, outbound() as out:
                for _ in range(3):
                    assert (await out.post(url, data=b"x")).is_acknowledged

        asyncio.run(run())
        assert receiver.connections == 1

    def test_cookies_are_not_kept_between_customers(self) -> None:
        seen: list[bytes] = []

        with_cookie = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=1\r\n\r\n")

        async def run() -> None:
            async with (
                Receiver(remembering(seen, with_cookie)).listening() as url,
                outbound() as out,
            ):
                await out.post(url, data=b"x")
                await out.post(url, data=b"x")

        asyncio.run(run())
        assert len(seen) == 2
        assert b"id=1" not in seen[1]

    def test_a_proxy_in_the_environment_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        assert post_to(answering(OK)).is_acknowledged

    @pytest.mark.parametrize(
        ("status", "is_acknowledged"), [(200, True), (204, True), (400, False), (410, False)]
    )
    def test_any_2xx_is_an_acknowledgement(self, status: int, is_acknowledged: bool) -> None:
        answer = post_to(answering(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status))
        assert (answer.status, answer.error) == (status, None)
        assert answer.is_acknowledged == is_acknowledged


class TestFaults:
    def test_a_receiver_that_hangs(self) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        answer = post_to(handler, total_timeout_s=0.1)
        assert (answer.status, answer.error) == (None, Fault.TIMEOUT)
        assert 90 <= answer.elapsed_ms < 3000

    def test_a_receiver_that_hangs_in_the_body_has_acknowledged(self) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
            await writer.drain()
            await asyncio.Event().wait()

        answer = post_to(handler, total_timeout_s=0.1)
        assert (answer.status, answer.body_start) == (200, b"part")
        assert answer.error is Fault.TIMEOUT
        assert answer.is_acknowledged

    def test_a_receiver_that_drips(self) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)

        answer = post_to(handler, total_timeout_s=0.2)
        assert (answer.status, answer.error) == (None, Fault.TIMEOUT)

    @pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 20"])
    def test_a_receiver_that_closes_early(self, sent: bytes) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(sent)
            await writer.drain()

        answer = post_to(handler)
        assert (answer.status, answer.error) == (None, Fault.CLOSED)
        assert not answer.is_acknowledged

    def test_a_receiver_that_closes_in_the_body(self) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
            await writer.drain()

        answer = post_to(handler)
        assert (answer.status, answer.error) == (200, Fault.CLOSED)

    def test_a_receiver_that_does_not_speak_http(self) -> None:
        answer = post_to(answering(b"220 mail.example.com ESMTP\r\n\r\n"))
        assert (answer.status, answer.error) == (None, Fault.MALFORMED)

    def test_a_receiver_that_redirects_is_not_followed(self) -> None:
        target = Receiver(answering(OK))

        async def run() -> Answer:
            async with target.listening() as elsewhere:
                redirect = (
                    f"HTTP/1.1 307 X\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
                ).encode()
                async with Receiver(answering(redirect)).listening() as url, outbound() as out:
                    return await out.post(url, data=b"x")

        answer = asyncio.run(run())
        assert (answer.status, answer.error) == (307, None)
        assert not answer.is_acknowledged
        assert target.connections == 0

    @pytest.mark.parametrize("head", [b"Content-Length: 104857600", b"Transfer-Encoding: chunked"])
    def test_a_receiver_that_sends_100_megabytes(self, head: bytes) -> None:
        chunk = b"x" * 65536
        framed = b"10000\r\n" + chunk + b"\r\n" if b"chunked" in head else chunk
        sent = 0
        gone = asyncio.Event()

        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
            try:
                for _ in range(1600):
                    writer.write(framed)
                    await writer.drain()
                    sent += len(chunk)
            finally:
                gone.set()

        async def run() -> Answer:
            async with Receiver(handler).listening() as url, outbound() as out:
                answer = await out.post(url, data=b"x")
                await asyncio.wait_for(gone.wait(), 5)
                return answer

        answer = asyncio.run(run())
        assert (answer.status, answer.error) == (200, Fault.TOO_LARGE)
        assert answer.body_start == b"x" * MAX_BODY_KEPT
        assert sent < 20 * 1024 * 1024

    def test_a_body_up_to_the_limit_is_read_and_its_start_kept(self) -> None:
        body = b"y" * 65536
        answer = post_to(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + body))
        assert answer.error is None
        assert answer.body_start == b"y" * 1024

    def test_compressed_bodies_are_not_unpacked(self) -> None:
        answer = post_to(
            answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
        )
        assert (answer.body_start, answer.error) == (b"abc", None)

    def test_a_port_where_nobody_listens(self, unused_port: int) -> None:
        async def run() -> Answer:
            async with outbound() as out:
                return await out.post(f"http://127.0.0.1:{unused_port}/", data=b"x")

        answer = asyncio.run(run())
        assert (answer.status, answer.error) == (None, Fault.REFUSED)

    def test_a_name_that_does_not_exist(self) -> None:
        async def run() -> Answer:
            async with outbound() as out:
                return await out.post("http://receiver.invalid/", data=b"x")

        assert asyncio.run(run()).error is Fault.DNS

    @pytest.mark.parametrize(
        "url", ["", "report", "ftp://127.0.0.1/", "http://", f"http://{'a' * 64}.com/"]
    )
    def test_what_is_no_url(self, url: str) -> None:
        async def run() -> Answer:
            async with outbound() as out:
                return await out.post(url, data=b"x")

        assert asyncio.run(run()).error is Fault.INVALID_URL
