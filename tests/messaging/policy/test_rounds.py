"""Calls of a round ask Valkey together, and are judged as if each had asked alone."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, transaction

from messaging.models import Message
from messaging.policy import counters as counters_module
from messaging.policy import frequency, verdicts
from messaging.policy.counters import Counters, Question
from messaging.policy.windows import Event, Limit, Rule
from tests.messaging.road import build_road
from tests.rounds import in_a_round

NUMBER = "+8613800138000"
NOW = 1_800_000_000_000_000
TWO = [Limit(Rule("type", 2, 60, name="notification"), NOW - 60_000_000)]
CALLS = 5


@pytest.fixture(autouse=True)
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis[bytes]"]:
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 0.0)
    monkeypatch.setattr(counters_module, "SETTLE_S", 0.0)
    verdicts.forget()
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()
    verdicts.forget()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions were asked at a time."""
    seen: list[int] = []

    def ask(counters: Counters, questions: Sequence[Any]) -> None:
        seen.append(len(questions))
        ask_together(counters, questions)

    ask_together = Counters._ask
    monkeypatch.setattr(Counters, "_ask", ask)
    return seen


def question(number: str = NUMBER) -> Question:
    return Question(1, NOW, "n", TWO, [number], ["aa"], [])


def judge_in_a_round(counters: Counters, seeds: Sequence[Sequence[Event]] = ((),)) -> str:
    letters = in_a_round([partial(counters.judge, question(), seeds) for _ in range(CALLS)])
    return "".join(letter or "-" for letter in letters)


def test_a_round_asks_once_and_no_more_pass(asked: list[int]):
    assert judge_in_a_round(Counters(django_settings.REDIS_URL)) == "..aaa"
    assert asked == [CALLS]


def test_a_valkey_that_has_forgotten_the_script_counts_once(valkey: "redis.Redis[bytes]"):
    counters = Counters(django_settings.REDIS_URL)
    valkey.script_flush()
    assert judge_in_a_round(counters) == "..aaa"


def test_a_call_within_a_transaction_waits_for_nobody(asked: list[int], transactional_db: None):
    """The connection of the thread would be another call's meanwhile."""
    counters = Counters(django_settings.REDIS_URL)

    def alone() -> str | None:
        with transaction.atomic():
            letters = counters.judge(question(), [[]])
            assert connection.in_atomic_block
        return letters

    assert in_a_round([alone, partial(counters.judge, question(), [[]])]) == [".", "."]
    assert asked == [1, 1]


def test_what_one_of_them_may_not_is_told_to_it_alone(valkey: "redis.Redis[bytes]"):
    """Valkey refuses the second question: the others keep their answers, it is not counted."""
    counters = Counters(django_settings.REDIS_URL)
    valkey.set("frequency:generation", NOW)
    day = valkey.time()[0] // 86_400
    valkey.set(f"frequency:{NOW}:2:{day}", "no hash")
    of_two = Question(2, NOW, "n", TWO, [NUMBER], ["aa"], [])
    letters = in_a_round(
        [partial(counters.judge, one, [[]]) for one in (question(), of_two, question())]
    )
    assert letters == [".", None, "."]


def test_a_round_without_valkey_lets_as_many_pass(
    settings, monkeypatch, unused_port: int, transactional_db: None
):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    road = build_road()
    dead = Counters(f"redis://127.0.0.1:{unused_port}/0")
    monkeypatch.setattr(frequency, "counters", lambda: dead)
    in_a_round([partial(road.accept, [NUMBER]) for _ in range(CALLS)])
    assert sorted(Message.objects.values_list("code", flat=True)) == ["", "", *["SC:0010"] * 3]


def test_a_round_of_numbers_that_valkey_does_not_know_yet(settings, transactional_db: None):
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    road = build_road()
    assert in_a_round([partial(road.accept, [NUMBER]) for _ in range(CALLS)])
    assert sorted(Message.objects.values_list("code", flat=True)) == ["", "", *["SC:0010"] * 3]
