"""What can be set on a channel that speaks SMPP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from messaging.carriers.wire import options
from messaging.carriers.wire.addresses import FORMS
from messaging.carriers.wire.terms import Terms

from .ids import STEPS

PORT = 2775


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """Times in seconds; the defaults hold for what a channel leaves out."""

    host: str = options.text(most=253)
    port: int = options.number(PORT, least=1, most=65535)
    system_id: str = options.text(most=15)
    password: str = options.secret(most=8)
    system_type: str = options.text("", most=12)
    bind: str = options.choice("transceiver", "pair")
    """One session for both directions, or a transmitter and a receiver."""
    sessions: int = options.number(1, least=1, most=32)
    """How many transceivers, or how many pairs."""
    tls: bool = options.switch()
    tls_ca_file: str = options.text("", most=500)
    """Certificates to trust instead of the system's."""
    submits_in_flight: int = options.number(10, least=1, most=1000)
    """Submissions without an answer, per session; carriers say how many they allow."""
    submits_per_s: float = options.number(0.0, least=0, most=100_000)
    """Most parts a second over all sessions; 0 is without limit."""
    answer_timeout_s: float = options.number(60.0, least=0.1, most=600)
    enquire_link_s: float = options.number(30.0, least=0.1, most=600)
    enquire_link_attempts: int = options.number(3, least=1, most=10)
    reconnect_s: float = options.number(1.0, least=0.05, most=60)
    reconnect_at_most_s: float = options.number(30.0, least=0.05, most=600)
    source_ton: int = options.number(0, least=0, most=7)
    source_npi: int = options.number(1, least=0, most=18)
    recipient_ton: int = options.number(1, least=0, most=7)
    recipient_npi: int = options.number(1, least=0, most=18)
    recipient_form: str = options.choice(*FORMS)
    service_type: str = options.text("", most=5)
    validity_period: str = options.text("", most=16)
    """As SMPP writes it, e.g. `000001000000000R` for a day; empty is the carrier's default."""
    default_alphabet: str = options.choice("gsm7", "latin1")
    """What data coding 0 means to this carrier."""
    ucs2_only: bool = options.switch()
    """Submit every text as UCS-2, also one that the default alphabet could carry."""
    concatenation: str = options.choice("udh", "sar")
    """Whether parts of long messages name their place in a header or in SAR parameters."""
    answer_ids: tuple[str, ...] = options.choices(*STEPS)
    """What to do with ids in answers, so that they equal those in receipts."""
    receipt_ids: tuple[str, ...] = options.choices(*STEPS)
    """The same for ids in receipts."""
    unmarked_receipts: bool = options.switch()
    """Take messages that read like a receipt for one, although `esm_class` does not say so.

    Only for carriers that forget the mark: a handset could write such a text.
    """
    utc_offset_h: float = options.number(8.0, least=-12, most=14)
    """The clock that the carrier's receipts tell."""
    carrier_prepends_signature: bool = options.switch()
    """Leave the signature out: the carrier puts it in front itself (user-pain.md row 63)."""
    wire_log_until: datetime | None = options.moment()  # noqa: RUF009  (a field, as the others)

    @classmethod
    def of(cls, config: Mapping[str, Any], secrets: Mapping[str, str]) -> Self:
        """Read a channel's settings; raises SettingError."""
        return options.read(cls, config, secrets)

    def terms(self) -> Terms:
        return Terms(
            window=self.submits_in_flight,
            answer_timeout_s=self.answer_timeout_s,
            idle_s=self.enquire_link_s,
            attempts=self.enquire_link_attempts,
            reconnect_s=self.reconnect_s,
            reconnect_at_most_s=self.reconnect_at_most_s,
        )
