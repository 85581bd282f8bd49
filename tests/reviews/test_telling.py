import pytest

from customers.models import Notice
from reviews.models import Signature
from reviews.roles import OPERATIONS_LEADS, SENIOR_REVIEWERS
from reviews.services import decide, quotas, signature_life, submissions, templates
from tests.factories import (
    ApplicationFactory,
    QualificationFactory,
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signature_case():
    return SubmissionFactory()


def template_case():
    return SubmissionFactory(of_template=True)


def qualification_case():
    return submissions.open_case(QualificationFactory(), actor=None)


def activation_case():
    signature = SignatureFactory(status=Signature.Status.TO_BE_ACTIVATED)
    signature_life.activate(signature=signature, actor=None)
    return submissions.open_case_of(signature)


def supplement_case():
    signature = SignatureFactory(status=Signature.Status.REVIEW_PASSED)
    qualification = QualificationFactory(customer=signature.customer, approved=True)
    signature_life.supplement(signature=signature, qualification=qualification, actor=None)
    return submissions.open_case_of(signature)


def quota_case():
    application = ApplicationFactory()
    request = quotas.request_quota(
        customer=application.customer,
        application=application,
        resource="signatures",
        wanted=300,
        reason="more shops",
        actor=None,
    )
    return submissions.open_case_of(request)


CASES = {
    signature_case: ("signature_approved", "signature_rejected", "NEUTRAL_SIGNATURE"),
    template_case: ("template_approved", "template_rejected", "LINK_INVALID"),
    qualification_case: ("qualification_approved", "qualification_rejected", "LETTER_INVALID"),
    activation_case: ("signature_activated", "signature_not_activated", "NEUTRAL_SIGNATURE"),
    supplement_case: ("supplement_approved", "supplement_rejected", "LETTER_INVALID"),
    quota_case: ("quota_granted", "quota_refused", None),
}


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("is_approved", [True, False])
def test_the_customer_is_told_every_decision(make, is_approved):
    case, (approved, rejected, reason) = make(), CASES[make]
    lead = UserFactory(staff=True, role=OPERATIONS_LEADS)

    if is_approved:
        decide.approve(submission=case, reviewer=lead, comment="well done")
    else:
        codes = [reason] if reason else []
        decide.reject(submission=case, reviewer=lead, reason_codes=codes, comment="not so")

    notice = Notice.objects.get()
    assert (notice.customer, notice.event) == (case.customer, approved if is_approved else rejected)
    assert notice.object_id == submissions.subject_of(case).public_id
    assert notice.params["comment"] == ("well done" if is_approved else "not so")


def test_the_customer_is_told_that_a_template_is_out_of_use():
    template = TemplateFactory(adopted=True)

    templates.deactivate(
        template=template,
        reason="carriers refuse it",
        actor=UserFactory(staff=True, role=SENIOR_REVIEWERS),
    )

    notice = Notice.objects.get()
    assert (notice.event, notice.params["name"]) == ("template_deactivated", template.name)
