from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Decision, Submission
from reviews.roles import AUDITORS, SENIOR_REVIEWERS
from reviews.services import claims, decide, notes, submissions, templates
from tests.factories import MembershipFactory, SubmissionFactory, UserFactory
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return UserFactory(reviewer=True)


@pytest.fixture
def colleague():
    return UserFactory(reviewer=True, full_name="Colleague")


def claim(case, reviewer):
    return claims.claim(submission=case, reviewer=reviewer)


def refusal_of(action):
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value


def test_a_claimed_case_is_the_claimers(reviewer, colleague):
    case = claim(SubmissionFactory(), reviewer)

    assert case.assignee == reviewer
    refusal = refusal_of(lambda: claim(case, colleague))
    assert (refusal.code, refusal.permanent) == ("case_claimed", False)
    refusal = refusal_of(lambda: decide.approve(submission=case, reviewer=colleague))
    assert refusal.code == "case_claimed"
    assert str(reviewer) in str(refusal)
    assert decide.approve(submission=case, reviewer=reviewer).claimed_at == case.claimed_at


def test_a_claim_runs_out(reviewer, colleague, settings):
    case = claim(SubmissionFactory(), reviewer)
    Submission.objects.update(
        claimed_at=timezone.now() - timedelta(minutes=settings.SMS_CLAIM_MINUTES, seconds=1)
    )

    assert claim(case, colleague).assignee == colleague


def test_claiming_again_starts_the_time_anew(reviewer):
    case = claim(SubmissionFactory(), reviewer)

    assert claim(case, reviewer).claimed_at > case.claimed_at


def test_a_released_case_is_free(reviewer, colleague):
    case = claim(SubmissionFactory(), reviewer)
    assert (
        refusal_of(lambda: claims.release(submission=case, reviewer=colleague)).code
        == "case_not_yours"
    )

    case = claims.release(submission=case, reviewer=reviewer)

    assert (case.assignee, case.claimed_at) == (None, None)
    assert claim(case, colleague).assignee == colleague


def test_ones_own_case_is_handed_on(reviewer, colleague):
    case = claim(SubmissionFactory(), reviewer)

    case = claims.reassign(submission=case, to=colleague, by=reviewer, ip_address="192.0.2.1")

    assert case.assignee == colleague
    event = AuditEvent.objects.get(verb="reassign")
    assert (event.before["assignee"], event.after["assignee"]) == (str(reviewer), "Colleague")
    assert event.ip_address == "192.0.2.1"


def test_somebody_elses_case_is_for_seniors_to_hand_on(reviewer, colleague):
    case = claim(SubmissionFactory(), reviewer)
    senior = UserFactory(staff=True, role=SENIOR_REVIEWERS)

    refusal = refusal_of(lambda: claims.reassign(submission=case, to=colleague, by=colleague))
    assert refusal.code == "no_permission"
    assert claims.reassign(submission=case, to=colleague, by=senior).assignee == colleague


def test_a_case_goes_to_nobody_who_may_not_decide_it(reviewer, colleague):
    case = claim(SubmissionFactory(), reviewer)
    MembershipFactory(customer=case.customer, user=colleague)

    for to, code in ((UserFactory(staff=True), "no_permission"), (colleague, "own_customer")):
        refusal = refusal_of(lambda to=to: claims.reassign(submission=case, to=to, by=reviewer))
        assert refusal.code == code


@pytest.mark.parametrize("role", [AUDITORS, ""])
def test_who_may_only_read_claims_nothing(role):
    user = UserFactory(staff=True, role=role)
    case = SubmissionFactory()

    for action in (
        lambda: claim(case, user),
        lambda: decide.approve(submission=case, reviewer=user),
        lambda: notes.add_note(submission=case, author=user, text="hello"),
    ):
        assert refusal_of(action).code == "no_permission"
    assert not decide.may_decide(case, user)


def test_a_closed_case_is_not_claimed(reviewer):
    assert refusal_of(lambda: claim(SubmissionFactory(state="decided"), reviewer)).code == (
        "case_closed"
    )


def test_a_stale_form_is_told_and_overwrites_nothing(reviewer):
    case = SubmissionFactory()
    claims.release(submission=claim(case, reviewer), reviewer=reviewer)

    refusal = refusal_of(
        lambda: decide.approve(submission=case, reviewer=reviewer, version=case.version)
    )

    assert (refusal.code, refusal.permanent) == ("case_changed", False)
    assert not Decision.objects.exists()
    fresh = Submission.objects.get()
    assert decide.approve(submission=fresh, reviewer=reviewer, version=fresh.version).pk


def test_a_decision_keeps_how_it_came_about(reviewer):
    case = SubmissionFactory(overdue=True, urged=True)

    decision = decide.approve(
        submission=case, reviewer=reviewer, internal_note=" odd ", ip_address="192.0.2.3"
    )

    assert (decision.was_urged, decision.was_late, decision.due_at) == (True, True, case.due_at)
    assert (decision.ip_address, decision.internal_note) == ("192.0.2.3", "odd")
    assert decision.claimed_at
    case.refresh_from_db()
    assert case.assignee == reviewer


def test_notes_are_kept_in_order(reviewer, colleague):
    case = SubmissionFactory()

    notes.add_note(submission=case, author=reviewer, text=" looks odd ")
    notes.add_note(submission=case, author=colleague, text="it is fine")

    assert [note.text for note in case.notes.all()] == ["looks odd", "it is fine"]
    assert (
        refusal_of(lambda: notes.add_note(submission=case, author=reviewer, text=" ")).field
        == "text"
    )


class TestUrging:
    def urge(self, case):
        return submissions.urge(submission=case, reason="we open tomorrow", actor=None)

    def test_an_overdue_case_is_urged_once(self):
        case = self.urge(SubmissionFactory(overdue=True))

        assert case.urged_at
        assert AuditEvent.objects.get().reason == "we open tomorrow"
        assert refusal_of(lambda: self.urge(case)).code == "case_urged"
        assert Submission.objects.awaiting_review().first() == case

    def test_before_it_is_due_it_is_not(self):
        refusal = refusal_of(lambda: self.urge(SubmissionFactory()))

        assert (refusal.code, refusal.permanent) == ("case_not_overdue", False)

    def test_a_closed_case_is_not_urged(self):
        case = SubmissionFactory(overdue=True, state="decided")

        assert refusal_of(lambda: self.urge(case)).code == "case_closed"


class TestReopening:
    @pytest.fixture
    def senior(self):
        return UserFactory(staff=True, role=SENIOR_REVIEWERS)

    def reject(self, case, reviewer):
        decide.reject(
            submission=case, reviewer=reviewer, reason_codes=["NEUTRAL_SIGNATURE"], comment="no"
        )

    def reopen(self, case, reviewer, reason="the name is registered after all"):
        return decide.reopen(submission=case, reviewer=reviewer, reason=reason)

    def test_a_rejection_is_thought_over(self, reviewer, senior):
        case = SubmissionFactory()
        self.reject(case, reviewer)

        case = self.reopen(case, senior)
        assert (case.is_waiting, case.assignee) == (True, None)
        decide.approve(submission=case, reviewer=senior, channel_number="csms1")

        outcomes = Decision.objects.order_by("id").values_list("outcome", flat=True)
        assert list(outcomes) == ["reject", "approve"]
        assert submissions.subject_of(case).is_usable
        assert AuditEvent.objects.get(verb="reopen").reason

    def test_it_is_for_seniors_and_needs_a_reason(self, reviewer, senior):
        case = SubmissionFactory()
        self.reject(case, reviewer)

        assert refusal_of(lambda: self.reopen(case, reviewer)).code == "no_permission"
        assert refusal_of(lambda: self.reopen(case, senior, " ")).field == "reason"

    def test_an_object_in_use_is_not_reopened(self, reviewer, senior):
        case = SubmissionFactory()
        decide.approve(submission=case, reviewer=reviewer, channel_number="csms1")

        assert refusal_of(lambda: self.reopen(case, senior)).code == "case_not_reopenable"

    def test_a_waiting_case_is_not_reopened(self, senior):
        refusal = refusal_of(lambda: self.reopen(SubmissionFactory(), senior))

        assert refusal.code == "case_not_reopenable"


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_one_wins():
    case = SubmissionFactory()
    first, second = UserFactory(reviewer=True), UserFactory(reviewer=True)

    outcomes = raced(lambda: claim(case, first).assignee, lambda: claim(case, second).assignee)

    winner = Submission.objects.get().assignee
    assert winner in (first, second)
    assert {winner, "case_claimed"} == set(outcomes)
    assert Submission.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_colleagues_decision_do_not_cross():
    case = SubmissionFactory()
    first, second = UserFactory(reviewer=True), UserFactory(reviewer=True)

    raced(
        lambda: claim(case, first),
        lambda: decide.approve(submission=case, reviewer=second, channel_number="csms1"),
    )

    case.refresh_from_db()
    assert (case.state, case.assignee) in {("waiting", first), ("decided", second)}
    assert Decision.objects.count() == (case.state == "decided")


@pytest.mark.django_db(transaction=True)
def test_two_urges_are_one():
    case = SubmissionFactory(overdue=True)

    def urge():
        return bool(submissions.urge(submission=case, actor=None).urged_at)

    assert sorted(map(str, raced(urge, urge))) == ["True", "case_urged"]


@pytest.mark.django_db(transaction=True)
def test_withdrawing_twice_moves_once():
    case = SubmissionFactory(of_template=True)
    template = submissions.subject_of(case)

    outcomes = raced(
        *[lambda: templates.withdraw(template=template, actor=None).status for _ in range(3)]
    )

    assert outcomes.count("Pending") == 1
