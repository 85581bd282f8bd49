"""Pages of a search that looks through much and finds little."""

from datetime import timedelta
from typing import Any

import pytest

from common.clock import now
from messaging.models import Message
from messaging.queries import find_page, messages
from messaging.queries.search import MessageSearch, Result
from tests.messaging.road import Road, numbers


def search(road: Road, **options: Any) -> MessageSearch:
    moment = now()
    span = {"start": moment - timedelta(hours=24), "end": moment}
    return MessageSearch(customer=road.application.customer, **span | options)


@pytest.fixture
def rare(road: Road) -> list[int]:
    """Ten requests, of which the first and the sixth hold a failed message; their ids."""
    firsts = [road.accept(numbers(3, start=13800000000 + 10 * n)).first_id for n in range(10)]
    failed = [firsts[0] + 1, firsts[5] + 1]
    Message.objects.filter(id__in=failed).update(state=Message.State.FAILED, code="SC:0010")
    return failed


def walked(road: Road, **options: Any) -> tuple[list[int], int]:
    """All ids of a search, page by page, and how many pages there were."""
    found: list[int] = []
    before, pages = None, 0
    while True:
        page = find_page(search(road, **options), limit=50, before=before)
        found += [message.id for message in page.messages]
        pages += 1
        assert (page.searched_to is None) == (page.before is None)
        if page.before is None:
            return found, pages
        before = page.before


@pytest.mark.parametrize(("most_requests", "most_messages"), [(3, 10**6), (10**6, 8)])
def test_a_page_ends_after_so_many_and_the_next_goes_on(
    most_requests: int,
    most_messages: int,
    road: Road,
    rare: list[int],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(messages, "MOST_REQUESTS", most_requests)
    monkeypatch.setattr(messages, "MOST_MESSAGES", most_messages)
    found, pages = walked(road, result=Result.FAILED)
    assert found == sorted(rare, reverse=True)
    assert pages == 4


def test_a_search_that_skips_nothing_walks_to_the_end(
    road: Road, rare: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "MOST_REQUESTS", 1)
    assert len(find_page(search(road), limit=50).messages) == 30
    assert find_page(search(road, recipient=numbers(1)[0]), limit=50).before is None


def test_a_page_takes_the_same_few_queries(
    road: Road, rare: list[int], django_assert_num_queries: Any
):
    with django_assert_num_queries(3):
        find_page(search(road, result=Result.FAILED), limit=50)
    with django_assert_num_queries(2):
        find_page(search(road), limit=50)
