import functools
import ssl
from datetime import UTC, datetime

from messaging.carriers.base import (
    ChannelSettings,
    Receipt,
    ReceiptSink,
    Submission,
    Uplink,
    UplinkSink,
)
from messaging.carriers.wire import addresses
from messaging.carriers.wire.connector import UnsendableError, WireConnector, bucket, connect
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.pool import Seat
from messaging.carriers.wire.references import References
from messaging.carriers.wire.signature import without_signature
from messaging.carriers.wire.terms import Terms
from messaging.carriers.wire.trace import WireLog
from messaging.carriers.wire.udh import WHOLE

from . import codec, ids, receipts, texts
from .codec import Pdu
from .pdus import LAYOUTS, Bind, Command, Data, EsmClass, ShortMessage, Status, Tlv
from .session import SmppSession, describe, refusal
from .settings import SmppSettings

_PAIR = (Command.BIND_TRANSMITTER, Command.BIND_RECEIVER)
_SHORT_MESSAGE = LAYOUTS[Command.SUBMIT_SM]
_LONGEST_RECIPIENT = 20


class SmppConnector(WireConnector):
    """Speaks SMPP 3.4 as a client: several sessions, one window each."""

    name = "smpp"
    options: SmppSettings

    def __init__(
        self, settings: ChannelSettings, receipts_: ReceiptSink, uplinks: UplinkSink
    ) -> None:
        super().__init__(settings, receipts_, uplinks)
        self.options = self._read(settings)
        self._references = References()
        self._rate = bucket(self.options.submits_per_s)
        self._form = receipts.ReceiptForm(
            ids.normaliser(self.options.receipt_ids), self.options.utc_offset_h
        )
        self._wire_log = WireLog(
            self.options.wire_log_until, channel=settings.name, describe=describe
        )
        self._submission = ShortMessage(
            service_type=self.options.service_type,
            source_addr_ton=self.options.source_ton,
            source_addr_npi=self.options.source_npi,
            dest_addr_ton=self.options.recipient_ton,
            dest_addr_npi=self.options.recipient_npi,
            validity_period=self.options.validity_period,
            registered_delivery=1,
        )

    def _seats(self) -> list[Seat]:
        chosen = self.options
        binds = _PAIR if chosen.bind == "pair" else (Command.BIND_TRANSCEIVER,)
        tls = _tls(chosen)
        return [
            Seat(
                name,
                functools.partial(
                    connect,
                    functools.partial(self._session, bind, name),
                    host=chosen.host,
                    port=chosen.port,
                    tls=tls,
                ),
            )
            for number in range(1, chosen.sessions + 1)
            for bind in binds
            for name in (f"{bind.name.lower()}-{number}",)
        ]

    def _session(self, bind: Command, name: str) -> SmppSession:
        chosen = self.options
        return SmppSession(
            bind=bind,
            credentials=Bind(chosen.system_id, chosen.password, chosen.system_type),
            normalise=ids.normaliser(chosen.answer_ids),
            deliveries=self._deliver,
            name=name,
            terms=self._terms(),
            rate=self._rate,
            wire_log=self._wire_log,
            log=self.log.bind(link=name),
            on_lost=self._pool.link_lost,
        )

    def _read(self, settings: ChannelSettings) -> SmppSettings:
        return SmppSettings.of(settings.config, settings.secrets)

    def _terms(self) -> Terms:
        return self.options.terms()

    def _bodies(self, submission: Submission) -> list[bytes]:
        recipient = addresses.to_carrier(submission.recipient, self.options.recipient_form)
        if len(recipient) > _LONGEST_RECIPIENT:
            raise UnsendableError(refusal(Status.INVALID_DESTINATION).error)
        parts = submission.parts
        if self.options.carrier_prepends_signature:
            parts = without_signature(parts)
        payloads = texts.payloads(
            parts,
            alphabet=self.options.default_alphabet,
            is_ucs2_only=self.options.ucs2_only,
            concatenation=self.options.concatenation,
            reference=self._references.next(recipient) if len(parts) > 1 else 0,
        )
        addressed = self._submission._replace(
            source_addr=submission.sender, destination_addr=recipient
        )
        try:
            return [
                _SHORT_MESSAGE.encode(
                    addressed._replace(
                        esm_class=payload.esm_class,
                        data_coding=payload.data_coding,
                        short_message=payload.content,
                    )
                )
                + codec.encode_tlvs(payload.tlvs)
                for payload in payloads
            ]
        except CodecError:  # everything else is bounded: a sender that SMPP has no room for
            raise UnsendableError(refusal(Status.INVALID_SOURCE).error) from None

    def _deliver(self, pdu: Pdu, session: SmppSession, answer: bytes) -> None:
        """Sort what came into receipts and uplinks; confirm at once what nobody waits for."""
        body = pdu.body
        content = pdu.tlvs.get(Tlv.MESSAGE_PAYLOAD, b"") or _short_message(body)
        kind = body.esm_class & EsmClass.TYPE
        text = texts.text_of(content, data_coding=body.data_coding, alphabet="latin1")
        if kind == EsmClass.INTERMEDIATE:
            session.write(answer)
        elif self._is_receipt(kind, text, pdu):
            self._take_receipt(text, pdu, session, answer)
        else:
            self._uplinks.take(self._uplink(content, pdu, session), session, answer)

    def _is_receipt(self, kind: int, text: str, pdu: Pdu) -> bool:
        if kind == EsmClass.RECEIPT or Tlv.RECEIPTED_MESSAGE_ID in pdu.tlvs:
            return True
        return self.options.unmarked_receipts and receipts.is_receipt_text(text)

    def _take_receipt(self, text: str, pdu: Pdu, session: SmppSession, answer: bytes) -> None:
        receipt: Receipt | None = receipts.read(text, pdu.tlvs, self._form)
        if receipt is None:
            session.write(answer)
        else:
            self._receipts.take(receipt, session, answer)

    def _uplink(self, content: bytes, pdu: Pdu, session: SmppSession) -> Uplink:
        body = pdu.body
        coding, alphabet = body.data_coding, self.options.default_alphabet
        try:
            place, text = texts.read(
                content,
                data_coding=coding,
                esm_class=body.esm_class,
                tlvs=pdu.tlvs,
                alphabet=alphabet,
            )
        except ValueError as error:
            session.log.warning("an uplink with a broken header", error=str(error))
            place, text = WHOLE, texts.text_of(content, data_coding=coding, alphabet=alphabet)
        return Uplink(
            carrier_id="",
            sender=addresses.from_carrier(body.source_addr),
            to=body.destination_addr.strip(),
            text=text,
            received_at=datetime.now(UTC),
            reference=place.reference,
            total=place.total,
            index=place.number,
        )


def _short_message(body: ShortMessage | Data) -> bytes:
    return body.short_message if isinstance(body, ShortMessage) else b""


def _tls(chosen: SmppSettings) -> ssl.SSLContext | None:
    if not chosen.tls:
        return None
    return ssl.create_default_context(cafile=chosen.tls_ca_file or None)
