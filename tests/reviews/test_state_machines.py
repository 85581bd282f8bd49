"""The three workflows, walked at random on a real database against their transition tables."""

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.errors import Refusal
from reviews.models import Filing, Qualification, Signature, Submission, Template, Transition
from reviews.roles import SENIOR_REVIEWERS
from reviews.services import (
    decide,
    deleting,
    filings,
    qualifications,
    signature_life,
    signatures,
    submissions,
    templates,
)
from reviews.services.qualification_fields import Details
from tests.factories import (
    CustomerFactory,
    QualificationFactory,
    SignatureFactory,
    TemplateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class Workflow(RuleBasedStateMachine):
    """What all three have in common: every action passes or is refused as the table says."""

    model: type
    cases: dict
    """In which status which kind of case is open."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.senior = UserFactory(staff=True, role=SENIOR_REVIEWERS)
        self.subject = self.begin()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def attempt(self, allowed, action):
        before = self.status
        try:
            action()
        except Refusal:
            assert not allowed, f"refused from {before}"
            assert self.status == before
        else:
            assert allowed, f"accepted from {before}"

    @property
    def status(self):
        return self.model.every.get(pk=self.subject.pk).status

    @property
    def row(self):
        return self.model.every.get(pk=self.subject.pk)

    @property
    def is_there(self):
        return self.row.deleted_at is None

    @property
    def latest(self):
        return submissions.cases_of(self.subject).order_by("id").last()

    def is_open(self):
        return self.latest.is_waiting

    def approve(self, **fields):
        decide.approve(submission=self.latest, reviewer=self.senior, **fields)

    def reject(self, reason):
        decide.reject(
            submission=self.latest, reviewer=self.senior, reason_codes=[reason], comment="no"
        )

    def reopen(self):
        decide.reopen(submission=self.latest, reviewer=self.senior, reason="once more")

    @invariant()
    def the_log_is_an_unbroken_walk_through_the_table(self):
        kind = self.model._meta.model_name
        steps = Transition.objects.filter(kind=kind, object_id=self.subject.pk).order_by("id")
        walked = [(step.from_status, step.to_status) for step in steps]
        here = self.first
        for origin, target in walked:
            assert origin == here
            assert target in self.model.NEXT[origin]
            here = target
        assert self.status == here

    @invariant()
    def a_case_is_open_when_somebody_has_to_decide(self):
        waiting = submissions.cases_of(self.subject).filter(state="waiting")
        expected = [self.cases[self.status]] if self.status in self.cases and self.is_there else []
        assert list(waiting.values_list("kind", flat=True)) == expected


class SignatureWorkflow(Workflow):
    model = Signature
    first = "PENDING_REVIEW"
    cases = {
        "PENDING_REVIEW": "signature",
        "PENDING_ACTIVATE": "activation",
        "REVIEW_PASSED_QUALIFICATION_PROCESSING": "supplement",
    }
    REOPENABLE = {
        ("signature", "REVIEW_NOT_PASS"),
        ("signature", "PROCESSING"),
        ("activation", "TO_BE_ACTIVATED"),
        ("supplement", "REVIEW_PASSED"),
    }

    def begin(self):
        signature = SignatureFactory()
        submissions.open_case(signature, actor=None)
        self.paper = QualificationFactory(approved=True, customer=signature.customer)
        return signature

    @rule(number=st.booleans())
    def approves(self, number):
        fields = {"channel_number": "csms1"} if number and self.status == "PENDING_REVIEW" else {}
        self.attempt(self.is_there and self.is_open(), lambda: self.approve(**fields))

    @rule()
    def rejects(self):
        kind = self.latest.kind
        reason = "FIELDS_DIFFER_FROM_CERTIFICATE" if kind == "supplement" else "NEUTRAL_SIGNATURE"
        self.attempt(self.is_there and self.is_open(), lambda: self.reject(reason))

    @rule()
    def reopens(self):
        allowed = (self.latest.kind, self.status) in self.REOPENABLE
        allowed = allowed and self.latest.state == Submission.State.DECIDED
        self.attempt(allowed and self.is_there, self.reopen)

    @precondition(lambda self: self.is_there)
    @rule()
    def resubmits(self):
        self.attempt(
            self.status == "REVIEW_NOT_PASS",
            lambda: signatures.resubmit(
                signature=self.subject,
                name="云上商城",
                type="NOTIFY_TYPE",
                source=0,
                is_third_party=False,
                description="",
                actor=None,
            ),
        )

    @precondition(lambda self: self.is_there)
    @rule()
    def assigns_a_number(self):
        self.attempt(
            self.status == "PROCESSING",
            lambda: signatures.assign_channel_number(
                signature=self.subject, channel_number="csms1", actor=None
            ),
        )

    @precondition(lambda self: self.is_there)
    @rule()
    def expires(self):
        self.attempt(
            self.status == "REVIEW_PROCESSING_COMPLETED",
            lambda: signature_life.expire_retention(signature=self.subject, reason="arrears"),
        )

    @precondition(lambda self: self.is_there)
    @rule()
    def activates(self):
        self.attempt(
            self.status == "TO_BE_ACTIVATED",
            lambda: signature_life.activate(signature=self.subject, actor=None),
        )

    @precondition(lambda self: self.is_there)
    @rule()
    def supplements(self):
        self.attempt(
            self.row.can_supplement,
            lambda: signature_life.supplement(
                signature=self.subject, qualification=self.paper, actor=None
            ),
        )

    @precondition(lambda self: self.is_there)
    @rule(status=st.sampled_from(Filing.Status.values), index=st.integers(0, 3))
    def files(self, status, index):
        filing = filings.begin(self.row)[index]
        filings.record(filing=filing, status=status, reason="because", actor=self.senior)

    @precondition(lambda self: self.is_there and self.status == "REVIEW_NOT_PASS")
    @rule()
    def deletes(self):
        deleting.delete_signature(signature=self.row, actor=None)

    @invariant()
    def usable_is_processed_with_a_number(self):
        signature = self.row
        assert signature.is_usable == (
            signature.status in Signature.USABLE and signature.channel_number != ""
        )
        if signature.status == "REVIEW_PROCESSING_COMPLETED":
            assert signature.channel_number == "csms1"


class LegacySignatureWorkflow(SignatureWorkflow):
    first = "REVIEW_PASSED"

    def begin(self):
        signature = SignatureFactory(status="REVIEW_PASSED", channel_number="csms1")
        self.paper = QualificationFactory(approved=True, customer=signature.customer)
        case = submissions.open_case(signature, actor=None, kind="supplement")
        Submission.objects.filter(pk=case.pk).update(state=Submission.State.WITHDRAWN)
        return signature


class TemplateWorkflow(Workflow):
    model = Template
    first = "Reviewing"
    cases = {"Reviewing": "template"}

    def begin(self):
        template = TemplateFactory()
        submissions.open_case(template, actor=None)
        return template

    def step(self, service, allowed, **fields):
        self.attempt(
            self.status in allowed, lambda: service(template=self.row, actor=None, **fields)
        )

    @rule()
    def approves(self):
        self.attempt(self.is_open(), self.approve)

    @rule()
    def rejects(self):
        self.attempt(self.is_open(), lambda: self.reject("LINK_INVALID"))

    @rule()
    def reopens(self):
        decided = self.latest.state == Submission.State.DECIDED
        self.attempt(decided and self.status == "Reject" and self.is_there, self.reopen)

    @precondition(lambda self: self.is_there)
    @rule()
    def withdraws(self):
        self.step(templates.withdraw, {"Reviewing", "SignReviewing"})

    @precondition(lambda self: self.is_there)
    @rule()
    def submits(self):
        self.step(templates.submit, {"Pending"})

    @precondition(lambda self: self.is_there)
    @rule()
    def disables(self):
        self.step(templates.disable, {"Adopted"})

    @precondition(lambda self: self.is_there)
    @rule()
    def renames(self):
        self.step(templates.rename, {"Adopted"}, name="another name")

    @precondition(lambda self: self.is_there)
    @rule()
    def deactivates(self):
        self.attempt(
            self.status == "Adopted",
            lambda: templates.deactivate(template=self.row, reason="carriers", actor=self.senior),
        )

    @precondition(lambda self: self.is_there)
    @rule(content=st.sampled_from(["您的订单${1}已发货。", "您的包裹${1}已到达。"]))
    def resubmits(self, content):
        self.step(
            templates.resubmit,
            {"Reject", "Pending", "Disable"},
            signature=None,
            type="NOTIFY_TYPE",
            name="shipped",
            content=content,
            variable_attributes=[{"name": "1", "attribute": "CHARDIGIT"}],
        )

    @precondition(lambda self: self.is_there and self.status == "Adopted_inactive")
    @rule()
    def deletes(self):
        deleting.delete_template(template=self.row, actor=None)

    @invariant()
    def an_approved_template_has_an_id_and_the_text_that_was_approved(self):
        template = self.row
        if template.is_usable:
            assert template.template_id
            assert template.version.content == template.content
        numbers = list(template.versions.order_by("id").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


class QualificationWorkflow(Workflow):
    model = Qualification
    first = "PENDING_REVIEW"
    cases = {"PENDING_REVIEW": "qualification"}

    def begin(self):
        qualification = QualificationFactory(customer=CustomerFactory())
        for kind in ("certificate", "id_front", "id_back", "id_in_hand"):
            qualification.evidence.create(
                customer=qualification.customer,
                kind=kind,
                file=f"{kind}.bin",
                file_name="paper.png",
                size=1,
            )
        submissions.open_case(qualification, actor=None)
        return qualification

    @rule()
    def approves(self):
        self.attempt(self.is_open(), self.approve)

    @rule()
    def rejects(self):
        self.attempt(self.is_open(), lambda: self.reject("LICENCE_UNREADABLE"))

    @rule()
    def reopens(self):
        decided = self.latest.state == Submission.State.DECIDED
        allowed = decided and self.status in ("APPROVED", "REJECTED") and self.is_there
        self.attempt(allowed, self.reopen)

    @precondition(lambda self: self.is_there)
    @rule()
    def withdraws(self):
        self.attempt(
            self.status == "PENDING_REVIEW",
            lambda: qualifications.withdraw(qualification=self.subject, actor=None),
        )

    @precondition(lambda self: self.is_there)
    @rule()
    def resubmits(self):
        details = {field: getattr(self.row, field) for field in Details.__dataclass_fields__}
        self.attempt(
            self.status in ("REJECTED", "WITHDRAWN"),
            lambda: qualifications.resubmit(
                qualification=self.subject, details=Details(**details), actor=None
            ),
        )

    @precondition(lambda self: self.is_there and self.status == "WITHDRAWN")
    @rule()
    def deletes(self):
        qualifications.delete(qualification=self.subject, actor=None)


@pytest.mark.parametrize(
    ("machine", "filing"),
    [
        (SignatureWorkflow, False),
        (SignatureWorkflow, True),
        (LegacySignatureWorkflow, True),
        (TemplateWorkflow, False),
        (QualificationWorkflow, False),
    ],
)
def test_no_walk_leaves_the_table(machine, filing):
    walks = hypothesis_settings(max_examples=20, stateful_step_count=25, deadline=None)
    with override_settings(SMS_REQUIRE_FILING=filing):
        run_state_machine_as_test(machine, settings=walks)
