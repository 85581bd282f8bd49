"""Applying for a number that unsubscribed to get promotions again."""

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import Notice
from messaging.models import NumberRemoval, OptOut
from messaging.services.number_removal import apply_for_removal
from reviews.services import decide
from reviews.services.submissions import open_case_of
from tests.factories import ApplicationFactory, MembershipFactory, UserFactory
from tests.messaging.opt_outs import opted_out
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db


@pytest.fixture
def opt_out():
    return opted_out(ApplicationFactory())


def apply(opt_out, reason="Signed up again in the shop."):
    actor = MembershipFactory(customer=opt_out.customer).user
    return apply_for_removal(opt_out=opt_out, reason=reason, actor=actor)


def refused(action, *arguments, **options):
    with pytest.raises(Refusal) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def decision(removal, *, approves=True):
    case = open_case_of(removal)
    reviewer = UserFactory(reviewer=True)
    if approves:
        return decide.approve(submission=case, reviewer=reviewer)
    return decide.reject(submission=case, reviewer=reviewer, reason_codes=[], comment="No consent.")


def test_approval_restores_the_number(opt_out):
    decision(apply(opt_out))
    opt_out.refresh_from_db()
    assert opt_out.restored_at
    notice = Notice.objects.get()
    assert notice.event == "number_restored"
    assert opt_out.recipient not in str(notice.params)


def test_rejection_leaves_it_and_a_new_application_is_possible(opt_out):
    decision(apply(opt_out), approves=False)
    opt_out.refresh_from_db()
    assert opt_out.is_in_force
    assert apply(opt_out).is_pending


def test_a_later_wish_of_the_recipient_has_the_last_word(opt_out):
    removal = apply(opt_out)
    OptOut.objects.update(since=now())
    decision(removal)
    opt_out.refresh_from_db()
    assert opt_out.is_in_force


def test_what_is_refused(opt_out):
    assert refused(apply, opt_out, reason=" ") == "removal_reason"
    apply(opt_out)
    assert refused(apply, opt_out) == "removal_waiting"
    OptOut.objects.update(restored_at=now())
    assert refused(apply, opt_out) == "removal_restored"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_case():
    opt_out = opted_out(ApplicationFactory())
    results = raced(lambda: apply(opt_out), lambda: apply(opt_out))
    assert "removal_waiting" in results
    assert NumberRemoval.objects.count() == 1


def test_the_case_shows_no_whole_number(opt_out):
    case = open_case_of(apply(opt_out))
    assert opt_out.recipient not in f"{case.title} {case.snapshot}"
