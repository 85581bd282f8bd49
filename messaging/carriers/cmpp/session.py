"""A CMPP session: CONNECT, submissions and their answers, reports and uplinks."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from common.numbers import mask
from messaging.carriers.wire.codes import codes
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.link import Link, LoginRefusedError
from messaging.carriers.wire.trace import Describe
from messaging.carriers.wire.transit import UNKNOWN, Outcome

from . import authenticator, codec, ids
from .codec import LAST_SEQUENCE, MOST_BYTES, Pdu, UnknownCommandError
from .pdus import (
    RESPONSE,
    ActiveTestResp,
    Command,
    Connect,
    ConnectResp,
    ConnectStatus,
    DeliverResp,
    Result,
    Version,
)

_RESULTS = codes("cmpp", "answer")
_REFUSALS: dict[int, str] = {
    ConnectStatus.STRUCTURE: "it finds our CONNECT malformed",
    ConnectStatus.SOURCE_ADDRESS: "wrong source address, or not from this IP address",
    ConnectStatus.AUTHENTICATION: "authentication failed",
    ConnectStatus.VERSION_TOO_HIGH: "it does not speak this version",
}


class Account(NamedTuple):
    """Who logs in, and in which dialect."""

    source_addr: str
    shared_secret: str
    version: Version
    is_carrier_verified: bool
    utc_offset_h: float
    id_form: str


class Deliveries(Protocol):
    """Who takes what the carrier delivers, and confirms it on the session with `answer`."""

    def __call__(self, pdu: Pdu, session: "CmppSession", answer: bytes) -> None: ...


class CmppSession(Link):
    """A session for both directions."""

    last_sequence = LAST_SEQUENCE
    least_frame = codec.HEADER.size
    most_frame = MOST_BYTES

    def __init__(self, *, account: Account, deliveries: Deliveries, **link: Any) -> None:
        super().__init__(**link)
        self._account = account
        self._version = account.version
        self._deliveries = deliveries

    async def log_in(self) -> None:
        account = self._account
        local = datetime.now(UTC) + timedelta(hours=account.utc_offset_h)
        stamp = authenticator.timestamp(local)
        source = authenticator.of_source(account.source_addr, account.shared_secret, stamp)
        connect = Connect(account.source_addr, source, account.version, stamp)

        def frame(sequence: int) -> bytes:
            return codec.encode(Pdu(Command.CONNECT, sequence, connect), account.version)

        answer = await self.call(frame, timeout_s=self._terms.answer_timeout_s)
        if not isinstance(answer.body, ConnectResp):
            raise LoginRefusedError("the carrier's answer to CONNECT makes no sense")
        self._check(answer.body, source)

    def _check(self, answer: ConnectResp, source: bytes) -> None:
        account = self._account
        if answer.status:
            reason = _REFUSALS.get(answer.status, "for a reason of its own")
            raise LoginRefusedError(
                f"the carrier refuses CMPP {account.version}: {reason}"
                f" (status {answer.status}, its version is 0x{answer.version:02X})"
            )
        if answer.version < account.version:
            raise LoginRefusedError(
                f"the carrier speaks version 0x{answer.version:02X},"
                f" this channel CMPP {account.version}"
            )
        expected = authenticator.of_ismg(
            answer.status, source, account.shared_secret, account.version
        )
        if account.is_carrier_verified and not hmac.compare_digest(expected, answer.authenticator):
            raise LoginRefusedError("the carrier does not know the secret: wrong AuthenticatorISMG")

    def _take(self, frame: bytes) -> None:
        try:
            pdu = codec.decode(frame, self._version)
        except UnknownCommandError as error:
            self.log.warning("a message that is ignored", error=str(error))
        except CodecError as error:
            self._take_broken(frame, error)
        else:
            self._take_pdu(pdu)

    def _take_pdu(self, pdu: Pdu) -> None:
        command, sequence = pdu.command, pdu.sequence
        if command == Command.SUBMIT_RESP:
            if not self._submission_answered(sequence, self._outcome(pdu)):
                self._answer_to_nothing()
        elif command == Command.DELIVER:
            self._deliveries(pdu, self, self._confirmation(sequence, pdu.body.msg_id))
        elif command == Command.ACTIVE_TEST:
            self.write(self._encoded(Command.ACTIVE_TEST_RESP, sequence, ActiveTestResp()))
        elif command == Command.ACTIVE_TEST_RESP:
            pass  # that it came is all it says
        elif command == Command.TERMINATE:
            self._carrier_leaves(codec.framed(Command.TERMINATE_RESP, sequence))
        elif command & RESPONSE:
            if not self._call_answered(sequence, pdu):
                self._answer_to_nothing()
        else:
            self.log.warning("a carrier's client speaks", command=codec.command_name(command))

    def _outcome(self, pdu: Pdu) -> Outcome:
        result = pdu.body.result
        if result != Result.OK:
            return refusal(result)
        return Outcome(ids.written(pdu.body.msg_id, self._account.id_form))

    def _take_broken(self, frame: bytes, error: CodecError) -> None:
        """A message of a known command that makes no sense."""
        _, command, sequence = codec.HEADER.unpack_from(frame)
        self.log.warning(
            "a message that makes no sense", command=codec.command_name(command), error=str(error)
        )
        if command == Command.SUBMIT_RESP:
            self._submission_answered(sequence, UNKNOWN)
        elif command == Command.DELIVER:
            msg_id = frame[codec.HEADER.size : codec.HEADER.size + 8].ljust(8, b"\0")
            self.write(self._confirmation(sequence, msg_id, Result.STRUCTURE))
        elif command & RESPONSE:
            self._call_answered(sequence, Pdu(command, sequence, None))

    def _confirmation(self, sequence: int, msg_id: bytes, result: int = Result.OK) -> bytes:
        return self._encoded(Command.DELIVER_RESP, sequence, DeliverResp(msg_id, result))

    def _encoded(self, command: Command, sequence: int, body: tuple[Any, ...]) -> bytes:
        return codec.encode(Pdu(command, sequence, body), self._version)

    def _submission(self, sequence: int, body: bytes) -> bytes:
        return codec.framed(Command.SUBMIT, sequence, body)

    def _ping(self, sequence: int) -> bytes:
        return codec.framed(Command.ACTIVE_TEST, sequence)

    def _farewell(self, sequence: int) -> bytes:
        return codec.framed(Command.TERMINATE, sequence)


def refusal(result: int) -> Outcome:
    """What an error in an answer means for a submission."""
    known = _RESULTS.get(result)
    if known:
        return Outcome(error=known.code, is_throttled=known.is_throttling)
    return Outcome(error=f"CMPP:{result}")


def describer(version: Version) -> Describe:
    """What the wire log may say of a message of this version."""

    def describe(frame: bytes) -> Mapping[str, Any]:
        _, command, sequence = codec.HEADER.unpack_from(frame)
        facts: dict[str, Any] = {"command": codec.command_name(command), "sequence": sequence}
        try:
            body = codec.decode(frame, version).body
        except CodecError as error:
            return facts | {"problem": str(error)}
        return facts | _facts(body)

    return describe


_SHOWN = ("status", "result", "pk_total", "pk_number", "msg_fmt", "registered_delivery")
_NUMBERS = ("src_id", "dest_id", "src_terminal_id")


def _facts(body: Any) -> dict[str, Any]:
    named = body._asdict() if body else {}
    facts = {name: named[name] for name in _SHOWN if name in named}
    facts |= {name: mask(named[name]) for name in _NUMBERS if name in named}
    if "msg_id" in named:
        facts["msg_id"] = named["msg_id"].hex()
    if "dest_terminal_ids" in named:
        facts["dest_terminal_ids"] = [mask(number) for number in named["dest_terminal_ids"]]
    return facts
