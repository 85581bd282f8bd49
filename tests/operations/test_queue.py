import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from reviews.desk import queue
from reviews.desk.filters import QueueFilter
from reviews.models import Signature, Submission
from reviews.services import claims
from tests.factories import (
    MembershipFactory,
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
)
from tests.operations.pages import QUEUE, address, text_of


def titles(page):
    return re.findall(r'/change/[^"]*">([^<]+?) ?<', text_of(page))


def case(name, **traits):
    return SubmissionFactory(subject=SignatureFactory(name=name), **traits)


def test_urged_cases_come_first_then_those_due_first(console):
    case("稍后")
    case("逾期", overdue=True)
    case("催办", urged=True)

    assert titles(console.get(QUEUE)) == ["催办", "逾期", "稍后"]


def test_overdue_and_urged_cases_are_marked(console):
    case("稍后")
    plain = text_of(console.get(QUEUE))
    case("逾期", overdue=True)
    case("催办", urged=True)
    marked = text_of(console.get(QUEUE))

    for word in (">Overdue</span>", ">Urged</span>"):
        assert plain.count(word) == 0
        assert marked.count(word) == 1
    assert "due-bad" in marked
    assert " late</span>" in marked


def test_the_queue_shows_what_waits_unless_asked_otherwise(console):
    case("等待")
    case("已决", state="decided")
    SubmissionFactory(of_template=True)

    assert len(titles(console.get(QUEUE))) == 2
    assert titles(console.get(QUEUE, {"state": "decided"})) == ["已决"]
    assert len(titles(console.get(QUEUE, {"state": "all"}))) == 3
    assert titles(console.get(QUEUE, {"kind": "signature"})) == ["等待"]
    assert titles(console.get(QUEUE, {"q": "已决", "state": "all"})) == ["已决"]


def test_the_tabs_count_every_kind_within_the_other_filters(console):
    case("甲", urged=True)
    case("乙")
    SubmissionFactory(of_template=True, urged=True)

    def counts(**query):
        page = console.get(QUEUE, query).context["page"]
        return {str(tab.label): tab.count for tab in page.tabs if tab.count}

    assert counts() == {"All": 3, "Signature": 2, "Template": 1}
    assert counts(kind="template") == counts()
    assert counts(flag="urged") == {"All": 2, "Signature": 1, "Template": 1}


def test_filters_by_assignee(console, reviewer, colleague, settings):
    case("无人")
    claims.claim(submission=case("我的"), reviewer=reviewer)
    claims.claim(submission=case("同事"), reviewer=colleague)
    lapsed = case("过时")
    claims.claim(submission=lapsed, reviewer=colleague)
    long_ago = timezone.now() - timedelta(minutes=settings.SMS_CLAIM_MINUTES + 1)
    Submission.objects.filter(pk=lapsed.pk).update(claimed_at=long_ago)

    assert titles(console.get(QUEUE, {"who": "mine"})) == ["我的"]
    assert set(titles(console.get(QUEUE, {"who": "unclaimed"}))) == {"无人", "过时"}
    page = text_of(console.get(QUEUE))
    assert page.count(f"<td>{colleague}</td>") == 1
    assert page.count("<strong>You</strong>") == 1


def test_filters_by_urgency_customer_and_application(console):
    one = case("甲", overdue=True)
    template = TemplateFactory(application=Signature.objects.get(pk=one.object_id).application)
    SubmissionFactory(of_template=True, subject=template, title="模板")
    case("乙", urged=True)

    assert titles(console.get(QUEUE, {"flag": "overdue"})) == ["甲"]
    assert titles(console.get(QUEUE, {"flag": "urged"})) == ["乙"]
    assert titles(console.get(QUEUE, {"customer": one.customer_id})) == ["甲", "模板"]
    query = {"application": template.application_id}
    assert titles(console.get(QUEUE, query)) == ["甲", "模板"]
    assert f"Only cases of {template.application.name}." in text_of(console.get(QUEUE, query))
    assert titles(console.get(QUEUE, {"q": one.customer.name})) == ["甲", "模板"]


@pytest.mark.parametrize(
    "query",
    [{"kind": "x"}, {"who": "x"}, {"customer": "x"}, {"customer": "9" * 30}, {"page": "²"}],
)
def test_filters_that_do_not_exist_filter_nothing(console, query):
    case("甲")

    assert titles(console.get(QUEUE, query)) == ["甲"]


def test_the_application_of_each_object_is_named(console):
    signature = SignatureFactory(application__name="shop")
    SubmissionFactory(subject=signature)
    template = TemplateFactory(application__name="parcels")
    SubmissionFactory(of_template=True, subject=template)

    page = text_of(console.get(QUEUE))

    for application in (signature.application, template.application):
        assert re.search(rf'\?application={application.pk}"[^>]*>{application.name}<', page)


def test_a_long_queue_has_pages(console):
    signature = SignatureFactory()
    due = timezone.now()
    Submission.objects.bulk_create(
        Submission(
            kind="signature",
            object_id=10_000 + number,
            customer=signature.customer,
            title=f"第{number:03}",
            due_at=due + timedelta(minutes=number),
        )
        for number in range(queue.PAGE + 5)
    )

    first, second = console.get(QUEUE), console.get(QUEUE, {"page": 2})
    beyond = console.get(QUEUE, {"page": 99})

    assert len(titles(first)) == queue.PAGE
    assert titles(second) == titles(beyond) == [f"第{number:03}" for number in range(50, 55)]
    assert 'href="?page=2"' in text_of(first)
    assert 'href="?page=1"' in text_of(second)


def test_a_due_time_without_a_published_calendar_is_a_warning(console):
    case("甲")
    assert "no official calendar" not in text_of(console.get(QUEUE))
    guessed = case("乙", is_calendar_known=False)

    assert "no official calendar" in text_of(console.get(QUEUE))
    assert "No official calendar" in text_of(console.get(address(guessed)))


def test_cases_of_ones_own_customer_are_shown_locked(console, reviewer):
    own = case("甲")
    MembershipFactory(customer=own.customer, user=reviewer)

    assert "Your customer" in text_of(console.get(QUEUE))


def test_the_overview_counts_and_lists_the_head_of_the_queue(console, colleague):
    case("稍后")
    claims.claim(submission=case("逾期", overdue=True), reviewer=colleague)
    case("催办", urged=True, overdue=True)
    case("已决", state="decided")
    SignatureFactory(status=Signature.Status.PROCESSING)

    page = console.get("/operations/")

    counted = page.context["queue"]
    assert (counted.waiting, counted.overdue, counted.urged) == (3, 2, 1)
    assert (counted.unclaimed, counted.without_number) == (2, 1)
    assert titles(page)[:3] == ["催办", "逾期", "稍后"]
    assert titles(page)[:3] == titles(console.get(QUEUE))


def test_an_empty_queue_says_so(console):
    assert "Nothing waits for a decision" in text_of(console.get("/operations/"))
    assert "Nothing waits for a decision" in text_of(console.get(QUEUE))
    assert "No case fits" in text_of(console.get(QUEUE, {"who": "mine"}))


@pytest.mark.parametrize(
    "page", [QUEUE, f"{QUEUE}?kind=signature&who=unclaimed&q=a", "/operations/"]
)
def test_the_number_of_queries_does_not_grow_with_the_queue(
    console, page, django_assert_max_num_queries
):
    console.get(page)
    SubmissionFactory(title="a")
    with django_assert_max_num_queries(100) as one:
        console.get(page)
    for traits in ({}, {"urged": True}, {"overdue": True}, {"of_template": True}):
        SubmissionFactory.create_batch(3, title="a", **traits)
    with django_assert_max_num_queries(len(one)):
        console.get(page)


def test_ten_thousand_open_cases_are_read_in_the_order_of_an_index(reviewer):
    customer = SignatureFactory().customer
    now = timezone.now()
    Submission.objects.bulk_create(
        (
            Submission(
                kind="signature",
                object_id=20_000 + number,
                customer=customer,
                title="甲",
                due_at=now + timedelta(seconds=number * 7919 % 10_000),
                urged_at=now if number % 100 == 0 else None,
            )
            for number in range(10_000)
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reviews_submission")

    plan = queue.ordered(QueueFilter(), reviewer)[: queue.PAGE].explain()

    assert "Index Scan using case_waiting_in_order" in plan
    assert "Sort" not in plan
    page = queue.page_of(QueueFilter(), reviewer)
    assert (page.total, page.pages, len(page.rows)) == (10_000, 200, queue.PAGE)
    assert all(row.case.urged_at for row in page.rows)


def test_a_case_page_needs_as_many_queries_with_a_long_history(
    console, django_assert_max_num_queries
):
    def pages_of(subject, **fields):
        return address(SubmissionFactory(subject=subject, attempt=2, **fields))

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


def test_the_next_case_is_the_first_free_one_behind(console, reviewer, colleague):
    first, held, own, last = (case(name) for name in "甲乙丙丁")
    claims.claim(submission=held, reviewer=colleague)
    MembershipFactory(customer=own.customer, user=reviewer)
    following = reverse("admin:reviews_submission_next")

    assert console.get(following).url == address(first)
    assert console.get(following, {"after": first.pk}).url == address(last)
    assert console.get(following, {"after": last.pk}).url == address(first)
    assert console.get(following, {"after": 10**6}).url == address(first)


def test_the_next_case_keeps_to_the_filter_and_the_order(console):
    late = case("甲", overdue=True)
    urged = case("乙", urged=True)
    urged_later = case("丙", urged=True)
    template = SubmissionFactory(of_template=True)
    following = reverse("admin:reviews_submission_next")

    def after(one, **query):
        return console.get(following, {"after": one.pk} | query).url

    assert after(urged) == address(urged_later)
    assert after(urged_later) == address(late)
    assert after(late) == address(template)
    assert after(late, kind="signature") == f"{address(urged)}?kind=signature"


def test_when_nothing_is_left_the_queue_opens(console):
    only = case("甲")

    response = console.get(reverse("admin:reviews_submission_next"), {"after": only.pk})

    assert response.url == QUEUE
    assert "Nothing else in this list" in text_of(console.get(response.url))
