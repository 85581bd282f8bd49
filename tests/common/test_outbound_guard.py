import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.http1.pool import tls_context
from common.outbound import Answer, Fault, Outbound
from tests.common.conftest import Run
from tests.common.receiver import OK, Receiver, answering, outbound, read_request


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

    def test_a_name_that_changes_its_address_is_checked_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The check is made on the address that is connected to, not on an earlier answer."""

        receiver = Receiver(answering(OK))
        asked: list[str] = []

        def rebinding(host: str, port: int, **_options: object) -> list[tuple]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

        async def run() -> Answer:
            async with receiver.listening(), Outbound() as out:
                monkeypatch.setattr(socket, "getaddrinfo", rebinding)
                return await out.post(f"http://public.example.com:{receiver.port}/", data=b"x")

        assert asyncio.run(run()).error is Fault.BLOCKED
        assert asked == ["public.example.com"]
        assert receiver.connections == 0

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


Trusted = Callable[[Path], None]


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trusted]:
    """Make a certificate the only authority for the length of a test."""

    def trust(path: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        tls_context.cache_clear()

    yield trust
    tls_context.cache_clear()


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

    @pytest.mark.parametrize(
        ("response", "connections"),
        [(OK, 1), (b"HTTP/1.1 200 OK\r\n\r\nok", 2)],
        ids=["kept", "until the end"],
    )
    def test_a_certificate_of_a_known_authority(
        self, run: Run, tmp_path: Path, trusted: Trusted, response: bytes, connections: int
    ) -> None:
        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await read_request(reader):
                writer.write(response)
                await writer.drain()
                if b"Content-Length" not in response:
                    return

        receiver = Receiver(handler)

        async def main() -> list[Answer]:
            context = make_certificate(tmp_path, "127.0.0.1")
            trusted(tmp_path / "certificate.pem")
            async with receiver.listening(context=context) as url, outbound() as out:
                return [await out.post(url, data=b"x") for _ in range(2)]

        answers = run(main())
        assert [(a.status, a.body_start, a.error) for a in answers] == [(200, b"ok", None)] * 2
        assert receiver.connections == connections

    @pytest.mark.parametrize(
        ("host", "is_expired"), [("127.0.0.2", False), ("127.0.0.1", True)], ids=["name", "expired"]
    )
    def test_a_certificate_that_does_not_fit(
        self, tmp_path: Path, trusted: Trusted, host: str, is_expired: bool
    ) -> None:
        receiver = Receiver(answering(OK))

        async def run() -> Answer:
            context = make_certificate(tmp_path, host, expired=is_expired)
            trusted(tmp_path / "certificate.pem")
            async with receiver.listening(context=context) as url, outbound() as out:
                return await out.post(url, data=b"x")

        assert asyncio.run(run()).error is Fault.TLS
