"""Delivery receipts in `deliver_sm` and `data_sm` (SMPP 3.4 §5.2.12 and appendix B)."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from messaging.carriers.base import Receipt
from messaging.carriers.wire.clock import reported_at
from messaging.carriers.wire.codes import codes

from .pdus import Tlv

_STATES = codes("smpp", "state")
_BY_CODE = {state.code: state for state in _STATES.values()}
_DELIVERED = "DELIVRD"
_ID = re.compile(r"\bid:\s*(\S+)", re.IGNORECASE)
_STATE = re.compile(r"\bstat:\s*(\S+)", re.IGNORECASE)
_DONE = re.compile(r"\bdone date:\s*([0-9]+)", re.IGNORECASE)


class ReceiptForm(NamedTuple):
    """How a carrier writes its receipts."""

    normalise: Callable[[str], str]
    utc_offset_h: float


def is_receipt_text(text: str) -> bool:
    """Whether a text has the fields of a receipt."""
    return all(pattern.search(text) for pattern in (_ID, _STATE, _DONE))


def read(text: str, tlvs: Mapping[int, bytes], form: ReceiptForm) -> Receipt | None:
    """The receipt in a message marked as one; None for a state after which another one comes.

    Parameters count before the text, except that a state of the carrier's own in the text, such
    as `MK:0001`, says more than "undeliverable". What cannot be read is handed over as it came.
    """
    carrier_id = form.normalise(_id(text, tlvs))
    code = _code(text, tlvs)
    state = _BY_CODE.get(code)
    if state and not state.is_final:
        return None
    done = _DONE.search(text)
    moment = reported_at(done[1] if done else "", utc_offset_h=form.utc_offset_h)
    raw = "" if carrier_id and code else text
    return Receipt(carrier_id, code, moment, raw)


def _id(text: str, tlvs: Mapping[int, bytes]) -> str:
    if told := tlvs.get(Tlv.RECEIPTED_MESSAGE_ID):
        return told.replace(b"\0", b"").decode("latin-1")
    found = _ID.search(text)
    return found[1] if found else ""


def _code(text: str, tlvs: Mapping[int, bytes]) -> str:
    found = _STATE.search(text)
    in_text = found[1] if found else ""
    told = tlvs.get(Tlv.MESSAGE_STATE)
    state = _STATES.get(told[0]) if told else None
    if state is None:
        return in_text.upper() if in_text.upper() in _BY_CODE else in_text
    is_more_exact = bool(in_text) and in_text.upper() not in _BY_CODE
    if is_more_exact and state.is_final and state.code != _DELIVERED:
        return in_text
    return state.code
