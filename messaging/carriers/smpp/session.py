"""An SMPP session: bind, submissions and their answers, receipts and uplinks."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from common.numbers import mask
from messaging.carriers.wire.codes import codes
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.link import Link, LoginRefusedError
from messaging.carriers.wire.transit import UNKNOWN, Outcome

from . import codec
from .codec import LAST_SEQUENCE, MOST_BYTES, Pdu, UnknownCommandError
from .pdus import RESPONSE, Bind, Command, MessageId, Nothing, Status

_ANSWERS = codes("smpp", "answer")
_DELIVERIES = (Command.DELIVER_SM, Command.DATA_SM)
_SUBMISSIONS = (Command.SUBMIT_SM_RESP, Command.DATA_SM_RESP)
_NOTHING = Nothing()


class Deliveries(Protocol):
    """Who takes what the carrier delivers, and confirms it on the session with `answer`."""

    def __call__(self, pdu: Pdu, session: "SmppSession", answer: bytes) -> None: ...


class SmppSession(Link):
    """A session bound as `bind`: transceiver, transmitter or receiver."""

    last_sequence = LAST_SEQUENCE
    least_frame = codec.HEADER.size
    most_frame = MOST_BYTES

    def __init__(
        self,
        *,
        bind: Command,
        credentials: Bind,
        normalise: Callable[[str], str],
        deliveries: Deliveries,
        **link: Any,
    ) -> None:
        super().__init__(**link)
        self.can_submit = bind != Command.BIND_RECEIVER
        self._bind = bind
        self._credentials = credentials
        self._normalise = normalise
        self._deliveries = deliveries

    async def log_in(self) -> None:
        def frame(sequence: int) -> bytes:
            return codec.encode(Pdu(self._bind, sequence, self._credentials))

        answer = await self.call(frame, timeout_s=self._terms.answer_timeout_s)
        if answer.command != self._bind | RESPONSE or answer.status:
            raise LoginRefusedError(f"the carrier refuses to bind: {status_name(answer.status)}")

    def _take(self, frame: bytes) -> None:
        try:
            pdu = codec.decode(frame)
        except UnknownCommandError as error:
            self._refuse(frame, Status.INVALID_COMMAND, error)
        except CodecError as error:
            self._take_broken(frame, error)
        else:
            self._take_pdu(pdu)

    def _take_pdu(self, pdu: Pdu) -> None:
        command, sequence = pdu.command, pdu.sequence
        if command in _SUBMISSIONS:
            self._take_answer(pdu)
        elif command in _DELIVERIES:
            confirmation = codec.encode(Pdu(command | RESPONSE, sequence, MessageId()))
            self._deliveries(pdu, self, confirmation)
        elif command == Command.ENQUIRE_LINK:
            self.write(codec.framed(Command.ENQUIRE_LINK_RESP, sequence))
        elif command == Command.UNBIND:
            self._carrier_leaves(codec.framed(Command.UNBIND_RESP, sequence))
        elif command == Command.ENQUIRE_LINK_RESP:
            pass  # that it came is all it says
        elif command == Command.GENERIC_NACK:
            self._take_nack(pdu)
        elif command & RESPONSE:
            if not self._call_answered(sequence, pdu):
                self._answer_to_nothing()
        else:  # a request that only a carrier answers
            self.write(codec.framed(command | RESPONSE, sequence, status=Status.WRONG_BIND_STATUS))

    def _take_answer(self, pdu: Pdu) -> None:
        if not self._submission_answered(pdu.sequence, self._outcome(pdu)):
            self._answer_to_nothing()

    def _take_nack(self, pdu: Pdu) -> None:
        is_known = self._submission_answered(pdu.sequence, refusal(pdu.status))
        if not is_known and not self._call_answered(pdu.sequence, pdu):
            self._answer_to_nothing()

    def _outcome(self, pdu: Pdu) -> Outcome:
        if pdu.status:
            return refusal(pdu.status)
        carrier_id = self._normalise(pdu.body.message_id) if pdu.body else ""
        return Outcome(carrier_id) if carrier_id else UNKNOWN

    def _take_broken(self, frame: bytes, error: CodecError) -> None:
        """A PDU of a known command that makes no sense: an answer, or a request to refuse."""
        _, command, status, sequence = codec.HEADER.unpack_from(frame)
        if not command & RESPONSE:
            self._refuse(frame, Status.INVALID_MESSAGE_LENGTH, error)
            return
        self.log.warning("a broken answer", command=codec.command_name(command), error=str(error))
        if command in _SUBMISSIONS:
            self._submission_answered(sequence, refusal(status) if status else UNKNOWN)
        else:
            self._call_answered(
                sequence, Pdu(command, sequence, None, status or Status.SYSTEM_ERROR)
            )

    def _refuse(self, frame: bytes, status: Status, error: CodecError) -> None:
        _, command, _, sequence = codec.HEADER.unpack_from(frame)
        self.log.warning(
            "a PDU that makes no sense", command=codec.command_name(command), error=str(error)
        )
        if not command & RESPONSE:
            self.write(codec.framed(Command.GENERIC_NACK, sequence, status=status))

    def _submission(self, sequence: int, body: bytes) -> bytes:
        return codec.framed(Command.SUBMIT_SM, sequence, body)

    def _ping(self, sequence: int) -> bytes:
        return codec.framed(Command.ENQUIRE_LINK, sequence)

    def _farewell(self, sequence: int) -> bytes:
        return codec.framed(Command.UNBIND, sequence)

    def _nack_broken_frame(self) -> None:
        self.write(codec.framed(Command.GENERIC_NACK, 0, status=Status.INVALID_COMMAND_LENGTH))


def refusal(status: int) -> Outcome:
    """What an error in an answer means for a submission."""
    known = _ANSWERS.get(status)
    if known:
        return Outcome(error=known.code, is_throttled=known.is_throttling)
    return Outcome(error=f"SMPP:0x{status:02X}")


def status_name(status: int) -> str:
    """`ESME_RINVPASWD (0x0E)` and its like."""
    known = _ANSWERS.get(status)
    return f"{known.name} (0x{status:02X})" if known else f"0x{status:02X}"


def describe(frame: bytes) -> Mapping[str, Any]:
    """What the wire log may say of a PDU."""
    _, command, status, sequence = codec.HEADER.unpack_from(frame)
    facts: dict[str, Any] = {
        "command": codec.command_name(command),
        "sequence": sequence,
        "status": status,
    }
    try:
        body = codec.decode(frame).body
    except CodecError as error:
        return facts | {"problem": str(error)}
    return facts | _facts(body)


def _facts(body: Any) -> dict[str, Any]:
    named = body._asdict() if body else {}
    facts = {
        name: named[name] for name in ("esm_class", "data_coding", "message_id") if name in named
    }
    for name in ("source_addr", "destination_addr"):
        if name in named:
            facts[name] = mask(named[name])
    return facts
