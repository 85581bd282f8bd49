"""SMPP over TLS: the carrier's certificate is checked."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from messaging.carriers.smpp import SmppConnector
from messaging.carriers.smpp.server import SmppServer
from tests.messaging.carriers.wire.harness import Channel, opened, run, submission

from .carrier import ACCOUNT, PROMPT, config


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "carrier")])
    moment = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("tls") / "carrier.pem"
    file.write_bytes(
        built.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


async def serving(certificate: Path) -> tuple[SmppServer, int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = SmppServer(ACCOUNT, behaviour=PROMPT)
    return server, await server.open("127.0.0.1", 0, context)


def test_messages_travel_over_tls(certificate: Path):
    async def story() -> None:
        server, port = await serving(certificate)
        secure = config(port, tls=True, tls_ca_file=str(certificate))
        async with opened(SmppConnector, secure) as channel:
            (answer,) = await channel.connector.submit([submission()])
            (receipt,) = await channel.receipts.until(1)
            assert answer.carrier_ids == (receipt.carrier_id,)
        await server.close()

    run(story())


def test_a_certificate_that_nobody_trusts_is_refused(certificate: Path):
    async def story() -> None:
        server, port = await serving(certificate)
        with pytest.raises(ssl.SSLError):
            await Channel(SmppConnector, config(port, tls=True)).connector.open()
        await server.close()

    run(story())
