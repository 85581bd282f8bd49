"""What a carrier process expects of a connector. Connectors know their protocol and no Django."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple


class Submission(NamedTuple):
    """A message for the carrier, cut into the parts that travel; `recipient` is E.164."""

    message_id: int
    sender: str
    recipient: str
    parts: tuple[str, ...]


class Answer(NamedTuple):
    """The carrier's answer to a submission.

    Accepted: `carrier_ids` names each part. Refused: `error` is the carrier's code and nothing
    was taken. Throttled: the carrier said that it took nothing because too much came; the message
    waits and is submitted again. None of these: bytes were written and no answer came; the message
    must not be submitted again (docs/architecture.md, invariant 4).
    """

    message_id: int
    carrier_ids: tuple[str, ...] = ()
    error: str = ""
    is_throttled: bool = False

    @property
    def is_unknown(self) -> bool:
        return not (self.carrier_ids or self.error or self.is_throttled)


class NotWrittenError(Exception):
    """A submission failed before its first byte was written: none of it was taken."""


class Receipt(NamedTuple):
    """A delivery receipt of one part, the code as the carrier gave it.

    What a carrier sends may be nonsense. A connector hands it over all the same, with what it could
    read and the rest empty or None, and in `raw` how it came: such a receipt is kept and counted.
    """

    carrier_id: str
    code: str
    reported_at: datetime | None
    raw: str = ""


class Uplink(NamedTuple):
    """A message from a handset, or one part of a long one: part `index` of `total`, from 1.

    `sender` is E.164, `to` the channel number it replied to, `reference` what the parts of one
    message have in common. `carrier_id` is the carrier's name of it, by which a repeat is known;
    empty where the carrier gives none.
    """

    carrier_id: str
    sender: str
    to: str
    text: str
    received_at: datetime
    reference: int = 0
    total: int = 1
    index: int = 1  # type: ignore[assignment]  # hides tuple.index, which nobody asks


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a carrier still knows of messages that a dead process may have submitted.

    `answers` for those it has; `unseen` for those it can prove it never got. A message in
    neither stays unknown.
    """

    answers: Sequence[Answer] = ()
    unseen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A channel as its connector sees it; `folder` is a place for files of its own.

    `speed` is the virtual clock's: a simulation shortens its waiting times by this factor.
    `secrets` are what it logs in with, by the name of the setting; `config` has none of them.
    """

    channel_id: int
    name: str
    config: Mapping[str, Any]
    folder: Path
    speed: float = 1.0
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class SessionState(NamedTuple):
    """A session with the carrier as it is now.

    `up_for_s` is None while it is down; `written` counts the parts since it came up.
    """

    name: str
    up_for_s: float | None
    in_flight: int
    written: int
    error: str


ReceiptSink = Callable[[Sequence[Receipt]], Awaitable[None]]
"""Takes receipts; returns when they are safely stored, and only then may a connector confirm."""

UplinkSink = Callable[[Sequence[Uplink]], Awaitable[None]]
"""Takes uplinks; returns when they are safely stored, and only then may a connector confirm."""


class Connector(ABC):
    """A way to one carrier, owned by one carrier process."""

    name: ClassVar[str]

    def __init__(
        self, settings: ChannelSettings, receipts: ReceiptSink, uplinks: UplinkSink
    ) -> None:
        self.settings = settings
        self.receipts = receipts
        self.uplinks = uplinks

    def adjust(self, settings: ChannelSettings) -> bool:
        """Take changed settings up while messages go on; raises ValueError for senseless ones.

        False, the default, where they need the channel to be opened anew: nothing changed then.
        """
        return False

    @property
    def is_up(self) -> bool | None:
        """Whether a link to the carrier is up; None, the default, where only submitting tells."""
        return None

    @property
    def sessions(self) -> Sequence[SessionState]:
        """Every session of the channel, also those that are down; may be asked before `open`."""
        return ()

    def cut(self) -> None:  # noqa: B027  # those without sessions have nothing to do
        """End all sessions at once, whatever is under way: the channel belongs to another process.

        Called while the channel is open, and `close` afterwards. Nothing, the default, where a
        carrier knows no sessions.
        """

    @abstractmethod
    async def open(self) -> None:
        """Connect. Receipts and uplinks may come from now on. Any error means: try again later."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and disconnect."""

    @abstractmethod
    async def submit(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Hand messages over; an answer for each, in any order. Never submits one twice.

        Raises `NotWrittenError` when nothing was written, so that all of them wait again. After
        any other error they count as unknown.
        """

    async def recall(self, message_ids: Sequence[int]) -> Recollection:
        """Ask about messages of a process that died. Most carriers cannot tell: the default."""
        return Recollection()
