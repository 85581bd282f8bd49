"""The removal of a number from a blocklist, decided on the review desk."""

import pytest

from customers.models import AuditEvent
from messaging.services.number_removal import apply_for_unblocking
from reviews.services.submissions import open_case_of
from tests.factories import ApplicationFactory, MembershipFactory
from tests.messaging.blocked_numbers import blocked
from tests.operations.pages import QUEUE, address, approve, post, reject, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def removal():
    customer = ApplicationFactory().customer
    return apply_for_unblocking(
        blocked_number=blocked(customer),
        customer=customer,
        reason="Signed the contract of 5 January.",
        actor=MembershipFactory(customer=customer).user,
    )


def test_the_case_shows_what_to_decide_on(console, removal):
    case = open_case_of(removal)
    assert "137****7000 → SC:0005" in text_of(console.get(QUEUE))
    page = text_of(console.get(address(case)))
    for expected in ("Signed the contract", "On the list because of", "complained", "SC:0005"):
        assert expected in page
    assert removal.recipient not in page


def test_claimed_and_approved_it_takes_the_entry_out(console, reviewer, removal):
    case = open_case_of(removal)
    post(console, case, "claim")
    case.refresh_from_db()
    assert case.assignee == reviewer
    approve(console, case, version=case.version, comment="Seen the contract.")
    removal.blocked_number.refresh_from_db()
    assert not removal.blocked_number.is_active
    trace = AuditEvent.objects.get(object_type="blockednumber")
    assert (trace.actor, trace.ip_address) == (reviewer, "192.0.2.44")


def test_rejected_it_leaves_the_entry(console, removal):
    case = open_case_of(removal)
    reject(console, case, reason_codes=[], comment="No consent.")
    removal.refresh_from_db()
    assert removal.status == "REMOVAL_REJECTED"
    assert removal.blocked_number.is_active
