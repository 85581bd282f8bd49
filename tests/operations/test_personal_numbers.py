"""Personal numbers of a qualification are shown on demand, and the audit trail says to whom."""

import pytest

from customers.models import AuditEvent
from tests.factories import MembershipFactory, QualificationFactory, SubmissionFactory
from tests.operations.pages import address, text_of

pytestmark = pytest.mark.django_db

NUMBER = "11010519491231002X"


@pytest.fixture
def case(db):
    qualification = QualificationFactory(legal_person_id_number=NUMBER)
    return SubmissionFactory(subject=qualification, kind="qualification")


def test_the_page_shows_their_last_digits_only(console, case):
    page = text_of(console.get(address(case)))

    assert NUMBER not in page
    assert "****002X" in page
    assert "Show the personal numbers" in page
    assert not AuditEvent.objects.exists()


def test_a_reviewer_asks_for_them_and_it_is_logged(console, reviewer, case):
    page = text_of(console.get(address(case), {"numbers": ""}))

    assert NUMBER in page
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.ip_address) == ("view", reviewer, "192.0.2.44")
    assert NUMBER not in str(event.after)
    assert "Personal numbers looked at" in text_of(console.get(address(case)))


def test_who_may_not_decide_the_case_does_not_see_them(auditor_console, console, reviewer, case):
    MembershipFactory(customer=case.customer, user=reviewer)

    for client in (auditor_console, console):
        assert NUMBER not in text_of(client.get(address(case), {"numbers": ""}))
    assert not AuditEvent.objects.exists()


def test_a_closed_case_keeps_them_back(console, case):
    case.state = "decided"
    case.save()

    assert NUMBER not in text_of(console.get(address(case), {"numbers": ""}))
