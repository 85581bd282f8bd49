"""Small requests of a round: one commit for all of them, and each as if it came alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from common.rounds import Meeting
from messaging.models import Message, SendRequest, TrafficThreshold
from messaging.policy import thresholds, verdicts
from messaging.policy.thresholds import ThresholdReached
from messaging.services import joint
from messaging.services.accept import accept
from messaging.services.envelope import Accepted, Columns
from tests.messaging.road import Road, build_road, numbers
from tests.rounds import in_a_round

COUNT = 12


@pytest.fixture
def road(transactional_db: None) -> Road:
    return build_road()


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many requests were to be stored at a time."""
    seen: list[int] = []

    def act(requests: Sequence[Any]) -> None:
        seen.append(len(requests))
        joint._store(requests)

    monkeypatch.setattr(joint, "_meeting", Meeting(act))
    return seen


def send_at_once(road: Road, counts: Sequence[int], first: int = 0) -> list[Any]:
    """Each call of a round sends one request of so many numbers."""

    def send(number: int, count: int) -> Accepted | ThresholdReached:
        try:
            return road.accept(numbers(count, start=13800000000 + 100 * (first + number)))
        except ThresholdReached as refusal:
            return refusal

    return in_a_round([partial(send, *one) for one in enumerate(counts)])


def limit(road: Road, daily: int) -> None:
    TrafficThreshold.objects.create(
        customer=road.application.customer,
        daily_alarm=daily - 1,
        daily_limit=daily,
        monthly_alarm=10 * daily,
        monthly_limit=20 * daily,
    )
    thresholds.forget()


def test_those_that_wait_share_a_commit(road: Road, joined: list[int]):
    accepted = send_at_once(road, [1 + number % 3 for number in range(COUNT)])
    assert joined == [COUNT]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM messaging_sendrequest")
        assert cursor.fetchone() == (1,)
    assert {one.first_id for one in accepted} == set(
        SendRequest.objects.values_list("pk", flat=True)
    )
    assert Message.objects.count() == sum(1 + number % 3 for number in range(COUNT))


def test_each_is_stored_as_if_it_came_alone(road: Road, joined: list[int]):
    send_at_once(road, [2] * COUNT)
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
    assert joined == [COUNT]


def test_the_threshold_is_exact(road: Road, joined: list[int]):
    limit(road, 7)
    outcomes = send_at_once(road, [1] * COUNT)
    assert sum(isinstance(one, Accepted) for one in outcomes) == 7
    assert Message.objects.count() == 7
    assert TrafficThreshold.objects.get().day_used == 7


def test_the_threshold_is_exact_between_rounds(road: Road, joined: list[int]):
    limit(road, 17)

    def round_of(number: int) -> list[Any]:
        try:
            return send_at_once(road, [1] * COUNT, first=COUNT * number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [one for some in pool.map(round_of, range(4)) for one in some]
    assert sum(isinstance(one, Accepted) for one in outcomes) == 17
    assert Message.objects.count() == 17
    assert TrafficThreshold.objects.get().day_used == 17


def test_a_number_refused_in_the_answer_has_no_message(road: Road, joined: list[int]):
    (accepted,) = in_a_round([lambda: road.accept([None, *numbers(2)])])
    ids = set(Message.objects.values_list("id", flat=True))
    assert ids == {accepted.first_id + 1, accepted.first_id + 2}
    assert joined == [1]


def test_each_number_keeps_what_is_its_own(road: Road, joined: list[int]):
    """Requests with values and lengths of their own share a statement with those without."""
    own = Columns(
        recipients=["+8613800000001", None, "+8613800000003"],
        default_parts=1,
        parts=[1, 1, 2],
        variables=[["a"], ["b"], ['c"{']],
    )
    envelope = replace(road.envelope(), variables=None)
    first, second, third = in_a_round(
        [
            lambda: road.accept(numbers(2), parts=4),
            lambda: accept(envelope, own),
            lambda: road.accept(numbers(1, start=13700000000)),
        ]
    )
    assert joined == [3]
    stored = Message.objects.order_by("request_id", "pk").values_list(
        "pk", "request_id", "recipient", "variables", "parts", "parts_open"
    )
    of_first, of_second, of_third = first.first_id, second.first_id, third.first_id
    assert sorted(stored) == [
        (of_first, of_first, "+8613800000000", None, 4, 4),
        (of_first + 1, of_first, "+8613800000001", None, 4, 4),
        (of_second, of_second, "+8613800000001", ["a"], 1, 1),
        (of_second + 2, of_second, "+8613800000003", ['c"{'], 2, 2),
        (of_third, of_third, "+8613700000000", None, 1, 1),
    ]


def test_inside_a_transaction_it_stays_in_it(road: Road, joined: list[int]):
    """The thread's connection is the other calls', too: nobody waits with a transaction open."""

    def undone() -> None:
        with verdicts.all_or_nothing():
            road.accept(numbers(1))
            transaction.set_rollback(True)

    in_a_round([undone, lambda: road.accept(numbers(1, start=13900000000)), undone])
    assert joined == [1]
    assert Message.objects.get().recipient == "+8613900000000"


def test_what_is_stored_alone_comes_after_those_stored_together(road: Road, joined: list[int]):
    order: list[int] = []

    def send(count: int) -> None:
        road.accept(numbers(count, start=13800000000 + 100 * count))
        order.append(count)

    large = joint.MOST_NUMBERS + 1
    in_a_round([partial(send, count) for count in (large, 1, large + 1, 2)])
    assert order == [1, 2, large, large + 1]
    assert joined == [2]


@pytest.mark.parametrize("afterwards", ["ring_carrier", "thresholds.note"])
def test_what_is_stored_is_not_stored_again_when_a_step_after_it_fails(
    road: Road, monkeypatch: pytest.MonkeyPatch, afterwards: str
):
    def fails(*_: object) -> None:
        raise RuntimeError("whatever it is")

    limit(road, 100)
    monkeypatch.setattr(f"messaging.services.joint.{afterwards}", fails)
    send_at_once(road, [2])
    assert Message.objects.count() == 2
    assert TrafficThreshold.objects.get().day_used == 2


@pytest.mark.parametrize("sends", [[2], [1, 1]])
def test_a_request_without_a_counter_row_is_stored_and_counted_once(
    road: Road, settings: Any, sends: list[int]
):
    settings.SMS_TRAFFIC_DEFAULTS = (10, 20, 30, 40)
    TrafficThreshold.objects.all().delete()
    thresholds.forget()
    send_at_once(road, sends)
    assert Message.objects.count() == 2
    assert TrafficThreshold.objects.get().day_used == 2
