"""Receipts that say nothing usable: sorted out before they reach a statement, kept for a day."""

import re
from collections.abc import Sequence
from datetime import timedelta

import structlog

from common.clock import now
from common.numbers import mask
from messaging.carriers.base import Receipt
from messaging.models import EarlyReceipt, MalformedReceipt, Part

log = structlog.get_logger(__name__)

FIRST_YEAR = 2000
AHEAD_AT_MOST = timedelta(days=1)
"""A carrier's clock may be wrong by a time zone, not by more."""

_CARRIER_ID_LENGTH = Part._meta.get_field("carrier_id").max_length or 0
_CODE_LENGTH = EarlyReceipt._meta.get_field("code").max_length or 0
_MOBILE = re.compile(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)")


def sort_out(receipts: Sequence[Receipt]) -> tuple[list[Receipt], list[tuple[Receipt, str]]]:
    """The usable receipts, and the others with what is wrong."""
    usable, broken = [], []
    for receipt in receipts:
        if problem := problem_of(receipt):
            broken.append((receipt, problem))
        else:
            usable.append(receipt)
    return usable, broken


def problem_of(receipt: Receipt) -> str:
    """What makes a receipt unusable, in a few words; empty when nothing does."""
    carrier_id, code, reported_at = receipt.carrier_id, receipt.code, receipt.reported_at
    if not carrier_id:
        return "no carrier id"
    if len(carrier_id) > _CARRIER_ID_LENGTH or not carrier_id.isprintable():
        return "impossible carrier id"
    if not code:
        return "no code"
    if len(code) > _CODE_LENGTH or not code.isprintable():
        return "impossible code"
    if reported_at is None:
        return "no time"
    if reported_at.tzinfo is None or reported_at.year < FIRST_YEAR:
        return "impossible time"
    if reported_at > now() + AHEAD_AT_MOST:
        return "time in the future"
    return ""


def keep(*, channel_id: int, broken: Sequence[tuple[Receipt, str]]) -> None:
    """Store malformed receipts as they came, numbers masked, for operations to look at."""
    moment = now()
    MalformedReceipt.objects.bulk_create(
        MalformedReceipt(
            channel_id=channel_id, problem=problem, raw=_raw(receipt), received_at=moment
        )
        for receipt, problem in broken
    )
    log.warning(
        "malformed receipts", channel=channel_id, count=len(broken), first_problem=broken[0][1]
    )


def _raw(receipt: Receipt) -> str:
    text = receipt.raw or repr((receipt.carrier_id, receipt.code, str(receipt.reported_at)))
    clean = text[: MalformedReceipt.RAW_LENGTH].encode("utf-8", "backslashreplace").decode()
    masked = _MOBILE.sub(lambda found: mask(found[1]), clean.replace("\x00", "\\x00"))
    return masked[: MalformedReceipt.RAW_LENGTH]
