import re

import pytest
from django.urls import reverse

from reviews.models import Signature
from tests.factories import SignatureFactory, SubmissionFactory

QUEUE = "/operations/reviews/submission/"


def titles(page):
    return re.findall(r'/change/[^"]*">([^<]+?) ?<', page.content.decode())


def case(name, **traits):
    return SubmissionFactory(subject=SignatureFactory(name=name), **traits)


def test_urged_cases_come_first_then_those_due_first(console):
    case("稍后")
    case("逾期", overdue=True)
    case("催办", urged=True)

    assert titles(console.get(QUEUE)) == ["催办", "逾期", "稍后"]


def test_overdue_and_urged_cases_are_marked(console):
    case("稍后")
    plain = console.get(QUEUE).content.decode()
    case("逾期", overdue=True)
    case("催办", urged=True)
    marked = console.get(QUEUE).content.decode()

    for word in ("Overdue", "Urged"):
        assert plain.count(f">{word}</span>") == 0
        assert marked.count(f">{word}</span>") == 1


def test_the_queue_shows_what_waits_unless_asked_otherwise(console):
    case("等待")
    case("已决", state="decided")
    SubmissionFactory(of_template=True)

    assert len(titles(console.get(QUEUE))) == 2
    assert titles(console.get(QUEUE, {"state": "decided"})) == ["已决"]
    assert len(titles(console.get(QUEUE, {"state": "all"}))) == 3
    assert titles(console.get(QUEUE, {"kind__exact": "signature"})) == ["等待"]
    assert titles(console.get(QUEUE, {"q": "已决", "state": "all"})) == ["已决"]


def test_the_overview_counts_and_lists_the_head_of_the_queue(console):
    case("稍后")
    case("逾期", overdue=True)
    case("催办", urged=True, overdue=True)
    case("已决", state="decided")
    SignatureFactory(status=Signature.Status.PROCESSING)

    page = console.get("/operations/")

    queue = page.context["queue"]
    assert (queue.waiting, queue.overdue, queue.urged, queue.without_number) == (3, 2, 1, 1)
    assert titles(page)[:3] == ["催办", "逾期", "稍后"]


def test_an_empty_queue_says_so(console):
    assert "Nothing waits for a decision" in console.get("/operations/").content.decode()


@pytest.mark.parametrize("page", [QUEUE, "/operations/"])
def test_the_number_of_queries_does_not_grow_with_the_queue(
    console, page, django_assert_max_num_queries
):
    console.get(page)
    SubmissionFactory()
    with django_assert_max_num_queries(100) as one:
        console.get(page)
    for traits in ({}, {"urged": True}, {"overdue": True}, {"of_template": True}):
        SubmissionFactory.create_batch(3, **traits)
    with django_assert_max_num_queries(len(one)):
        console.get(page)


def test_a_case_page_needs_as_many_queries_with_a_long_history(
    console, django_assert_max_num_queries
):
    def pages_of(subject):
        open_case = SubmissionFactory(subject=subject)
        return reverse("admin:reviews_submission_change", args=[open_case.pk])

    plain = pages_of(SignatureFactory())
    console.get(plain)
    with django_assert_max_num_queries(100) as one:
        console.get(plain)
    busy = SignatureFactory()
    SubmissionFactory.create_batch(3, subject=busy, state="decided")
    SignatureFactory.create_batch(5, application=busy.application)
    page = pages_of(busy)
    with django_assert_max_num_queries(len(one)):
        console.get(page)
