import pytest

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Decision, Signature, Submission, Template, Transition
from reviews.services import decide, templates
from tests.factories import (
    MembershipFactory,
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
    UserFactory,
)
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return UserFactory(reviewer=True)


def signature_of(case):
    return Signature.objects.get(pk=case.object_id)


def template_of(case):
    return Template.objects.get(pk=case.object_id)


def reject(case, reviewer, **fields):
    fields = {"reason_codes": ["NEUTRAL_SIGNATURE"], "comment": "Name your shop."} | fields
    return decide.reject(submission=case, reviewer=reviewer, **fields)


def test_an_approved_signature_with_a_number_is_usable(reviewer):
    case = SubmissionFactory()

    decision = decide.approve(
        submission=case,
        reviewer=reviewer,
        channel_number="csms100000001",
        comment="fine",
        ip_address="192.0.2.9",
    )

    assert signature_of(case).is_usable
    case.refresh_from_db()
    assert case.state == Submission.State.DECIDED
    assert (decision.outcome, decision.reviewer, decision.comment) == ("approve", reviewer, "fine")
    assert [step.to_status for step in Transition.objects.all()] == [
        "PROCESSING",
        "REVIEW_PROCESSING_COMPLETED",
    ]
    event = AuditEvent.objects.get(verb="approve")
    assert (event.actor, event.ip_address, event.reason) == (reviewer, "192.0.2.9", "fine")
    assert event.before == {"status": "PENDING_REVIEW"}
    assert event.after["status"] == "REVIEW_PROCESSING_COMPLETED"


def test_an_approved_signature_without_a_number_waits_for_it(reviewer):
    case = SubmissionFactory()

    decide.approve(submission=case, reviewer=reviewer)

    signature = signature_of(case)
    assert signature.needs_channel_number
    assert not signature.is_usable


def test_a_number_that_is_taken_leaves_the_case_open(reviewer):
    taken = SignatureFactory(usable=True).channel_number
    case = SubmissionFactory()

    with pytest.raises(Refusal) as refused:
        decide.approve(submission=case, reviewer=reviewer, channel_number=taken)

    assert refused.value.field == "channel_number"
    case.refresh_from_db()
    assert case.is_waiting
    assert signature_of(case).is_pending
    assert not Decision.objects.exists()


def test_approving_a_signature_sends_its_templates_into_review(reviewer):
    case = SubmissionFactory()
    signature = signature_of(case)
    waiting = templates.apply(
        application=signature.application,
        signature=signature,
        type=signature.type,
        name="hello",
        content="您好，欢迎光临",
        variable_attributes=[],
        actor=None,
    )
    other = TemplateFactory(status=Template.Status.SIGN_REVIEWING)

    decide.approve(submission=case, reviewer=reviewer)

    waiting.refresh_from_db()
    other.refresh_from_db()
    assert waiting.status == Template.Status.REVIEWING
    assert Submission.objects.get(kind="template").object_id == waiting.pk
    assert other.status == Template.Status.SIGN_REVIEWING


def test_an_approved_template_has_an_id_and_a_version(reviewer):
    case = SubmissionFactory(of_template=True)

    decide.approve(submission=case, reviewer=reviewer)

    template = template_of(case)
    assert template.is_usable
    assert len(template.template_id) == 32
    assert (template.version.number, template.version.content) == (1, template.content)
    assert template.version.variable_attributes == template.variable_attributes


def test_a_rejection_keeps_reasons_and_comment(reviewer):
    case = SubmissionFactory()

    decision = reject(case, reviewer, reason_codes=["NEUTRAL_SIGNATURE", "IMAGE_UNREADABLE"])

    signature = signature_of(case)
    assert signature.can_modify
    assert decision.reason_codes == ["NEUTRAL_SIGNATURE", "IMAGE_UNREADABLE"]
    assert decision.comment == Transition.objects.get().reason == "Name your shop."
    assert AuditEvent.objects.get().after["reasons"] == decision.reason_codes


def test_a_rejected_template_can_be_changed(reviewer):
    case = SubmissionFactory(of_template=True)

    reject(case, reviewer, reason_codes=["LINK_INVALID"])

    assert template_of(case).can_modify


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason_codes": []}, "reason_codes"),
        ({"reason_codes": ["LINK_INVALID"]}, "reason_codes"),  # a template's reason
        ({"reason_codes": ["NEUTRAL_SIGNATURE", "MADE_UP"]}, "reason_codes"),
        ({"comment": "  "}, "comment"),
    ],
)
def test_a_rejection_needs_known_reasons_and_a_comment(reviewer, fields, field):
    case = SubmissionFactory()

    with pytest.raises(Refusal) as refused:
        reject(case, reviewer, **fields)

    assert refused.value.field == field
    case.refresh_from_db()
    assert case.is_waiting


@pytest.mark.parametrize("state", ["decided", "withdrawn"])
def test_a_closed_case_is_not_decided_again(reviewer, state):
    case = SubmissionFactory(state=state)

    for attempt in (
        lambda: decide.approve(submission=case, reviewer=reviewer),
        lambda: reject(case, reviewer),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "case_closed"
    assert signature_of(case).is_pending


def test_a_stale_copy_of_the_case_is_not_decided_again(reviewer):
    case = SubmissionFactory()
    stale = Submission.objects.get()
    reject(case, reviewer)

    with pytest.raises(Refusal) as refused:
        decide.approve(submission=stale, reviewer=UserFactory(reviewer=True))

    assert refused.value.code == "case_closed"
    assert Decision.objects.get().outcome == "reject"


def test_nobody_decides_on_objects_of_their_own_customer(reviewer):
    case = SubmissionFactory()
    MembershipFactory(customer=case.customer, user=reviewer, role="viewer")
    MembershipFactory(user=UserFactory(reviewer=True))

    for attempt in (
        lambda: decide.approve(submission=case, reviewer=reviewer),
        lambda: reject(case, reviewer),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "own_customer"
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_one_decides():
    case = SubmissionFactory()
    first, second = UserFactory(reviewer=True), UserFactory(reviewer=True)

    outcomes = raced(
        lambda: decide.approve(submission=case, reviewer=first, channel_number="csms1").outcome,
        lambda: reject(case, second).outcome,
    )

    decision = Decision.objects.get()
    assert sorted(outcomes) == sorted([decision.outcome, "case_closed"])
    assert signature_of(case).is_usable == (decision.outcome == "approve")


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_decision_do_not_both_happen():
    case = SubmissionFactory(of_template=True)
    reviewer = UserFactory(reviewer=True)
    template = template_of(case)

    raced(
        lambda: decide.approve(submission=case, reviewer=reviewer).outcome,
        lambda: templates.withdraw(template=template, actor=None).status,
    )

    case.refresh_from_db()
    status = template_of(case).status
    assert (case.state, status) in {("decided", "Adopted"), ("withdrawn", "Pending")}
    assert Decision.objects.count() == (case.state == "decided")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "types", [("NOTIFY_TYPE", "NOTIFY_TYPE"), ("NOTIFY_TYPE", "PROMOTION_TYPE")]
)
def test_two_reviewers_with_the_same_proposed_number(types):
    cases = [SubmissionFactory(subject__type=type) for type in types]
    reviewer = UserFactory(reviewer=True)

    outcomes = raced(
        *(
            lambda case=case: (
                decide.approve(
                    submission=case, reviewer=reviewer, channel_number="csms100000001"
                ).outcome
            )
            for case in cases
        )
    )

    assert sorted(outcomes) == ["approve", "channel_number_taken"]
    assert Signature.objects.usable().count() == 1
    assert Submission.objects.awaiting_review().count() == 1
