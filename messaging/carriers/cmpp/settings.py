"""What can be set on a channel that speaks CMPP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from messaging.carriers.wire import options
from messaging.carriers.wire.addresses import FORMS
from messaging.carriers.wire.terms import Terms

from .ids import FORMS as ID_FORMS
from .pdus import Version

PORT = 7890
WINDOW = 16
"""W of the protocol (carriers.md §1.6), as C, T and N below."""
VERSIONS = {str(version): version for version in Version}


@dataclass(frozen=True, slots=True)
class CmppSettings:
    """Times in seconds; the defaults hold for what a channel leaves out."""

    host: str = options.text(most=253)
    port: int = options.number(PORT, least=1, most=65535)
    source_addr: str = options.text(most=6)
    """The SP_Id."""
    shared_secret: str = options.secret(most=64)
    version: str = options.choice("2.0", "2.1", "3.0")
    sessions: int = options.number(1, least=1, most=32)
    submits_in_flight: int = options.number(WINDOW, least=1, most=256)
    """Submissions without an answer, per session."""
    submits_per_s: float = options.number(0.0, least=0, most=100_000)
    """Most parts a second over all sessions, as the carrier's flow control allows; 0: no limit."""
    answer_timeout_s: float = options.number(60.0, least=0.1, most=600)
    """T: an unanswered submission is unknown then. It is never written again."""
    active_test_s: float = options.number(180.0, least=0.1, most=3600)
    """C: after so long without a byte from the carrier, it is asked whether it is there."""
    active_test_attempts: int = options.number(3, least=1, most=10)
    """N: how often, before the link counts as dead."""
    reconnect_s: float = options.number(1.0, least=0.05, most=60)
    reconnect_at_most_s: float = options.number(30.0, least=0.05, most=600)
    service_id: str = options.text("", most=10)
    msg_src: str = options.text("", most=6)
    """Where the texts come from; empty is the SP_Id."""
    fee_user_type: int = options.number(2, least=0, most=3)
    """Who pays: 2 is the SP."""
    fee_type: str = options.text("01", most=2)
    """01 is free for the recipient."""
    fee_code: str = options.text("000000", most=6)
    recipient_form: str = options.choice("national", *FORMS)
    encoding: str = options.choice("ucs2", "ascii", "gb18030")
    """What to use for texts that have only such characters; all others go as UCS-2."""
    id_form: str = options.choice(*ID_FORMS)
    """How a Msg_Id is shown."""
    verify_carrier: bool = options.switch(default=True)
    """Refuse a carrier that does not prove that it knows the secret; some never do."""
    utc_offset_h: float = options.number(8.0, least=-12, most=14)
    """The clock that the carrier tells."""
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
            idle_s=self.active_test_s,
            attempts=self.active_test_attempts,
            reconnect_s=self.reconnect_s,
            reconnect_at_most_s=self.reconnect_at_most_s,
        )
