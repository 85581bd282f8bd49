"""Kannel as Debian packages it: bearerbox and smsbox, one SMPP link, reports kept in memory."""

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.errors import BenchError
from sms_console.embedded.ports import free_port

BEARERBOX, SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
START_TIMEOUT_S = 30.0
DELIVERED = 1
"""The bit of `dlr-mask` that asks for a report of success."""

_CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = secret
status-password = secret
smsbox-port = {box}
box-allow-ip = 127.0.0.1
dlr-storage = internal
log-file = "{folder}/bearerbox.log"
log-level = 4

group = smsc
smsc = smpp
smsc-id = carrier
host = 127.0.0.1
port = {carrier}
transceiver-mode = true
smsc-username = platform
smsc-password = secret
system-type = ""
max-pending-submits = 100
msg-id-type = 0x00

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
log-file = "{folder}/smsbox.log"
log-level = 4
global-sender = 10690001
http-request-retry = 3

group = sendsms-user
username = bench
password = secret
max-messages = 1
"""


@contextmanager
def kannel(folder: Path, carrier_port: int) -> Iterator[tuple[str, int]]:
    """Run Kannel on loopback with its files in `folder`; give the address of its sendsms.

    Raises ``BenchError`` when it is not installed or does not connect to the carrier.
    """
    if not BEARERBOX.exists():
        raise BenchError("Kannel is missing: apt-get install kannel")
    admin, box, http = free_port(), free_port(), free_port()
    configuration = folder / "kannel.conf"
    configuration.write_text(
        _CONFIGURATION.format(admin=admin, box=box, http=http, carrier=carrier_port, folder=folder)
    )
    with ExitStack() as stack:
        for program in (BEARERBOX, SMSBOX):
            with (folder / f"{program.name}.out").open("wb") as output:
                process = subprocess.Popen(
                    [program, configuration],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            _await(f"http://127.0.0.1:{admin}/status.txt?password=secret", "running")
        _await(f"http://127.0.0.1:{admin}/status.txt?password=secret", "online")
        yield "127.0.0.1", http


def requests(numbers: list[str], text: str, callback: str) -> list[bytes]:
    """A sendsms call for each number, whose report comes to the address `callback`."""
    made = []
    for number in numbers:
        report = f"{callback}?smsMsgId={number}&sequence=1&status=%d"
        fields = {
            "username": "bench",
            "password": "secret",
            "to": number,
            "text": text,
            "coding": "2",
            "charset": "UTF-8",
            "dlr-mask": str(DELIVERED),
            "dlr-url": report,
        }
        query = urlencode(fields, quote_via=quote)
        made.append(f"GET /cgi-bin/sendsms?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return made


def _await(url: str, word: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if word in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.2)  # nothing tells when Kannel is ready
    raise BenchError(f"Kannel does not say {word!r} in {START_TIMEOUT_S:.0f} s")
