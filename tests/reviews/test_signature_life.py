import pytest

from common.errors import Refusal
from reviews.models import Filing, Signature, Submission, Transition
from reviews.services import decide, filings, signature_life, signatures
from tests.factories import MembershipFactory, QualificationFactory, SignatureFactory, UserFactory

pytestmark = pytest.mark.django_db

Status = Signature.Status


@pytest.fixture
def reviewer():
    return UserFactory(reviewer=True)


@pytest.fixture
def filing_required(settings):
    settings.SMS_REQUIRE_FILING = True


def case_about(signature, kind):
    return Submission.objects.get(kind=kind, object_id=signature.pk, state="waiting")


def reject(case, reviewer, reason="NEUTRAL_SIGNATURE"):
    decide.reject(submission=case, reviewer=reviewer, reason_codes=[reason], comment="No.")


def fill(signature, status, reviewer, carriers=Filing.Carrier.values, reason=""):
    for filing in filings.begin(signature):
        if filing.carrier in carriers:
            filings.record(filing=filing, status=status, reason=reason, actor=reviewer)
    signature.refresh_from_db()
    return signature


def registering():
    signature = SignatureFactory(status=Status.PROCESSING)
    return signatures.assign_channel_number(
        signature=signature, channel_number="csms100000001", actor=None
    )


class TestActivation:
    def test_retention_takes_it_out_of_use(self):
        signature = signature_life.expire_retention(
            signature=SignatureFactory(usable=True), reason="in arrears for 30 days"
        )

        assert (signature.status, signature.is_usable) == (Status.TO_BE_ACTIVATED, False)
        assert Transition.objects.get().reason == "in arrears for 30 days"

    def test_retention_ends_no_review_of_an_activation(self):
        signature = SignatureFactory(status=Status.TO_BE_ACTIVATED, channel_number="csms9")
        signature_life.activate(signature=signature, reason="paid", actor=None)

        with pytest.raises(Refusal) as refusal:
            signature_life.expire_retention(signature=signature, reason="arrears")
        assert refusal.value.code == "status_step"
        signature.refresh_from_db()
        assert signature.status == Status.PENDING_ACTIVATE

    def test_an_approved_activation_makes_it_usable_again(self, reviewer):
        signature = SignatureFactory(status=Status.TO_BE_ACTIVATED, channel_number="csms9")
        signature_life.activate(signature=signature, reason="paid", actor=None)
        case = case_about(signature, "activation")
        assert case.snapshot["channel_number"] == "csms9"

        decide.approve(submission=case, reviewer=reviewer)

        signature.refresh_from_db()
        assert (signature.status, signature.is_usable) == (Status.REVIEW_PROCESSING_COMPLETED, True)

    def test_a_rejected_activation_can_be_asked_for_again(self, reviewer):
        signature = SignatureFactory(status=Status.TO_BE_ACTIVATED)
        signature_life.activate(signature=signature, actor=None)

        reject(case_about(signature, "activation"), reviewer)

        signature.refresh_from_db()
        assert signature.can_activate
        signature_life.activate(signature=signature, actor=None)
        assert case_about(signature, "activation").attempt == 2

    @pytest.mark.parametrize("status", set(Status.values) - {Status.TO_BE_ACTIVATED.value})
    def test_only_one_out_of_use_is_activated(self, status):
        with pytest.raises(Refusal) as refused:
            signature_life.activate(signature=SignatureFactory(status=status), actor=None)

        assert refused.value.code == "status_step"
        assert not Submission.objects.exists()


class TestSupplement:
    def supplement(self, signature, qualification):
        return signature_life.supplement(
            signature=signature, qualification=qualification, actor=None
        )

    def legacy(self):
        return SignatureFactory(status=Status.REVIEW_PASSED, channel_number="csms8")

    def test_a_match_completes_the_signature(self, reviewer):
        signature = self.legacy()
        qualification = QualificationFactory(approved=True, customer=signature.customer)

        self.supplement(signature, qualification)
        assert Signature.objects.get().status == Status.REVIEW_PASSED_QUALIFICATION_PROCESSING
        decide.approve(submission=case_about(signature, "supplement"), reviewer=reviewer)

        signature.refresh_from_db()
        assert signature.status == Status.REVIEW_PROCESSING_COMPLETED
        assert signature.qualification == qualification

    def test_it_stays_usable_while_it_is_looked_at(self):
        signature = self.legacy()

        self.supplement(signature, QualificationFactory(customer=signature.customer))

        assert Signature.objects.get().is_usable

    def test_no_match_leaves_it_as_it_was(self, reviewer):
        signature = self.legacy()
        self.supplement(signature, QualificationFactory(customer=signature.customer))

        reject(case_about(signature, "supplement"), reviewer, "FIELDS_DIFFER_FROM_CERTIFICATE")

        signature.refresh_from_db()
        assert signature.status == Status.REVIEW_PASSED

    def test_the_qualification_is_decided_first(self, reviewer):
        signature = self.legacy()
        self.supplement(signature, QualificationFactory(customer=signature.customer))

        with pytest.raises(Refusal, match="Decide on that first"):
            decide.approve(submission=case_about(signature, "supplement"), reviewer=reviewer)

        assert case_about(signature, "supplement").is_waiting

    def test_a_processed_signature_needs_none(self):
        signature = SignatureFactory(usable=True)

        with pytest.raises(Refusal):
            self.supplement(
                signature, QualificationFactory(approved=True, customer=signature.customer)
            )


class TestFiling:
    def test_by_default_a_number_is_enough(self):
        assert registering().is_usable

    def test_where_it_is_required_the_number_is_not(self, filing_required):
        signature = registering()

        assert (signature.status, signature.is_usable) == (Status.REAL_NAME_REGISTRATING, False)
        assert signature.filings.count() == 4

    def test_all_carriers_make_it_usable(self, filing_required, reviewer):
        signature = registering()

        fill(signature, "OK", reviewer, ["MOBILE", "UNICOM", "TELECOM"])
        assert not signature.is_usable
        fill(signature, "OK", reviewer, ["BROADNET"])

        assert signature.status == Status.REVIEW_PROCESSING_COMPLETED

    def test_one_carrier_may_be_enough(self, filing_required, reviewer, settings):
        settings.SMS_FILING_ANY_CARRIER = True

        assert fill(registering(), "OK", reviewer, ["UNICOM"]).is_usable

    def test_a_failure_counts_once_every_carrier_answered(self, filing_required, reviewer):
        signature = registering()

        fill(signature, "FAILED", reviewer, ["MOBILE"], reason="the seal is missing")
        assert signature.status == Status.REAL_NAME_REGISTRATING
        fill(signature, "OK", reviewer, ["UNICOM", "TELECOM", "BROADNET"])

        assert signature.status == Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL

    def test_filing_again_after_a_failure(self, filing_required, reviewer):
        signature = registering()
        fill(signature, "FAILED", reviewer, reason="the seal is missing")
        assert signature.status == Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL

        fill(signature, "SUBMITTED", reviewer, ["MOBILE"])
        assert signature.status == Status.REVIEW_PASSED_REAL_NAME_REGISTRATING
        fill(signature, "OK", reviewer)

        assert signature.status == Status.REVIEW_PROCESSING_COMPLETED
        assert set(signature.filings.values_list("reason", flat=True)) == {""}

    def test_an_activated_signature_is_filed_anew(self, filing_required, reviewer):
        signature = fill(registering(), "OK", reviewer)
        signature_life.expire_retention(signature=signature, reason="arrears")
        signature_life.activate(signature=signature, actor=None)

        decide.approve(submission=case_about(signature, "activation"), reviewer=reviewer)

        signature.refresh_from_db()
        assert signature.status == Status.REVIEW_PASSED_REAL_NAME_REGISTRATING
        assert set(signature.filings.values_list("status", flat=True)) == {"NOT_SUBMITTED"}

    def test_the_days_are_kept(self, reviewer):
        signature = SignatureFactory(usable=True)
        filing = filings.begin(signature)[0]

        filing = filings.record(filing=filing, status="SUBMITTED", actor=reviewer)
        assert filing.submitted_on
        assert filing.answered_on is None
        filing = filings.record(filing=filing, status="OK", actor=reviewer)

        assert filing.answered_on
        assert filing.changed_by == reviewer

    @pytest.mark.parametrize(("status", "field"), [("FAILED", "reason"), ("DONE", "status")])
    def test_what_a_filing_refuses(self, reviewer, status, field):
        filing = filings.begin(SignatureFactory(usable=True))[0]

        with pytest.raises(Refusal) as refused:
            filings.record(filing=filing, status=status, actor=reviewer)

        assert refused.value.field == field

    def test_it_is_for_reviewers_who_are_strangers_to_the_customer(self, reviewer):
        signature = SignatureFactory(usable=True)
        filing = filings.begin(signature)[0]
        MembershipFactory(customer=signature.customer, user=reviewer)

        for actor, code in ((reviewer, "own_customer"), (UserFactory(staff=True), "no_permission")):
            with pytest.raises(Refusal) as refused:
                filings.record(filing=filing, status="OK", actor=actor)
            assert refused.value.code == code
