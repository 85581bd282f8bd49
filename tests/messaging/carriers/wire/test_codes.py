"""The numbers of the protocols against the table of status codes."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from common.codes import status_code, status_codes
from messaging.carriers.smpp.pdus import Status
from messaging.carriers.wire.codes import CarrierCode, codes

TABLE = Path(__file__).resolve().parents[4] / "common" / "data" / "carrier_codes.csv"


def read_rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_states_of_smpp_are_the_words_of_receipts():
    # SMPP 3.4 §5.2.28 and appendix B.
    states = {number: state.code for number, state in codes("smpp", "state").items()}
    assert states == {
        1: "ENROUTE",
        2: "DELIVRD",
        3: "EXPIRED",
        4: "DELETED",
        5: "UNDELIV",
        6: "ACCEPTD",
        7: "UNKNOWN",
        8: "REJECTD",
    }
    finals = {state.code for state in codes("smpp", "state").values() if state.is_final}
    assert finals == {"DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD"}


@pytest.mark.parametrize(
    "code", [state.code for state in codes("smpp", "state").values() if state.is_final]
)
def test_final_states_stand_in_the_table(code: str):
    assert status_code(code).is_known


def test_results_of_cmpp_are_those_of_the_gateway_family():
    answers = codes("cmpp", "answer")
    assert list(answers) == list(range(1, 14))
    for number, answer in answers.items():
        assert answer.code == f"ID:{number:04d}"
        assert status_code(answer.code).is_known


@pytest.mark.parametrize(
    ("number", "words"),
    [(4, "length"), (7, "service code"), (8, "flow control"), (10, "src_id"), (13, "destination")],
)
def test_the_table_means_the_same_by_them(number: int, words: str):
    assert words in status_code(f"ID:{number:04d}").description.lower()


def test_only_these_answers_say_that_too_much_came():
    throttling = {
        (protocol, number)
        for protocol in ("smpp", "cmpp")
        for number, code in codes(protocol, "answer").items()
        if code.is_throttling
    }
    assert throttling == {("smpp", 0x14), ("smpp", 0x58), ("cmpp", 8)}


def test_every_status_that_is_given_is_named():
    answers = codes("smpp", "answer")
    for status in Status:
        assert status == Status.OK or answers[status].code == f"SMPP:0x{status:02X}"
    assert all(answer.name.startswith("ESME_") for answer in answers.values())


# `MB:` codes are the numbers of SMPP in decimal; the table counts three of them one lower, and has
# none for a wrong registered_delivery and a wrong number of messages.
MOVED = {0x13: "MB:0018", 0x14: "MB:0019", 0x15: "MB:0020", 0x07: "MB:xxxx", 0x55: "MB:xxxx"}


@pytest.mark.parametrize(("number", "answer"), codes("smpp", "answer").items())
def test_an_error_of_smpp_means_what_its_status_means(number: int, answer: CarrierCode):
    meaning, status = status_code(answer.code), status_code(MOVED.get(number, f"MB:{number:04d}"))
    assert meaning == replace(status, code=f"SMPP:0x{number:02X}")
    assert status.is_known


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0x01, "message length"),
        (0x08, "system error"),
        (0x0A, "source address"),
        (0x0E, "password"),
        (0x13, "replace failed"),
        (0x14, "queue full"),
        (0x15, "service type"),
        (0x33, "number of destinations"),
        (0x45, "submit_sm"),
        (0x53, "system_type"),
        (0x58, "limit of the smsc exceeded"),
        (0x61, "scheduled time"),
        (0x66, "receiver rejected"),
        (0xC3, "parameter missing"),
        (0xFE, "delivery failed"),
        (0xFF, "unknown error"),
    ],
)
def test_errors_of_smpp_are_said_in_words(number: int, words: str):
    assert words in status_code(f"SMPP:0x{number:02X}").description.lower()


@pytest.mark.parametrize(
    "row", read_rows(), ids=lambda row: f"{row['protocol']}-{row['kind']}-{row['raw']}"
)
def test_every_row_has_a_status_but_for_interim_states(row: dict[str, str]):
    assert (row["status"] == "") == (row["is_final"] == "no")
    if row["status"]:
        assert row["status"] in {one.code for one in status_codes()}


@pytest.mark.parametrize(("protocol", "least"), [("smpp", 0x400), ("cmpp", 100)])
def test_answers_of_a_carriers_own_are_kept_and_belong_to_a_family(protocol: str, least: int):
    assert least not in codes(protocol, "answer")
    code = f"SMPP:0x{least:02X}" if protocol == "smpp" else f"CMPP:{least}"
    meaning = status_code(code)
    assert (meaning.code, meaning.is_known) == (code, True)
    assert meaning.description.startswith("Family: ")


def test_codes_fit_where_they_are_stored():
    for protocol in ("smpp", "cmpp"):
        assert all(len(one.code) <= 32 for one in codes(protocol, "answer").values())
