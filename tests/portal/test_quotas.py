"""Quotas: what is used of them, and asking for more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Notice, QuotaRequest
from reviews import roles
from reviews.models import Submission
from reviews.services import decide
from tests.factories import ApplicationFactory, SignatureFactory, UserFactory

from .conftest import Visitor

LIST = reverse("portal:quota-list")
CREATE = reverse("portal:quota-create")
WISH = {"wanted": "5", "reason": "A test environment of its own."}


@pytest.fixture
def asked(owner: Visitor, customer: Customer) -> QuotaRequest:
    owner.post(CREATE, WISH)
    return customer.quota_requests.get()


def used(visitor: Visitor) -> dict[tuple[str, str], tuple[int, int]]:
    usages = [usage for usage, _is_asked in visitor.get(LIST).context["usages"]]
    return {
        (usage.resource.value, str(usage.application or "")): (usage.used, usage.quota)
        for usage in usages
    }


def test_the_page_tells_what_is_used_of_each_quota(owner: Visitor, customer: Customer):
    first = customer.applications.get()
    second = ApplicationFactory(customer=customer, signature_quota=7)
    SignatureFactory.create_batch(2, application=second)
    SignatureFactory(application=second, deleted_at=timezone.now())
    assert used(owner) == {
        ("applications", ""): (2, 2),
        ("signatures", first.name): (1, 200),
        ("templates", first.name): (1, 2000),
        ("signatures", second.name): (2, 7),
        ("templates", second.name): (0, 2000),
    }
    assert "Used up" in owner.get(LIST).content.decode()


def test_a_request_waits_for_its_decision_with_a_due_time(owner: Visitor, asked: QuotaRequest):
    assert (asked.resource, asked.current, asked.wanted) == ("applications", 2, 5)
    page = owner.get(LIST).content.decode()
    due = Submission.objects.get(kind="quota").due_at
    assert "Under review" in page
    assert f"{timezone.localtime(due):%Y-%m-%d %H:%M}" in page
    assert "Asked for; see below" in page


def test_a_request_for_an_application_names_it(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    address = f"{CREATE}?resource=signatures&application={application.public_id}"
    assert application.name in owner.get(address).content.decode()
    owner.post(address, {"wanted": "400", "reason": "A signature for each shop."})
    request = customer.quota_requests.get()
    assert (request.resource, request.application) == ("signatures", application)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"wanted": "2"}, "wanted", "You have a quota of 2. Ask for more"),
        ({"wanted": "many"}, "wanted", "Enter a whole number"),
        ({"reason": ""}, "reason", "This field is required"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(
    changes: dict[str, str], field: str, sentence: str, owner: Visitor
):
    response = owner.post(CREATE, WISH | changes)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in response.content.decode()
    assert not QuotaRequest.objects.exists()


def test_a_second_request_is_refused_while_one_is_open(owner: Visitor, asked: QuotaRequest):
    response = owner.post(CREATE, WISH | {"wanted": "9"})
    assert response.status_code == 422
    assert "under review already" in response.content.decode()
    assert "A test environment of its own." in response.content.decode()
    assert QuotaRequest.objects.get() == asked


def test_the_answer_is_told_and_a_grant_is_in_force(owner: Visitor, asked: QuotaRequest):
    lead = UserFactory(role=roles.OPERATIONS_LEADS, staff=True)
    decide.approve(
        submission=Submission.objects.get(kind="quota"), reviewer=lead, comment="For this year."
    )
    page = owner.get(LIST).content.decode()
    assert "Approved" in page
    assert "For this year." in page
    assert used(owner)["applications", ""] == (1, 5)


def detail_of(request: QuotaRequest) -> str:
    return reverse("portal:quota-detail", args=[request.public_id])


def test_a_refusal_is_told_with_the_way_on(owner: Visitor, viewer: Visitor, asked: QuotaRequest):
    lead = UserFactory(role=roles.OPERATIONS_LEADS, staff=True)
    decide.reject(
        submission=Submission.objects.get(kind="quota"),
        reviewer=lead,
        reason_codes=[],
        comment="Why are two not enough?",
    )
    page = owner.get(detail_of(asked)).content.decode()
    assert "The request was refused." in page
    assert "Why are two not enough?" in page
    assert f"{CREATE}?resource=applications" in page
    assert f"{CREATE}?resource=applications" not in viewer.get(detail_of(asked)).content.decode()


def test_the_notice_of_the_answer_leads_to_the_request(owner: Visitor, asked: QuotaRequest):
    lead = UserFactory(role=roles.OPERATIONS_LEADS, staff=True)
    decide.approve(submission=Submission.objects.get(kind="quota"), reviewer=lead)
    notice = Notice.objects.get()
    response = owner.get(reverse("portal:notice-open", args=[notice.public_id]))
    assert response.url == detail_of(asked)


def test_an_overdue_request_is_urged(owner: Visitor, viewer: Visitor, asked: QuotaRequest):
    urge = reverse("portal:quota-urge", args=[asked.public_id])
    assert urge not in owner.get(detail_of(asked)).content.decode()
    Submission.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert "Overdue since" in owner.get(LIST).content.decode()
    assert urge in owner.get(detail_of(asked)).content.decode()
    assert urge not in viewer.get(detail_of(asked)).content.decode()
    page = owner.post(urge, follow=True).content.decode()
    assert "take it before all others" in page
    assert "You urged it at" in page


@pytest.mark.parametrize("query", ["resource=wishes", "resource=signatures"])
def test_what_has_no_quota_is_not_found(query: str, owner: Visitor):
    assert owner.get(f"{CREATE}?{query}").status_code == 404


def test_an_application_of_others_is_not_found(owner: Visitor):
    foreign = ApplicationFactory()
    address = f"{CREATE}?resource=signatures&application={foreign.public_id}"
    assert owner.post(address, WISH).status_code == 404
    assert not QuotaRequest.objects.exists()


def test_the_page_costs_the_same_for_one_request_and_for_many(
    owner: Visitor,
    customer: Customer,
    asked: QuotaRequest,
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    owner.get(LIST)
    with django_assert_max_num_queries(12) as first:
        owner.get(LIST)
    QuotaRequest.objects.bulk_create(
        QuotaRequest(customer=customer, resource="applications", current=2, wanted=5, reason="?")
        for _ in range(15)
    )
    ApplicationFactory(customer=customer)
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)


def test_an_application_too_many_is_refused_with_the_way_to_raise_the_quota(
    owner: Visitor, customer: Customer
):
    customer.application_quota = 1
    customer.save()
    page = owner.post(reverse("portal:application-create"), {"name": "second"}).content.decode()
    assert "used up: 1 of 1" in page
    assert f'<a href="{LIST}">See your quotas and ask for a higher one</a>' in page
