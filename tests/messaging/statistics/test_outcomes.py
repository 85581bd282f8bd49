import pytest

from messaging.statistics.figures import Figures
from messaging.statistics.outcomes import Outcome, outcome_of

PLATFORM, CARRIER, POLICY = 1, 2, 3


@pytest.mark.parametrize(
    ("code", "reported_by", "outcome"),
    [
        ("DELIVRD", CARRIER, Outcome.SUCCESS),
        ("UNDELIV", CARRIER, Outcome.TERMINAL),
        ("MK:0001", CARRIER, Outcome.TERMINAL),
        ("MK:9876", CARRIER, Outcome.TERMINAL),
        ("EXPIRED", CARRIER, Outcome.TERMINAL),
        ("EXPIRED", PLATFORM, Outcome.FAILURE),
        ("BLACK", CARRIER, Outcome.FAILURE),
        ("XY:1234", CARRIER, Outcome.FAILURE),
        ("SC:0010", POLICY, Outcome.FAILURE),
        ("SC:0003", POLICY, Outcome.BLOCKLISTED),
        ("SC:0016", POLICY, Outcome.BLOCKLISTED),
        ("E000632", POLICY, Outcome.BLOCKLISTED),
    ],
)
def test_a_code_counts_by_its_cause(code: str, reported_by: int, outcome: Outcome):
    assert outcome_of(code, reported_by) is outcome


def test_rates_follow_their_formulas():
    """Valid: success / (total - sending - terminal); sending: success / total; no blocklisted."""
    figures = Figures()
    for code, reported_by, messages in (
        ("", 0, 100),
        ("DELIVRD", CARRIER, 60),
        ("MK:0001", CARRIER, 10),
        ("SC:0010", POLICY, 5),
        ("SC:0003", POLICY, 5),
    ):
        figures.count(code=code, reported_by=reported_by, messages=messages, parts=messages)
    assert (figures.total, figures.successes, figures.terminal) == (100, 60, 10)
    assert (figures.failures, figures.blocklisted, figures.sending) == (10, 5, 20)
    assert figures.valid_success_rate == 60 / (100 - 20 - 10 - 5)
    assert figures.success_rate == 60 / (100 - 5)


def test_without_messages_there_is_no_rate():
    assert Figures().valid_success_rate is None
    assert Figures().success_rate is None
