"""Applying for an entry of the platform's blocklists to be taken out."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.clock import now
from common.errors import Refusal
from customers.models import AuditEvent, Notice
from messaging.models import BlockedNumber, NumberRemoval
from messaging.policy import blocklist
from messaging.services import number_removal
from messaging.services.number_removal import apply_for_unblocking
from reviews.services import claims, decide
from reviews.services.submissions import open_case_of
from tests.factories import ApplicationFactory, MembershipFactory, UserFactory
from tests.messaging.blocked_numbers import blocked
from tests.messaging.opt_outs import opted_out
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return ApplicationFactory().customer


@pytest.fixture
def entry(customer):
    return blocked(customer)


def apply(entry, customer, reason="Signed the contract of 5 January."):
    actor = MembershipFactory(customer=customer).user
    return apply_for_unblocking(blocked_number=entry, customer=customer, reason=reason, actor=actor)


def refused(action, *arguments, **options):
    with pytest.raises(Refusal) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def decision(removal, *, approves=True):
    case = open_case_of(removal)
    reviewer = UserFactory(reviewer=True)
    claims.claim(submission=case, reviewer=reviewer)
    if approves:
        return decide.approve(submission=case, reviewer=reviewer, comment="Seen.")
    return decide.reject(submission=case, reviewer=reviewer, reason_codes=[], comment="No consent.")


def test_approval_takes_the_entry_out_of_force_and_leaves_a_trace(entry, customer):
    removal = apply(entry, customer)
    assert blocklist.hits([entry.recipient])
    decision(removal)

    entry.refresh_from_db()
    removal.refresh_from_db()
    blocklist.forget()
    assert not entry.is_active
    assert removal.status == "REMOVED"
    assert not blocklist.hits([entry.recipient])
    trace = AuditEvent.objects.get(object_type="blockednumber")
    assert (trace.before, trace.after) == ({"is_active": True}, {"is_active": False})
    assert trace.reason == "Seen."
    assert trace.actor.is_staff
    assert entry.recipient not in trace.object_name


def test_the_customer_is_told_without_the_whole_number(entry, customer):
    decision(apply(entry, customer))
    notice = Notice.objects.get(customer=customer)
    assert notice.event == "number_restored"
    assert notice.params["name"] == "137****7000 → SC:0005"


def test_rejection_leaves_it_and_a_new_application_is_possible(entry, customer):
    decision(apply(entry, customer), approves=False)
    entry.refresh_from_db()
    assert entry.is_active
    notice = Notice.objects.get()
    assert (notice.event, notice.params["comment"]) == ("number_not_restored", "No consent.")
    assert apply(entry, customer).is_pending


def test_an_entry_that_operations_took_out_meanwhile_leaves_no_second_trace(entry, customer):
    removal = apply(entry, customer)
    BlockedNumber.objects.update(is_active=False)
    decision(removal)
    assert not AuditEvent.objects.filter(object_type="blockednumber").exists()


def test_what_is_refused(entry, customer):
    assert refused(apply, entry, customer, reason=" ") == "removal_reason"
    assert refused(apply, entry, customer, reason="x" * 501) == "removal_reason"
    apply(entry, customer)
    assert refused(apply, entry, customer) == "removal_waiting"
    BlockedNumber.objects.update(is_active=False)
    assert refused(apply, entry, customer) == "removal_restored"
    assert NumberRemoval.objects.count() == 1


def test_only_whom_the_entry_stopped_may_apply(entry):
    stranger = ApplicationFactory().customer
    assert refused(apply, entry, stranger) == "removal_no_hit"


def test_a_number_corrected_since_is_not_the_one_that_was_hit(entry, customer):
    BlockedNumber.objects.update(recipient="+8613500135555")
    assert refused(apply, entry, customer) == "removal_no_hit"


def test_hits_count_for_60_days(entry, customer, monkeypatch):
    for days, is_accepted in ((61, False), (59, True)):
        later = now() + timedelta(days=days)
        monkeypatch.setattr(number_removal, "now", lambda later=later: later)
        assert number_removal.hits_of(entry, customer).exists() is is_accepted


def test_two_customers_may_apply_for_the_same_entry():
    customers = [ApplicationFactory().customer for _ in range(2)]
    entry = blocked(*customers)
    first, second = (apply(entry, customer) for customer in customers)
    decision(first)
    decision(second)
    assert set(NumberRemoval.objects.values_list("status", flat=True)) == {"REMOVED"}
    assert AuditEvent.objects.filter(object_type="blockednumber").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_case():
    customer = ApplicationFactory().customer
    entry = blocked(customer)
    results = raced(lambda: apply(entry, customer), lambda: apply(entry, customer))
    assert "removal_waiting" in results
    assert NumberRemoval.objects.count() == 1


def test_the_case_says_what_the_entry_did_and_no_whole_number(entry, customer):
    case = open_case_of(apply(entry, customer))
    assert case.snapshot["listed_because"] == "complained"
    assert case.snapshot["list"] == "SC:0005 complaint"
    assert case.snapshot["stopped"] == 1
    assert entry.recipient not in f"{case.title} {case.snapshot}"


def test_a_removal_is_from_exactly_one_list(entry, customer):
    opt_out = opted_out(ApplicationFactory(customer=customer))
    both = {"opt_out": opt_out, "application": opt_out.application, "blocked_number": entry}
    for wrong in (both, {}, {"opt_out": opt_out}):
        with (
            pytest.raises(IntegrityError, match="removal_from_one_list"),
            transaction.atomic(),
        ):
            NumberRemoval.objects.create(customer=customer, reason="?", **wrong)
