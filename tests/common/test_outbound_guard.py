import asyncio
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.outbound import Answer, Fault, Outbound
from tests.common.receiver import OK, Receiver, answering, outbound


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
