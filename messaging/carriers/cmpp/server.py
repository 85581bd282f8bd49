"""A small CMPP gateway with scenario numbers, for tests and other people's clients."""

import hmac
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog

from messaging.carriers.rate import TokenBucket
from messaging.carriers.simulated.scenarios import Course, Scenario
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.wire.clock import stamp
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.served import ServedSession, Server
from messaging.carriers.wire.udh import WHOLE, Place

from . import authenticator, codec, ids, texts
from .codec import Pdu
from .pdus import (
    LAYOUTS,
    REPORTS,
    RESPONSE,
    ActiveTestResp,
    Command,
    Connect,
    ConnectResp,
    ConnectStatus,
    Deliver,
    Report,
    Result,
    Submit,
    SubmitResp,
    Version,
)
from .settings import WINDOW

log = structlog.get_logger(__name__)

_SHORT, _LONG = sorted(REPORTS)


class Delivery(NamedTuple):
    """What goes to a client; its layout depends on the version of the session it goes over."""

    body: Deliver


@dataclass(frozen=True, slots=True)
class CmppAccount:
    """Who may connect, and what this gateway grants."""

    source_addr: str
    shared_secret: str
    highest_version: Version = Version.V30
    gateway: int = 1
    submits_per_s: float = 0.0
    """Flow control over all sessions; 0 is none."""
    has_short_reports: bool = False
    """Whether reports have 60 bytes in 3.0, too, as those of some gateways."""
    utc_offset_h: float = 8.0


class CmppServer(Server[Delivery]):
    """Serves one account."""

    def __init__(
        self,
        account: CmppAccount,
        *,
        behaviour: SimulatedSettings | None = None,
        window: int = WINDOW,
        on_submit: Callable[[Submit, "CmppServerSession"], None] | None = None,
    ) -> None:
        super().__init__(behaviour=behaviour or SimulatedSettings(), window=window)
        self.account = account
        self.on_submit = on_submit
        """Sees every submission before it is answered."""
        rate = account.submits_per_s
        self.bucket = TokenBucket(rate, burst=rate, at=time.monotonic()) if rate else None
        self._numbers = itertools.count(1)

    def next_id(self) -> bytes:
        local = datetime.now(UTC) + timedelta(hours=self.account.utc_offset_h)
        return ids.make(local, self.account.gateway, next(self._numbers))

    def _session(self) -> "CmppServerSession":
        return CmppServerSession(self)

    def uplink(self, *, sender: str, to: str, text: str, place: Place = WHOLE) -> None:
        """Deliver a text, or a part of one, from a handset."""
        payload = texts.ucs2_part(text, place)
        body = Deliver(
            self.next_id(),
            dest_id=to,
            tp_udhi=payload.tp_udhi,
            msg_fmt=payload.msg_fmt,
            src_terminal_id=sender,
            msg_content=payload.content,
        )
        self.deliver([Delivery(body)])

    def report(self, submit: Submit, msg_id: bytes, stat: str, version: Version) -> Delivery:
        """The report of a message that was taken under this id."""
        when = stamp(datetime.now(UTC), utc_offset_h=self.account.utc_offset_h)
        is_short = version is not Version.V30 or self.account.has_short_reports
        recipient = submit.dest_terminal_ids[0]
        content = REPORTS[_SHORT if is_short else _LONG].encode(
            Report(msg_id, stat, when, when, recipient)
        )
        body = Deliver(
            self.next_id(),
            dest_id=submit.src_id,
            service_id=submit.service_id,
            src_terminal_id=recipient,
            registered_delivery=1,
            msg_content=content,
        )
        return Delivery(body)


class CmppServerSession(ServedSession[Delivery]):
    """A client's session; it receives as soon as it is connected."""

    least_frame = codec.HEADER.size
    most_frame = codec.MOST_BYTES
    server: CmppServer

    def __init__(self, server: CmppServer) -> None:
        super().__init__(server)
        self.version = Version.V30

    def _take(self, frame: bytes) -> None:
        try:
            pdu = codec.decode(frame, self.version)
        except CodecError as error:
            log.info("a client's message makes no sense", error=str(error))
            self._refuse_broken(frame)
        else:
            self._take_pdu(pdu)

    def _refuse_broken(self, frame: bytes) -> None:
        _, command, sequence = codec.HEADER.unpack_from(frame)
        if command == Command.SUBMIT:
            self._answer(command, sequence, SubmitResp(bytes(8), Result.STRUCTURE))
        elif command == Command.CONNECT:
            self._refuse_connect(sequence, ConnectStatus.STRUCTURE)

    def _take_pdu(self, pdu: Pdu) -> None:
        command, sequence = pdu.command, pdu.sequence
        if command == Command.CONNECT:
            self._take_connect(sequence, pdu.body)
        elif not self.can_receive:
            self.close()  # nothing may come before CONNECT
        elif command == Command.SUBMIT:
            self._take_submit(sequence, pdu.body)
        elif command == Command.DELIVER_RESP:
            self.confirmed(sequence)
        elif command == Command.ACTIVE_TEST:
            self._answer(command, sequence, ActiveTestResp())
        elif command == Command.TERMINATE:
            self.answer(codec.framed(Command.TERMINATE_RESP, sequence))
            self.close()

    def _take_connect(self, sequence: int, connect: Connect) -> None:
        account = self.server.account
        source = authenticator.of_source(
            account.source_addr, account.shared_secret, connect.timestamp
        )
        if connect.version not in set(Version) or connect.version > account.highest_version:
            self._refuse_connect(sequence, ConnectStatus.VERSION_TOO_HIGH)
        elif connect.source_addr != account.source_addr:
            self._refuse_connect(sequence, ConnectStatus.SOURCE_ADDRESS)
        elif not hmac.compare_digest(source, connect.authenticator):
            self._refuse_connect(sequence, ConnectStatus.AUTHENTICATION)
        else:
            self.version = Version(connect.version)
            proof = authenticator.of_ismg(
                ConnectStatus.OK, source, account.shared_secret, self.version
            )
            answer = ConnectResp(ConnectStatus.OK, proof, account.highest_version)
            self._answer(Command.CONNECT, sequence, answer)
            self._flush()
            self.can_receive = True
            self.server.receiver_came()

    def _refuse_connect(self, sequence: int, status: ConnectStatus) -> None:
        highest = self.server.account.highest_version
        self.version = highest
        self._answer(Command.CONNECT, sequence, ConnectResp(status, bytes(16), highest))
        self.close()

    def _take_submit(self, sequence: int, submit: Submit) -> None:
        server = self.server
        if server.on_submit:
            server.on_submit(submit, self)
        if len(submit.dest_terminal_ids) != 1:
            self._refuse(sequence, Result.DESTINATION)  # several numbers are not served
            return
        recipient = submit.dest_terminal_ids[0]
        scenario = server.script.scenario(recipient)
        if self._is_too_fast() or server.script.is_throttled(scenario, recipient):
            self._refuse(sequence, Result.FLOW_CONTROL)
        elif scenario.course is Course.REFUSED:
            self._refuse(sequence, Result.NOT_SERVED)
        else:
            self._accept(sequence, submit, scenario)

    def _is_too_fast(self) -> bool:
        bucket = self.server.bucket
        if bucket is None:
            return False
        if not bucket.available(time.monotonic()):
            return True
        bucket.spend(1)
        return False

    def _accept(self, sequence: int, submit: Submit, scenario: Scenario) -> None:
        server, msg_id = self.server, self.server.next_id()
        if submit.registered_delivery:
            report = server.report(submit, msg_id, scenario.code, self.version)
            place = Place(0, submit.pk_total, submit.pk_number)
            if scenario.course is Course.EARLY:
                server.deliver([report])
            else:
                for delay_s in server.script.delays_s(scenario, place):
                    server.schedule.add(report, delay_s=delay_s)
        self._answer(Command.SUBMIT, sequence, SubmitResp(msg_id))

    def _refuse(self, sequence: int, result: Result) -> None:
        self._answer(Command.SUBMIT, sequence, SubmitResp(bytes(8), result))

    def _answer(
        self, command: int, sequence: int, body: ConnectResp | SubmitResp | ActiveTestResp
    ) -> None:
        answer = Pdu(command | RESPONSE, sequence, body)
        self.answer(codec.encode(answer, self.version))

    def _delivery(self, sequence: int, delivery: Delivery) -> bytes:
        layout = LAYOUTS[self.version][Command.DELIVER]
        return codec.framed(Command.DELIVER, sequence, layout.encode(delivery.body))
