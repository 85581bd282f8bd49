"""All rules of sending in one place: what blocks each number of a slice, and what refuses it.

Whatever sends comes through here: API calls, slices of group tasks, the platform's own SMS. The
latter are exempt from thresholds, keywords and frequency limits: a notice that a threshold is
reached has to get out whatever its object is called, and security codes have limits of their own
(customers/services/security_codes.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from messaging.models import RuleHit
from reviews.models.kinds import MessageType

from . import (
    blocklist,
    frequency,
    guard,
    keywords,
    number_control,
    opt_out,
    send_window,
    thresholds,
)
from .hits import Hit, Judgement
from .windows import content_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What the rules look at; `recipients` holds None where a number is not to be stored.

    `variables` are the values that all recipients share; `own` those of each, empty when shared.
    """

    customer_id: int
    application_id: int
    version_id: int
    channel_number: str
    type: str
    recipients: Sequence[str | None]
    variables: Sequence[str]
    own: Sequence[Sequence[str]]
    moment: datetime
    is_platforms: bool
    client_address: str = ""

    @property
    def count(self) -> int:
        return len(self.recipients) - self.recipients.count(None)


@contextmanager
def judged(slice_: Slice, given: Iterable[Hit] = ()) -> Iterator[Judgement]:
    """What the rules say of each message, for the time in which its slice is stored.

    `given` is what was known to stop some before. Raises `ThresholdReached` when the slice is
    known not to fit below the limits.
    """
    with ExitStack() as held:
        yield _judge(slice_, given, held)


def _judge(slice_: Slice, given: Iterable[Hit], held: ExitStack) -> Judgement:
    """Frequency and the guard come last, as what they let pass counts from then on."""
    judgement = Judgement(slice_.recipients, given)
    if not slice_.is_platforms:
        thresholds.refuse_when_full(slice_.customer_id, _counting(slice_, judgement), slice_.moment)
    if judgement.codes and not judgement.passing():
        return judgement
    judgement.stop(blocklist.hits(slice_.recipients))
    judgement.stop(number_control.hits(slice_.customer_id, slice_.recipients))
    if slice_.type == MessageType.PROMOTION:
        judgement.stop(
            opt_out.hits(
                customer_id=slice_.customer_id,
                channel_number=slice_.channel_number,
                recipients=slice_.recipients,
            )
        )
    length = len(slice_.recipients)
    judgement.stop(send_window.hits(slice_.moment, slice_.type, length))
    if slice_.is_platforms:
        return judgement
    judgement.stop(
        keywords.hits(type=slice_.type, count=length, shared=slice_.variables, own=slice_.own)
    )
    _pace(slice_, judgement, held)
    return judgement


@contextmanager
def unless_failed(slice_: Slice, judgement: Judgement) -> Iterator[None]:
    """The time in which a slice is stored: when it is not, it does not count for frequency."""
    try:
        yield
    except BaseException:
        _take_back(slice_, judgement)
        raise
    if (together := _together.get()) is not None:
        together.append((slice_, judgement))


def counting(slice_: Slice, judgement: Judgement) -> int:
    """How many messages count towards thresholds; 0 where nobody counts them."""
    if slice_.is_platforms or not thresholds.is_counted(slice_.customer_id):
        return 0
    return _counting(slice_, judgement)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction around several slices: when it fails, none of them counts for frequency."""
    if _together.get() is not None:
        with transaction.atomic():
            yield
        return
    slices: list[tuple[Slice, Judgement]] = []
    token = _together.set(slices)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for slice_, judgement in slices:
            _take_back(slice_, judgement)
        raise
    finally:
        _together.reset(token)


def forget() -> None:
    """Drop what this process remembers of the rules of customers."""
    thresholds.forget()
    frequency.forget()
    guard.forget()
    number_control.forget()
    blocklist.forget()


def _counting(slice_: Slice, judgement: Judgement) -> int:
    """How many messages count: all that are accepted, but for those beyond a threshold."""
    beyond = sum(hit.kind == RuleHit.Kind.THRESHOLD for hit in judgement.hits)
    return slice_.count - beyond


def _pace(slice_: Slice, judgement: Judgement, held: ExitStack) -> None:
    """Ask how many of the messages that nothing stops so far may go now."""
    rules, _excepted = frequency.rules_for(slice_.application_id, slice_.type)
    guards = guard.guards_for(
        application_id=slice_.application_id,
        type=slice_.type,
        version_id=slice_.version_id,
        client_address=slice_.client_address,
    )
    positions = judgement.passing() if rules or guards else []
    if not positions:
        return
    own = slice_.own
    hits = frequency.pace(
        application_id=slice_.application_id,
        type=slice_.type,
        positions=positions,
        recipients=[slice_.recipients[position] or "" for position in positions],
        contents=[content_of(slice_.version_id, own[position]) for position in positions]
        if own
        else [content_of(slice_.version_id, slice_.variables)],
        moment=slice_.moment,
        guards=guards,
        held=held,
    )
    judgement.stop(hits)
    if any(hit.kind == RuleHit.Kind.GUARD for hit in hits):
        transaction.on_commit(
            partial(guard.raise_alarms, slice_.application_id, hits, slice_.moment)
        )


def _take_back(slice_: Slice, judgement: Judgement) -> None:
    if slice_.is_platforms or not frequency.rules_for(slice_.application_id, slice_.type)[0]:
        return
    numbers = [slice_.recipients[position] or "" for position in judgement.passing()]
    frequency.take_back(slice_.application_id, numbers, slice_.moment)


_together: ContextVar[list[tuple[Slice, Judgement]] | None] = ContextVar("together", default=None)
