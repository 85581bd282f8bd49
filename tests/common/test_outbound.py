import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.errors import Refusal
from common.outbound import MAX_BODY_KEPT, Answer, Fault, Outbound, check_url

LOOPBACK = ("127.0.0.0/8", "::1/128")

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answering(response: bytes) -> Handler:
    """A receiver that reads one request after the other and gives each the same answer."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await read_request(reader):
            writer.write(response)
            await writer.drain()

    return handler


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return one request, head and body, or nothing when the client has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    return head + await reader.readexactly(sum(lengths))


class Receiver:
    """A real server on a port of its own that remembers what came."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.connections = 0
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def listening(
        self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None
    ) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, host, 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        try:
            yield f"{'https' if context else 'http'}://{shown}:{self.port}/report"
        finally:
            server.close()
            for writer in self._writers:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        try:
            await self.handler(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def outbound(*, total_timeout_s: float = 5.0) -> Outbound:
    return Outbound(allowed_networks=LOOPBACK, total_timeout_s=total_timeout_s)


def post_to(handler: Handler, *, total_timeout_s: float = 5.0) -> Answer:
    async def run() -> Answer:
        async with (
            Receiver(handler).listening() as url,
            outbound(total_timeout_s=total_timeout_s) as out,
        ):
            return await out.post(url, data=b"x")

    return asyncio.run(run())


def remembering(seen: list[bytes], response: bytes = OK) -> Handler:
    """A receiver that answers every request and keeps what came."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await read_request(reader):
            seen.append(request)
            writer.write(response)
            await writer.drain()

    return handler


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


class TestGuard:
    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"],
    )
    def test_loopback_is_out_of_reach_however_it_is_written(self, host: str) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> Answer:
            async with receiver.listening(), Outbound() as out:
                return await out.post(f"http://{host}:{receiver.port}/", data=b"x")

        answer = asyncio.run(run())
        assert (answer.status, answer.error) == (None, Fault.BLOCKED)
        assert receiver.connections == 0

    @pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1"])
    def test_numbers_that_only_resemble_addresses_lead_nowhere(self, host: str) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> Answer:
            async with receiver.listening(), Outbound() as out:
                return await out.post(f"http://{host}:{receiver.port}/", data=b"x")

        assert asyncio.run(run()).error in (Fault.BLOCKED, Fault.INVALID_URL)
        assert receiver.connections == 0

    @pytest.mark.parametrize(
        "host", ["[::1]", "[fe80::1]", "169.254.169.254", "10.0.0.1", "[64:ff9b::7f00:1]"]
    )
    def test_other_inner_addresses_are_out_of_reach(self, host: str) -> None:
        async def run() -> Answer:
            async with Outbound() as out:
                return await out.post(f"https://{host}/", data=b"x")

        assert asyncio.run(run()).error is Fault.BLOCKED

    def test_a_name_that_changes_its_address_is_checked_again(self) -> None:
        """The check is made on the address that is connected to, not on an earlier answer."""

        class Rebinding(aiohttp.abc.AbstractResolver):
            async def resolve(
                self, host: str, port: int = 0, family: int = 0
            ) -> list[aiohttp.abc.ResolveResult]:
                return [
                    {
                        "hostname": host,
                        "host": "127.0.0.1",
                        "port": port,
                        "family": socket.AF_INET,
                        "proto": 0,
                        "flags": socket.AI_NUMERICHOST,
                    }
                ]

            async def close(self) -> None: ...

        async def run() -> Answer:
            async with Outbound() as out:
                session = out._open_session()
                connector = session.connector
                assert isinstance(connector, aiohttp.TCPConnector)
                connector._resolver = Rebinding()
                return await out.post("http://public.example.com/", data=b"x")

        assert asyncio.run(run()).error is Fault.BLOCKED

    def test_listed_networks_are_in_reach(self) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> Answer:
            async with (
                receiver.listening(),
                Outbound(allowed_networks=["127.0.0.1/32"]) as out,
            ):
                return await out.post(f"http://127.0.0.1:{receiver.port}/", data=b"x")

        assert asyncio.run(run()).is_acknowledged


def make_certificate(folder: Path, host: str, *, expired: bool = False) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=-1 if expired else 1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


class TestTls:
    def test_a_certificate_nobody_vouches_for(self, tmp_path: Path) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> Answer:
            context = make_certificate(tmp_path, "127.0.0.1")
            async with receiver.listening(context=context) as url, outbound() as out:
                return await out.post(url, data=b"x")

        answer = asyncio.run(run())
        assert (answer.status, answer.error) == (None, Fault.TLS)

    def test_a_receiver_that_speaks_no_tls(self) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()

        async def run() -> Answer:
            async with Receiver(handler).listening() as url, outbound() as out:
                return await out.post(url.replace("http:", "https:"), data=b"x")

        assert asyncio.run(run()).error is Fault.TLS


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is bound, so that nobody else takes it, but does not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example.com",
        "https://sms.example.com:8443/report?a=b#c",
        "HTTPS://SMS.EXAMPLE.COM/",
        "http://127.0.0.1:8001/report",
        "http://[::1]/report",
        "http://例子.中国/回调",
        "https://example.com/" + "a" * 235,
    ],
)
def test_check_url_takes_what_can_be_called(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("https://example.com/" + "a" * 236, "url_too_long", "has 256 characters"),
        ("", "url_malformed", "https://sms.example.com/report"),
        ("sms.example.com/report", "url_malformed", "complete"),
        ("http://", "url_malformed", "complete"),
        ("http:///report", "url_malformed", "complete"),
        ("https://exa mple.com/", "url_malformed", "complete"),
        ("https://example.com/\r\nX: y", "url_malformed", "complete"),
        ("https://example.com\\@127.0.0.1/", "url_malformed", "complete"),
        ("http://example.com:99999/", "url_malformed", "complete"),
        ("http://[::1/", "url_malformed", "complete"),
        (f"http://{'a' * 64}.com/", "url_malformed", "complete"),
        ("http://a..b/", "url_malformed", "complete"),
        ("ftp://example.com/", "url_scheme", "“ftp:”"),
        ("file://host/etc/passwd", "url_scheme", "“file:”"),
        ("http://user:pass@example.com/", "url_credentials", "before the @"),
        ("http://user@example.com/", "url_credentials", "before the @"),
    ],
)
def test_check_url_says_what_is_wrong(url: str, code: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_url(url, field="status_callback")
    assert caught.value.code == code
    assert caught.value.field == "status_callback"
    assert words in str(caught.value)
