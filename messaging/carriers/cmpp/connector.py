import functools
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
from messaging.carriers.wire.clock import reported_at
from messaging.carriers.wire.connector import UnsendableError, WireConnector, bucket, connect
from messaging.carriers.wire.fields import CodecError
from messaging.carriers.wire.pool import Seat
from messaging.carriers.wire.references import References
from messaging.carriers.wire.signature import without_signature
from messaging.carriers.wire.terms import Terms
from messaging.carriers.wire.trace import WireLog
from messaging.carriers.wire.udh import WHOLE, Place

from . import codec, ids, texts
from .codec import Pdu
from .pdus import LAYOUTS, Command, Deliver, Result, Submit
from .session import Account, CmppSession, describer, refusal
from .settings import VERSIONS, CmppSettings

_INTERMEDIATE = ("ACCEPTD", "ENROUTE")
"""States after which another one comes (carriers.md §1.5)."""
_LONGEST_RECIPIENT = 21


class CmppConnector(WireConnector):
    """Speaks CMPP 2.0, 2.1 or 3.0 as a client: one number per SUBMIT, several sessions."""

    name = "cmpp"
    options: CmppSettings

    def __init__(
        self, settings: ChannelSettings, receipts: ReceiptSink, uplinks: UplinkSink
    ) -> None:
        super().__init__(settings, receipts, uplinks)
        chosen = self.options = self._read(settings)
        version = VERSIONS[chosen.version]
        self._account = Account(
            chosen.source_addr,
            chosen.shared_secret,
            version,
            chosen.verify_carrier,
            chosen.utc_offset_h,
            chosen.id_form,
        )
        self._references = References()
        self._rate = bucket(chosen.submits_per_s)
        self._wire_log = WireLog(
            chosen.wire_log_until, channel=settings.name, describe=describer(version)
        )
        self._layout = LAYOUTS[version][Command.SUBMIT]
        self._submission = Submit(
            service_id=chosen.service_id,
            fee_user_type=chosen.fee_user_type,
            msg_src=chosen.msg_src or chosen.source_addr,
            fee_type=chosen.fee_type,
            fee_code=chosen.fee_code,
        )

    def _seats(self) -> list[Seat]:
        return [
            Seat(
                name,
                functools.partial(
                    connect,
                    functools.partial(self._session, name),
                    host=self.options.host,
                    port=self.options.port,
                ),
            )
            for name in (f"session-{number}" for number in range(1, self.options.sessions + 1))
        ]

    def _session(self, name: str) -> CmppSession:
        return CmppSession(
            account=self._account,
            deliveries=self._deliver,
            name=name,
            terms=self._terms(),
            rate=self._rate,
            wire_log=self._wire_log,
            log=self.log.bind(link=name),
            on_lost=self._pool.link_lost,
        )

    def _read(self, settings: ChannelSettings) -> CmppSettings:
        return CmppSettings.of(settings.config, settings.secrets)

    def _terms(self) -> Terms:
        return self.options.terms()

    def _bodies(self, submission: Submission) -> list[bytes]:
        recipient = addresses.to_carrier(submission.recipient, self.options.recipient_form)
        if len(recipient) > _LONGEST_RECIPIENT:
            raise UnsendableError(refusal(Result.DESTINATION).error)
        parts = submission.parts
        if self.options.carrier_prepends_signature:
            parts = without_signature(parts)
        payloads = texts.payloads(
            parts,
            encoding=self.options.encoding,
            reference=self._references.next(recipient) if len(parts) > 1 else 0,
        )
        addressed = self._submission._replace(
            src_id=submission.sender, dest_terminal_ids=(recipient,)
        )
        try:
            return [
                self._layout.encode(
                    addressed._replace(
                        pk_total=payload.place.total,
                        pk_number=payload.place.number,
                        tp_udhi=payload.tp_udhi,
                        msg_fmt=payload.msg_fmt,
                        msg_content=payload.content,
                    )
                )
                for payload in payloads
            ]
        except CodecError:  # everything else is bounded: a sender that CMPP has no room for
            raise UnsendableError(refusal(Result.SOURCE).error) from None

    def _deliver(self, pdu: Pdu, session: CmppSession, answer: bytes) -> None:
        """Sort what came into receipts and uplinks; confirm at once what nobody waits for."""
        body: Deliver = pdu.body
        if not body.registered_delivery:
            self._uplinks.take(self._uplink(body, session), session, answer)
            return
        receipt = self._receipt(body, session)
        if receipt.code in _INTERMEDIATE:
            session.write(answer)
        else:
            self._receipts.take(receipt, session, answer)

    def _receipt(self, body: Deliver, session: CmppSession) -> Receipt:
        try:
            report = codec.decode_report(body.msg_content)
        except CodecError as error:
            session.log.warning("a status report that makes no sense", error=str(error))
            return Receipt("", "", None, texts.text_of(body.msg_content, body.msg_fmt))
        return Receipt(
            ids.written(report.msg_id, self.options.id_form),
            report.stat.strip(),
            reported_at(report.done_time, utc_offset_h=self.options.utc_offset_h),
        )

    def _uplink(self, body: Deliver, session: CmppSession) -> Uplink:
        try:
            place, text = texts.read(body.msg_content, msg_fmt=body.msg_fmt, tp_udhi=body.tp_udhi)
        except ValueError as error:
            session.log.warning("an uplink with a broken header", error=str(error))
            place, text = WHOLE, texts.text_of(body.msg_content, body.msg_fmt)
        return Uplink(
            carrier_id=self._uplink_id(body.msg_id, place),
            sender=addresses.from_carrier(body.src_terminal_id),
            to=body.dest_id.strip(),
            text=text,
            received_at=datetime.now(UTC),
            reference=place.reference,
            total=place.total,
            index=place.number,
        )

    def _uplink_id(self, msg_id: bytes, place: Place) -> str:
        """Gateways may give all parts one Msg_Id, or every uplink the id zero."""
        if not any(msg_id):
            return ""
        written = ids.written(msg_id, self.options.id_form)
        return f"{written}/{place.number}" if place.total > 1 else written
