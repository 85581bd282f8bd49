"""All rules of sending in one place: what blocks each number of a slice, and what refuses it.

Whatever sends comes through here: API calls, slices of group tasks, the platform's own SMS. The
latter are exempt from thresholds, keywords and frequency limits: a notice that a threshold is
reached has to get out whatever its object is called, and security codes have limits of their own
(customers/services/security_codes.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reviews.models.kinds import MessageType

from . import blocklist, frequency, keywords, number_control, opt_out, send_window, thresholds
from .windows import content_of

Blocked = Sequence[str | None]
"""The code that blocks each recipient, or empty for none."""


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

    @property
    def count(self) -> int:
        return sum(number is not None for number in self.recipients)


def judge(slice_: Slice, blocked: Blocked) -> Blocked:
    """The codes that block each recipient, those in `blocked` kept; empty for none.

    Frequency comes last, as what it lets pass counts from then on. Raises `ThresholdReached` when
    the whole slice is known not to fit below the limits.
    """
    if not slice_.is_platforms:
        thresholds.refuse_when_full(slice_.customer_id, _counting(slice_, blocked), slice_.moment)
    if blocked and all(blocked):
        return blocked
    blocked = blocklist.block(slice_.recipients, blocked)
    blocked = number_control.block(slice_.customer_id, slice_.recipients, blocked)
    if slice_.type == MessageType.PROMOTION:
        blocked = opt_out.block(
            customer_id=slice_.customer_id,
            channel_number=slice_.channel_number,
            recipients=slice_.recipients,
            blocked=blocked,
        )
    if not send_window.is_open(slice_.moment, slice_.type):
        return [code or send_window.BLOCKED for code in blocked or [None] * len(slice_.recipients)]
    if slice_.is_platforms:
        return blocked
    blocked = keywords.block(
        type=slice_.type,
        recipients=slice_.recipients,
        shared=slice_.variables,
        own=slice_.own,
        blocked=blocked,
    )
    return _block_frequent(slice_, blocked)


@contextmanager
def counted(slice_: Slice, blocked: Blocked) -> Iterator[None]:
    """Count a slice that is stored meanwhile, in one transaction with it.

    Raises `ThresholdReached`, and stores nothing, when it does not fit.
    """
    count = 0 if slice_.is_platforms else _counting(slice_, blocked)
    is_counted = count > 0 and thresholds.is_counted(slice_.customer_id)
    try:
        with transaction.atomic() if is_counted else nullcontext():
            yield
            if is_counted:
                thresholds.take(slice_.customer_id, count, slice_.moment)
    except BaseException:
        _take_back(slice_, blocked)
        raise


def forget() -> None:
    """Drop what this process remembers of the rules of customers."""
    thresholds.forget()
    frequency.forget()
    number_control.forget()
    blocklist.forget()


def _counting(slice_: Slice, blocked: Blocked) -> int:
    """How many messages count: all that are accepted, but for those beyond a threshold."""
    return slice_.count - sum(code == thresholds.REFUSED for code in blocked)


def _block_frequent(slice_: Slice, blocked: Blocked) -> Blocked:
    rules, _excepted = frequency.rules_for(slice_.application_id, slice_.type)
    positions = _passing(slice_, blocked)
    if not rules or not positions:
        return blocked
    contents = (
        [content_of(slice_.version_id, slice_.own[position]) for position in positions]
        if slice_.own
        else [content_of(slice_.version_id, slice_.variables)]
    )
    breaches = frequency.breaches(
        application_id=slice_.application_id,
        type=slice_.type,
        recipients=[slice_.recipients[position] or "" for position in positions],
        contents=contents,
        moment=slice_.moment,
    )
    if not any(breaches):
        return blocked
    codes = list(blocked) or [None] * len(slice_.recipients)
    for position, is_breach in zip(positions, breaches, strict=True):
        if is_breach:
            codes[position] = frequency.BLOCKED
    return codes


def _take_back(slice_: Slice, blocked: Blocked) -> None:
    if slice_.is_platforms or not frequency.rules_for(slice_.application_id, slice_.type)[0]:
        return
    numbers = [slice_.recipients[position] or "" for position in _passing(slice_, blocked)]
    frequency.take_back(slice_.application_id, numbers, slice_.moment)


def _passing(slice_: Slice, blocked: Blocked) -> list[int]:
    """The positions of the numbers that nothing blocks so far."""
    codes = blocked or [None] * len(slice_.recipients)
    return [
        position
        for position, (number, code) in enumerate(zip(slice_.recipients, codes, strict=True))
        if number and not code
    ]
