"""The numbers of the protocols against the table of status codes."""

import pytest

from common.codes import status_code
from messaging.carriers.smpp.pdus import Status
from messaging.carriers.wire.codes import codes


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


def test_codes_fit_where_they_are_stored():
    for protocol in ("smpp", "cmpp"):
        assert all(len(one.code) <= 32 for one in codes(protocol, "answer").values())
