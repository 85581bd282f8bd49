"""What is read from delivery receipts (SMPP 3.4 appendix B, and what carriers make of it)."""

from datetime import UTC, datetime

import pytest
import time_machine

from messaging.carriers.smpp import receipts
from messaging.carriers.smpp.pdus import Tlv
from messaging.carriers.smpp.receipts import ReceiptForm

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
FORM = ReceiptForm(str, 8)
ID, STATE = Tlv.RECEIPTED_MESSAGE_ID, Tlv.MESSAGE_STATE


def standard(stat: str, carrier_id: str = "4711") -> str:
    return (
        f"id:{carrier_id} sub:001 dlvrd:001 submit date:2611231010 done date:2611231015"
        f" stat:{stat} err:000 text:id:9 stat:DELETED"
    )


@pytest.mark.parametrize("stat", ["DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD"])
def test_the_states_of_the_specification(stat: str):
    with time_machine.travel(NOW, tick=False):
        receipt = receipts.read(standard(stat), {}, FORM)
    assert receipt
    assert (receipt.carrier_id, receipt.code, receipt.raw) == ("4711", stat, "")
    assert receipt.reported_at == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (standard("delivrd"), "DELIVRD"),
        (standard("MK:0001"), "MK:0001"),
        (standard("702"), "702"),
        ("ID:4711 STAT:UNDELIV", "UNDELIV"),
        ("id: 4711 sub:001 stat: UNDELIV", "UNDELIV"),
    ],
)
def test_other_writings(text: str, code: str):
    receipt = receipts.read(text, {}, FORM)
    assert receipt
    assert (receipt.carrier_id, receipt.code) == ("4711", code)


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ("", 2, "DELIVRD"),
        (standard("UNDELIV"), 2, "DELIVRD"),  # parameters count before the text
        (standard("DELIVRD"), 5, "UNDELIV"),
        (standard("MK:0001"), 5, "MK:0001"),  # but a code of the carrier's own says more
        (standard("MK:0001"), 8, "MK:0001"),
        (standard("OK:0000"), 2, "DELIVRD"),
        (standard("MK:0001"), 99, "MK:0001"),  # a state that there is not
        (standard("UNDELIV"), 0, "UNDELIV"),
    ],
)
def test_state_in_a_parameter_and_in_the_text(text: str, state: int, code: str):
    receipt = receipts.read(text, {ID: b"4711", STATE: bytes((state,))}, FORM)
    assert receipt
    assert (receipt.carrier_id, receipt.code) == ("4711", code)


def test_the_id_in_the_parameter_counts():
    receipt = receipts.read(standard("DELIVRD", "other"), {ID: b"12AB\0"}, FORM)
    assert receipt
    assert receipt.carrier_id == "12AB"


@pytest.mark.parametrize("stat", ["ACCEPTD", "ENROUTE", "acceptd"])
def test_interim_states_are_none(stat: str):
    assert receipts.read(standard(stat), {}, FORM) is None


@pytest.mark.parametrize("state", [1, 6])
def test_interim_states_in_a_parameter_are_none(state: int):
    assert receipts.read(standard("MK:0001"), {STATE: bytes((state,))}, FORM) is None


@pytest.mark.parametrize("text", ["", "hello", "id:4711", "stat:DELIVRD"])
def test_what_cannot_be_read_is_kept_as_it_came(text: str):
    receipt = receipts.read(text, {}, FORM)
    assert receipt
    assert not (receipt.carrier_id and receipt.code)
    assert receipt.raw == text


def test_only_whole_receipts_read_like_one():
    assert receipts.is_receipt_text(standard("DELIVRD"))
    assert not receipts.is_receipt_text("my id: 5, done")
