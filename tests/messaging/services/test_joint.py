"""Small requests of many threads: one commit for those that wait, and each as if it came alone."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from common.together import Together
from messaging.models import Message, SendRequest, TrafficThreshold
from messaging.policy import thresholds, verdicts
from messaging.policy.thresholds import ThresholdReached
from messaging.services import joint
from messaging.services.envelope import Accepted
from tests.messaging.road import Road, build_road, numbers

THREADS = 12


@pytest.fixture
def road(transactional_db: None) -> Road:
    return build_road()


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many requests were stored at a time; the first round lasts until the others wait."""
    seen: list[int] = []

    def act(requests: Sequence[Any]) -> None:
        if not seen:
            _until(lambda: len(together._waiting) == THREADS - 1)
        seen.append(len(requests))
        joint._store(requests)

    together = Together(act, most=joint.MOST_REQUESTS)
    monkeypatch.setattr(joint, "_together", together)
    return seen


def _until(question: Callable[[], bool]) -> None:
    ready = threading.Event()
    for _ in range(5_000):
        if question():
            return
        ready.wait(0.002)  # nothing tells that a thread has joined the row
    raise AssertionError("the others do not come")


def send_at_once(road: Road, counts: Sequence[int]) -> list[Accepted | ThresholdReached]:
    """Each thread sends one request of so many numbers."""

    def send(number: int) -> Accepted | ThresholdReached:
        try:
            return road.accept(numbers(counts[number], start=13800000000 + 100 * number))
        except ThresholdReached as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(counts)) as pool:
        return list(pool.map(send, range(len(counts))))


def limit(road: Road, daily: int) -> None:
    TrafficThreshold.objects.create(
        customer=road.application.customer,
        daily_alarm=daily - 1,
        daily_limit=daily,
        monthly_alarm=10 * daily,
        monthly_limit=20 * daily,
    )
    thresholds.forget()


def test_those_that_wait_share_a_commit(road: Road, rounds: list[int]):
    accepted = send_at_once(road, [1 + number % 3 for number in range(THREADS)])
    assert rounds == [1, THREADS - 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM messaging_sendrequest")
        assert cursor.fetchone() == (2,)
    assert {one.first_id for one in accepted} == set(
        SendRequest.objects.values_list("pk", flat=True)
    )
    assert Message.objects.count() == sum(1 + number % 3 for number in range(THREADS))


def test_each_is_stored_as_if_it_came_alone(road: Road, rounds: list[int]):
    send_at_once(road, [2] * THREADS)
    road.accept(numbers(joint.MOST_NUMBERS + 1))
    alone = SendRequest.objects.get(count=joint.MOST_NUMBERS + 1)
    own = {"id", "uuid", "count", "created_at"}
    fields = [field.attname for field in SendRequest._meta.fields if field.attname not in own]
    for request in SendRequest.objects.exclude(pk=alone.pk):
        assert [getattr(request, name) for name in fields] == [
            getattr(alone, name) for name in fields
        ]
    told = {"id", "request_id", "recipient"}
    columns = [field.attname for field in Message._meta.fields if field.attname not in told]
    assert len(set(map(repr, Message.objects.values_list(*columns)))) == 1
    assert len(rounds) == 2


def test_the_threshold_is_exact(road: Road, rounds: list[int]):
    limit(road, 7)
    outcomes = send_at_once(road, [1] * THREADS)
    assert sum(isinstance(one, Accepted) for one in outcomes) == 7
    assert Message.objects.count() == 7
    assert TrafficThreshold.objects.get().day_used == 7


def test_a_number_refused_in_the_answer_has_no_message(road: Road):
    accepted = road.accept([None, *numbers(2)])
    ids = set(Message.objects.values_list("id", flat=True))
    assert ids == {accepted.first_id + 1, accepted.first_id + 2}


def test_inside_a_transaction_it_stays_in_it(road: Road, rounds: list[int]):
    with verdicts.all_or_nothing():
        road.accept(numbers(1))
        transaction.set_rollback(True)
    assert not rounds
    assert not SendRequest.objects.exists()


@pytest.mark.parametrize("afterwards", ["ring_carrier", "thresholds.note"])
def test_what_is_stored_is_not_stored_again_when_a_step_after_it_fails(
    road: Road, monkeypatch: pytest.MonkeyPatch, afterwards: str
):
    def fails(*_: object) -> None:
        raise RuntimeError("whatever it is")

    limit(road, 100)
    monkeypatch.setattr(f"messaging.services.joint.{afterwards}", fails)
    road.accept(numbers(2))
    assert Message.objects.count() == 2
    assert TrafficThreshold.objects.get().day_used == 2


def test_a_request_without_a_counter_row_is_stored_and_counted_once(road: Road, settings: Any):
    settings.SMS_TRAFFIC_DEFAULTS = (10, 20, 30, 40)
    TrafficThreshold.objects.all().delete()
    thresholds.forget()
    road.accept(numbers(2))
    assert Message.objects.count() == 2
    assert TrafficThreshold.objects.get().day_used == 2
