from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message, SendRequest
from messaging.queries import messages
from tests.messaging.road import Road, numbers

from .conftest import Visitor

LIST = reverse("portal:message-list")


def listed(visitor: Visitor, query: str = "") -> list[str]:
    response = visitor.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [row.message.recipient for row in response.context["rows"]]


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
    seen = [row.message.recipient for row in response.context["rows"]]
    while older := response.context["older"]:
        response = owner.get(f"{LIST}?before={older}")
        seen += [row.message.recipient for row in response.context["rows"]]
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
    assert listed(owner, "result=failed") == ["+8613800000000"]
    assert len(listed(owner, "result=sending")) == 3
    assert listed(owner, "result=successful") == []
    assert listed(owner, f"identifier={other.uuid}") == ["+8613900000000"]
    assert listed(owner, f"identifier={accepted.uuid}_{accepted.first_id + 2}") == [
        "+8613800000002"
    ]
    assert len(listed(owner, f"application={road.application.pk}")) == 4
    assert len(listed(owner, f"template={road.template.template_id}")) == 4
    assert len(listed(owner, f"template={road.template.name[:4]}")) == 4
    assert listed(owner, "template=no such one") == []
    assert len(listed(owner, f"type={road.template.type}")) == 4
    assert listed(owner, "type=PROMOTION_TYPE") == []
    signature = road.template.signature
    assert len(listed(owner, f"signature={signature.pk}")) == 4
    assert listed(owner, "signature=0") == []
    assert len(listed(owner, f"sender={signature.channel_number[:6]}")) == 4
    assert listed(owner, "sender=999") == []
    assert listed(owner, "code=SC:0010") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("number=12ab", "is no phone number"),
        ("identifier=abc", "neither an smsMsgId nor a request ID"),
        ("start=2026-05-02T00:00&end=2026-05-01T00:00", "The end lies before the beginning"),
        ("start=2026-05-01T00:00&end=2026-05-09T00:00", "at most 7 days"),
        ("start=2020-05-01T00:00&end=2020-05-02T00:00", "Details are kept for 90 days"),
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
    assert [row.message.recipient for row in found] == ["+8613900000000", "+8613800000000"]


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


def test_quick_ranges_end_now(owner: Visitor, road: Road):
    with time_machine.travel(timezone.now() - timedelta(hours=2), tick=False):
        road.accept(numbers(1))
    assert listed(owner, "last=1h") == []
    assert len(listed(owner, "last=24h")) == 1
    assert len(listed(owner, "last=7d")) == 1


def test_a_page_that_looked_through_enough_says_so(
    owner: Visitor, road: Road, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "MOST_REQUESTS", 1)
    for start in (13800000000, 13900000000):
        road.accept(numbers(1, start=start))
    page = owner.get(f"{LIST}?result=failed").content.decode()
    assert "Looked through what was submitted since" in page
    assert "Search further back" in page


def test_what_is_kept_and_what_is_erased_is_said(owner: Visitor, road: Road):
    address = reverse("portal:message-detail", args=road.accept(numbers(1)).sms_msg_ids(1))
    assert "Kept until 24 hours after the final status" in owner.get(address).content.decode()
    SendRequest.objects.update(variables=None)
    assert "Erased, as always 24 hours after" in owner.get(address).content.decode()
