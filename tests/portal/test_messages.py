from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message
from tests.messaging.road import Road, numbers

from .conftest import Visitor

LIST = reverse("portal:message-list")


def listed(visitor: Visitor, query: str = "") -> list[str]:
    response = visitor.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [message.recipient for message, _code in response.context["rows"]]


def test_newest_first(owner: Visitor, road: Road):
    road.accept(numbers(2))
    road.accept(numbers(2, start=13900000000))
    assert listed(owner) == [
        "+8613900000001",
        "+8613900000000",
        "+8613800000001",
        "+8613800000000",
    ]


def test_pages_follow_each_other_without_a_gap(owner: Visitor, road: Road):
    road.accept(numbers(70))
    road.accept(numbers(60, start=13900000000))
    response = owner.get(LIST)
    seen = [message.recipient for message, _code in response.context["rows"]]
    while older := response.context["older"]:
        response = owner.get(f"{LIST}?before={older}")
        seen += [message.recipient for message, _code in response.context["rows"]]
    assert seen == numbers(60, start=13900000000)[::-1] + numbers(70)[::-1]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1.5"])
def test_a_senseless_page_is_the_first_one(before: str, owner: Visitor, road: Road):
    road.accept(numbers(2))
    assert len(listed(owner, f"before={before}")) == 2


def test_messages_of_others_do_not_show(stranger: Visitor, road: Road):
    accepted = road.accept(numbers(3))
    assert listed(stranger) == []
    assert listed(stranger, "number=13800000000") == []
    assert listed(stranger, f"identifier={accepted.uuid}") == []


@pytest.mark.parametrize("typed", ["13800000001", "%2B8613800000001", "138 0000 0001"])
def test_a_number_is_found_however_it_is_written(typed: str, owner: Visitor, road: Road):
    road.accept(numbers(3))
    assert listed(owner, f"number={typed}") == ["+8613800000001"]


def test_filters_narrow_the_list(owner: Visitor, road: Road):
    accepted = road.accept(numbers(3))
    other = road.accept(numbers(1, start=13900000000))
    Message.objects.filter(id=accepted.first_id).update(state=Message.State.FAILED)
    assert listed(owner, f"state={Message.State.FAILED.value}") == ["+8613800000000"]
    assert listed(owner, f"identifier={other.uuid}") == ["+8613900000000"]
    assert listed(owner, f"identifier={accepted.uuid}_{accepted.first_id + 2}") == [
        "+8613800000002"
    ]
    assert len(listed(owner, f"application={road.application.pk}")) == 4
    assert len(listed(owner, f"template={road.template.pk}")) == 4


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("number=12ab", "is no phone number"),
        ("identifier=abc", "neither an smsMsgId nor a request ID"),
        ("start=2026-05-02T00:00&end=2026-05-01T00:00", "The end lies before the beginning"),
        ("start=2026-05-01T00:00&end=2026-05-09T00:00", "at most 7 days"),
        ("application=0", "not one of the available choices"),
    ],
)
def test_a_wrong_filter_says_what_to_do(query: str, sentence: str, owner: Visitor, road: Road):
    response = owner.get(f"{LIST}?{query}")
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_without_a_time_the_last_day_shows(owner: Visitor, road: Road):
    with time_machine.travel(timezone.now() - timedelta(hours=30), tick=False) as clock:
        road.accept(numbers(1))
        clock.shift(timedelta(hours=25))
        road.accept(numbers(1, start=13900000000))
    assert listed(owner) == ["+8613900000000"]
    start = timezone.localtime() - timedelta(hours=31)
    query = {"start": start.strftime("%Y-%m-%dT%H:%M:%S")}
    found = owner.get(LIST, query_params=query).context["rows"]
    assert [message.recipient for message, _code in found] == ["+8613900000000", "+8613800000000"]


def test_numbers_are_masked_for_viewers(viewer: Visitor, operator: Visitor, road: Road):
    road.accept(numbers(1))
    seen_by_viewer = viewer.get(LIST).content.decode()
    assert "138****0000" in seen_by_viewer
    assert "138 0000 0000" not in seen_by_viewer
    assert "13800000000" not in seen_by_viewer
    assert "138 0000 0000" in operator.get(LIST).content.decode()


def test_a_failure_comes_with_code_meaning_and_remedy(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1))
    Message.objects.filter(id=accepted.first_id).update(state=Message.State.FAILED, code="SC:0010")
    page = owner.get(LIST).content.decode()
    assert "SC:0010" in page
    assert "Sending frequency exceeded" in page
    assert "Wait for the limit window to pass" in page


def test_the_page_costs_the_same_for_one_and_for_fifty(
    owner: Visitor, road: Road, django_assert_num_queries
):
    road.accept(numbers(1))
    owner.get(LIST)
    with django_assert_num_queries(7) as first:
        owner.get(LIST)
    for start in range(49):
        road.accept(numbers(1, start=13900000000 + start))
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)
