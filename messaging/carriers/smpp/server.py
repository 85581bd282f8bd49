"""A small SMPP carrier with scenario numbers, for tests and other people's clients."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from messaging.carriers.simulated.scenarios import Course, Scenario
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.wire.clock import stamp
from messaging.carriers.wire.codes import codes
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.served import ServedSession, Server
from messaging.carriers.wire.udh import WHOLE, Place

from . import codec, texts
from .codec import Pdu, UnknownCommandError
from .pdus import (
    BINDS,
    LAYOUTS,
    RESPONSE,
    BindResp,
    Command,
    EsmClass,
    MessageId,
    ShortMessage,
    Status,
    Tlv,
)

log = structlog.get_logger(__name__)

_DELIVER = LAYOUTS[Command.DELIVER_SM]
_MESSAGE_ID = LAYOUTS[Command.SUBMIT_SM_RESP]
_STATES = {state.code: number for number, state in codes("smpp", "state").items()}
_UNDELIVERABLE = 5
_VERSION = bytes((0x34,))


class Delivery(NamedTuple):
    """What goes to a client: the body of a deliver_sm with its optional parameters."""

    body: bytes


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """Who may bind, and how this carrier writes its ids and receipts."""

    system_id: str
    password: str
    answer_id: str = "{:x}"
    """How a message's number stands in the answer, and below in the receipt."""
    receipt_id: str = "{:x}"
    has_tlvs: bool = True
    """Whether receipts say id and state in parameters, besides in their text."""
    utc_offset_h: float = 8.0


class SmppServer(Server[Delivery]):
    """Serves one account."""

    def __init__(
        self,
        account: SmppAccount,
        *,
        behaviour: SimulatedSettings | None = None,
        window: int = 100,
        on_submit: Callable[[ShortMessage, "SmppServerSession"], None] | None = None,
    ) -> None:
        super().__init__(behaviour=behaviour or SimulatedSettings(), window=window)
        self.account = account
        self.on_submit = on_submit
        """Sees every submission before it is answered."""
        self.numbers = itertools.count(int(datetime.now(UTC).timestamp()) << 20)

    def _session(self) -> "SmppServerSession":
        return SmppServerSession(self)

    def uplink(
        self, *, sender: str, to: str, text: str, place: Place = WHOLE, with_sar: bool = False
    ) -> None:
        """Deliver a text, or a part of one, from a handset."""
        payload = texts.ucs2_part(text, place, concatenation="sar" if with_sar else "udh")
        body = ShortMessage(
            source_addr=sender,
            destination_addr=to,
            esm_class=payload.esm_class,
            data_coding=payload.data_coding,
            short_message=payload.content,
        )
        self.deliver([Delivery(_DELIVER.encode(body) + codec.encode_tlvs(payload.tlvs))])

    def receipt(self, message: ShortMessage, number: int, code: str) -> Delivery:
        """The receipt of a message that was taken under this number (appendix B)."""
        account = self.account
        written = account.receipt_id.format(number)
        when = stamp(datetime.now(UTC), utc_offset_h=account.utc_offset_h)
        delivered = "001" if code == "DELIVRD" else "000"
        text = (
            f"id:{written} sub:001 dlvrd:{delivered} submit date:{when} done date:{when}"
            f" stat:{code} err:000 text:"
        )
        body = _DELIVER.encode(
            ShortMessage(
                source_addr=message.destination_addr,
                destination_addr=message.source_addr,
                esm_class=EsmClass.RECEIPT,
                short_message=text.encode("latin-1"),
            )
        )
        if account.has_tlvs:
            body += codec.encode_tlvs(
                {
                    Tlv.RECEIPTED_MESSAGE_ID: written.encode() + b"\0",
                    Tlv.MESSAGE_STATE: bytes((_STATES.get(code, _UNDELIVERABLE),)),
                }
            )
        return Delivery(body)


class SmppServerSession(ServedSession[Delivery]):
    """A client's session: bound or not, sending or receiving or both."""

    least_frame = codec.HEADER.size
    most_frame = codec.MOST_BYTES
    server: SmppServer

    def __init__(self, server: SmppServer) -> None:
        super().__init__(server)
        self.bind: int | None = None

    def _take(self, frame: bytes) -> None:
        _, command, _, sequence = codec.HEADER.unpack_from(frame)
        try:
            pdu = codec.decode(frame)
        except CodecError as error:
            log.info("a client's PDU makes no sense", error=str(error))
            is_unknown = isinstance(error, UnknownCommandError)
            status = Status.INVALID_COMMAND if is_unknown else Status.INVALID_MESSAGE_LENGTH
            if not command & RESPONSE:
                self.answer(codec.framed(Command.GENERIC_NACK, sequence, status=status))
            return
        self._take_pdu(pdu)

    def _take_pdu(self, pdu: Pdu) -> None:
        command = pdu.command
        if command in BINDS:
            self._take_bind(pdu)
        elif command == Command.SUBMIT_SM:
            self._take_submission(pdu)
        elif command in (Command.DELIVER_SM_RESP, Command.DATA_SM_RESP):
            self.confirmed(pdu.sequence)
        elif command == Command.ENQUIRE_LINK:
            self.answer(codec.framed(Command.ENQUIRE_LINK_RESP, pdu.sequence))
        elif command == Command.UNBIND:
            self.answer(codec.framed(Command.UNBIND_RESP, pdu.sequence))
            self.close()
        elif not command & RESPONSE:
            self._refuse(pdu, Status.INVALID_COMMAND)

    def _take_bind(self, pdu: Pdu) -> None:
        account = self.server.account
        if self.bind is not None:
            self._refuse(pdu, Status.ALREADY_BOUND)
        elif pdu.body.system_id != account.system_id:
            self._refuse(pdu, Status.INVALID_SYSTEM_ID)
        elif pdu.body.password != account.password:
            self._refuse(pdu, Status.INVALID_PASSWORD)
        else:
            self.bind = pdu.command
            self.write(
                codec.encode(
                    Pdu(
                        pdu.command | RESPONSE,
                        pdu.sequence,
                        BindResp("carrier"),
                        tlvs={Tlv.SC_INTERFACE_VERSION: _VERSION},
                    )
                )
            )
            if pdu.command != Command.BIND_TRANSMITTER:
                self.can_receive = True
                self.server.receiver_came()

    def _take_submission(self, pdu: Pdu) -> None:
        if self.bind not in (Command.BIND_TRANSMITTER, Command.BIND_TRANSCEIVER):
            self._refuse(pdu, Status.WRONG_BIND_STATUS)
            return
        server, message = self.server, pdu.body
        if server.on_submit:
            server.on_submit(message, self)
        scenario = server.script.scenario(message.destination_addr)
        if server.script.is_throttled(scenario, message.destination_addr):
            self._refuse(pdu, Status.THROTTLED)
        elif scenario.course is Course.REFUSED:
            self._refuse(pdu, Status.SUBMIT_FAILED)
        else:
            self._accept(pdu, scenario)

    def _accept(self, pdu: Pdu, scenario: Scenario) -> None:
        server, message = self.server, pdu.body
        number = next(server.numbers)
        if message.registered_delivery & 1:
            receipt = server.receipt(message, number, scenario.code)
            if scenario.course is Course.EARLY:
                server.deliver([receipt])
            else:
                for delay_s in server.script.delays_s(scenario, texts.place_of(message, pdu.tlvs)):
                    server.schedule.add(receipt, delay_s=delay_s)
        named = _MESSAGE_ID.encode(MessageId(server.account.answer_id.format(number)))
        self.answer(codec.framed(Command.SUBMIT_SM_RESP, pdu.sequence, named))

    def _refuse(self, pdu: Pdu, status: Status) -> None:
        self.answer(codec.framed(pdu.command | RESPONSE, pdu.sequence, status=status))

    def _delivery(self, sequence: int, delivery: Delivery) -> bytes:
        return codec.framed(Command.DELIVER_SM, sequence, delivery.body)
