from typing import Any

import pytest

from bench.sizing import cores, cost_of_large, cost_of_single, table

PROGRAMS = ("web", "postgres", "carrier", "callbacks")


def used(*cpu_s: float) -> dict[str, Any]:
    return {"programs": {name: {"cpu_s": s} for name, s in zip(PROGRAMS, cpu_s, strict=True)}}


SUMMARY: dict[str, Any] = {
    "plan": {
        "long_road": {"requests": 2, "numbers_each": 500},
        "pushing": {"requests": 1, "numbers_each": 500},
        "accepting": {"1": {"requests": 100, "numbers_each": 1}},
    },
    "scenarios": {
        "end_to_end_long": used(0.1, 0.2, 0.3, 0.4),
        "push": used(9, 0.05, 9, 0.1),
        "accept_1": used(0.1, 0.05, 0.02, 0),
    },
}


def test_a_message_of_a_large_request_costs_its_share_of_the_round() -> None:
    assert cost_of_large(SUMMARY) == pytest.approx(
        {"web": 0.1, "postgres": 0.2, "carrier": 0.3, "callbacks": 0.4}
    )


def test_a_message_of_its_own_request_costs_accepting_carrying_and_pushing() -> None:
    assert cost_of_single(SUMMARY) == pytest.approx(
        {"web": 1.0, "postgres": 0.5 + 0.1, "carrier": 0.2, "callbacks": 0.2}
    )


def test_cores_are_planned_half_idle() -> None:
    assert cores({"web": 0.1}, 5_000)["web"] == pytest.approx(1.0)


def test_the_table_adds_up() -> None:
    rows = table(SUMMARY).splitlines()

    assert len(rows) == 2 + 3 * 2
    assert rows[2] == "| 500 | of 500 | 0.1 | 0.2 | 0.3 | 0.4 | 1.0 |"
