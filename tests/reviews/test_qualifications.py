from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Evidence, Qualification, Signature, Submission, Transition
from reviews.services import decide, qualifications, signatures
from reviews.services.qualification_fields import Details, first_day_allowed
from tests.factories import (
    ApplicationFactory,
    CustomerFactory,
    QualificationFactory,
    SignatureFactory,
    UserFactory,
)
from tests.reviews.papers import pdf, upload, uploads
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db

GOOD = Details(
    name="云上商城",
    purpose="self_use",
    enterprise_name="云上商城有限公司",
    enterprise_type="enterprise",
    certificate_type="business_licence",
    credit_code=" 91350100m000100y43 ",
    legal_person="示例甲",
    legal_person_id_number="11010519491231002x",
    administrator_role="handler",
    administrator="示例乙",
    administrator_id_number="11010519491231002X",
    administrator_mobile="13800138000",
)
THIRD_PARTY = replace(GOOD, purpose="third_party", authorization_until=date(2027, 12, 31))


@pytest.fixture(autouse=True)
def _private_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def apply(customer=None, details=GOOD, papers=None):
    return qualifications.apply(
        customer=customer or CustomerFactory(),
        details=details,
        uploads=uploads() if papers is None else papers,
        actor=None,
    )


def resubmit(qualification, details=GOOD, papers=()):
    return qualifications.resubmit(
        qualification=qualification, details=details, uploads=papers, actor=None
    )


def case_of(qualification):
    return Submission.objects.get(kind="qualification", object_id=qualification.pk, state="waiting")


def approve(qualification):
    reviewer = UserFactory(reviewer=True)
    decide.approve(submission=case_of(qualification), reviewer=reviewer)
    qualification.refresh_from_db()
    return qualification


def reject(qualification):
    decide.reject(
        submission=case_of(qualification),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["LICENCE_UNREADABLE"],
        comment="Scan it again.",
    )
    qualification.refresh_from_db()
    return qualification


def test_it_waits_for_review_two_workdays(time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)  # Monday 10:00

    qualification = apply()

    case = case_of(qualification)
    assert qualification.is_pending
    assert qualification.credit_code == "91350100M000100Y43"
    assert case.due_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday 10:00
    assert [paper["kind"] for paper in case.snapshot["evidence"]] == [
        "certificate",
        "id_front",
        "id_back",
        "id_in_hand",
    ]
    assert Transition.objects.get().to_status == "PENDING_REVIEW"


def test_personal_numbers_are_encrypted_and_stand_nowhere_else():
    qualification = apply()

    with connection.cursor() as cursor:
        cursor.execute("SELECT q::text FROM reviews_qualification q")
        (row,) = cursor.fetchone()
    kept = [row, str(case_of(qualification).snapshot)]
    kept += [str(event.after) for event in AuditEvent.objects.all()]
    for text in kept:
        assert "11010519491231002X" not in text
        assert "13800138000" not in text
    assert qualification.administrator_mobile == "13800138000"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 33),
        ("name", "云上 商城"),
        ("name", "云上-商城"),
        ("purpose", "both"),
        ("enterprise_name", " "),
        ("enterprise_type", "club"),
        ("certificate_type", "diploma"),
        ("credit_code", "91350100M000100Y44"),
        ("legal_person", ""),
        ("legal_person_id_number", "123"),
        ("administrator_role", "friend"),
        ("administrator", "a" * 65),
        ("administrator_id_number", "110105194912310021"),
        ("administrator_mobile", "12345678901"),
        ("administrator_mobile", "+8613800138000"),
        ("authorization_until", date(2030, 1, 1)),  # self-use has no letter
        ("remarks", "x" * 501),
    ],
)
def test_a_refusal_names_the_field_and_stores_nothing(field, value):
    with pytest.raises(Refusal) as refused:
        apply(details=replace(GOOD, **{field: value}))

    assert refused.value.field == field
    assert not Qualification.every.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("number", ["E12345678", "H0123456789"])
def test_a_legal_person_from_abroad_has_a_passport(number):
    assert apply(
        details=replace(GOOD, legal_person_id_type="passport", legal_person_id_number=number)
    ).pk


@pytest.mark.parametrize("missing", ["certificate", "id_front", "id_back", "id_in_hand"])
def test_every_paper_is_needed(missing):
    papers = [paper for paper in uploads() if paper.kind != missing]

    with pytest.raises(Refusal, match="is missing") as refused:
        apply(papers=papers)

    assert (refused.value.code, refused.value.field) == ("evidence_missing", missing)


def test_a_bad_paper_undoes_everything(tmp_path):
    with pytest.raises(Refusal):
        apply(papers=[*uploads(), upload(Evidence.Kind.OTHER, b"<svg/>")])

    assert not Qualification.every.exists()
    assert not Evidence.objects.exists()
    assert not list(tmp_path.rglob("*.bin"))


def test_third_party_use_needs_the_letter():
    with pytest.raises(Refusal) as refused:
        apply(details=THIRD_PARTY)
    assert refused.value.field == "authorization"

    letter = upload(Evidence.Kind.AUTHORIZATION, pdf(), "letter.pdf")
    assert apply(details=THIRD_PARTY, papers=[*uploads(), letter]).is_third_party


def test_the_letter_lasts_six_months(time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)
    papers = uploads(Evidence.Kind.AUTHORIZATION)

    for until in (None, date(2027, 5, 22)):
        with pytest.raises(Refusal, match="2027-05-23") as refused:
            apply(details=replace(THIRD_PARTY, authorization_until=until), papers=papers)
        assert refused.value.field == "authorization_until"
    assert apply(
        details=replace(THIRD_PARTY, authorization_until=date(2027, 5, 23)),
        papers=uploads(Evidence.Kind.AUTHORIZATION),
    ).pk


@pytest.mark.parametrize(
    ("today", "earliest"),
    [
        (date(2026, 6, 30), date(2026, 12, 28)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_six_months_from_a_day(today, earliest):
    assert first_day_allowed(today) == earliest


def test_a_name_is_used_once_per_customer():
    first = apply()

    with pytest.raises(Refusal) as refused:
        apply(first.customer)

    assert (refused.value.code, refused.value.field) == ("qualification_duplicate", "name")
    assert apply().pk


def test_a_customer_out_of_service_files_nothing():
    with pytest.raises(Refusal):
        apply(CustomerFactory(frozen=True))


def test_a_rejected_one_is_changed_and_submitted_again():
    qualification = reject(apply())
    assert qualification.can_modify

    changed = resubmit(qualification, replace(GOOD, enterprise_name="云上商城股份公司"))

    assert changed.is_pending
    assert case_of(changed).attempt == 2
    assert case_of(changed).snapshot["enterprise_name"] == "云上商城股份公司"


def test_a_new_paper_replaces_the_old_one():
    qualification = reject(apply())
    before = set(qualification.evidence.values_list("sha256", "kind", "id"))

    resubmit(qualification, papers=[upload(Evidence.Kind.CERTIFICATE, name="sealed.png")])

    after = set(qualification.evidence.values_list("sha256", "kind", "id"))
    assert len(before & after) == 3
    assert qualification.evidence.get(kind="certificate").file_name == "sealed.png"


def test_the_purpose_stays():
    qualification = reject(apply())

    with pytest.raises(Refusal) as refused:
        resubmit(qualification, THIRD_PARTY)

    assert refused.value.field == "purpose"


def test_a_withdrawn_one_is_submitted_again():
    qualification = qualifications.withdraw(qualification=apply(), actor=None)

    assert qualification.status == Qualification.Status.WITHDRAWN
    assert Submission.objects.get().state == Submission.State.WITHDRAWN
    assert resubmit(qualification).is_pending


def test_a_pending_or_approved_one_is_not_changed():
    qualification = apply()
    with pytest.raises(Refusal):
        resubmit(qualification)

    approve(qualification)

    for attempt in (
        lambda: resubmit(qualification, papers=[upload(Evidence.Kind.AUTHORIZATION)]),
        lambda: qualifications.withdraw(qualification=qualification, actor=None),
    ):
        with pytest.raises(Refusal):
            attempt()


def test_one_that_a_signature_uses_is_not_deleted():
    qualification = QualificationFactory(approved=True)
    signature = SignatureFactory(
        application__customer=qualification.customer, qualification=qualification
    )

    with pytest.raises(Refusal, match=signature.name) as refused:
        qualifications.delete(qualification=qualification, actor=None)

    assert refused.value.code == "qualification_in_use"


def test_a_pending_one_is_withdrawn_before_it_is_deleted():
    qualification = apply()

    with pytest.raises(Refusal, match="Withdraw it"):
        qualifications.delete(qualification=qualification, actor=None)

    qualifications.withdraw(qualification=qualification, actor=None)
    qualifications.delete(qualification=qualification, actor=None)

    assert not Qualification.objects.exists()
    gone = Qualification.every.get()
    assert (gone.administrator_mobile, gone.administrator_id_number) == ("", "")
    assert not Evidence.objects.exists()
    assert apply(qualification.customer).pk


class TestSignaturesOfQualifications:
    def sign(self, bound, **fields):
        fields = {
            "application": ApplicationFactory(customer=bound.customer),
            "name": "云上商城",
            "type": "NOTIFY_TYPE",
            "source": 0,
            "qualification": bound,
            "actor": None,
        } | fields
        return signatures.apply(**fields)

    def test_a_signature_waits_for_its_qualification_first(self):
        qualification = apply()

        signature = self.sign(qualification)

        assert signature.status == Signature.Status.PENDING_QUALIFICATION_REVIEW
        assert not Submission.objects.filter(kind="signature").exists()

    def test_its_approval_opens_the_signatures_case(self):
        qualification = apply()
        signature = self.sign(qualification)

        approve(qualification)

        signature.refresh_from_db()
        assert signature.is_pending
        case = Submission.objects.get(kind="signature")
        assert (case.object_id, case.snapshot["qualification"]) == (signature.pk, "云上商城")

    def test_its_rejection_sends_the_signature_back(self):
        qualification = apply()
        signature = self.sign(qualification)

        reject(qualification)

        signature.refresh_from_db()
        assert signature.can_modify
        assert Transition.objects.filter(kind="signature").last().reason == "Scan it again."

    def test_with_an_approved_one_it_goes_straight_to_review(self):
        assert self.sign(QualificationFactory(approved=True)).is_pending

    @pytest.mark.parametrize("is_third_party", [True, False])
    def test_third_party_rights_and_purpose_must_agree(self, is_third_party):
        qualification = QualificationFactory(approved=True, third_party=not is_third_party)

        with pytest.raises(Refusal) as refused:
            self.sign(qualification, is_third_party=is_third_party)

        assert (refused.value.code, refused.value.field) == (
            "qualification_purpose",
            "qualification",
        )

    @pytest.mark.parametrize("status", ["REJECTED", "WITHDRAWN"])
    def test_a_rejected_or_withdrawn_one_is_not_bound(self, status):
        with pytest.raises(Refusal) as refused:
            self.sign(QualificationFactory(status=status))

        assert refused.value.code == "qualification_not_approved"

    def test_a_strangers_qualification_is_unknown(self):
        stranger = ApplicationFactory()

        with pytest.raises(Refusal) as refused:
            self.sign(QualificationFactory(approved=True), application=stranger)

        assert refused.value.code == "qualification_unknown"

    def test_a_real_installation_asks_for_one(self, settings):
        settings.SMS_REQUIRE_QUALIFICATION = True

        with pytest.raises(Refusal) as refused:
            self.sign(QualificationFactory(), qualification=None)

        assert (refused.value.code, refused.value.field) == (
            "qualification_missing",
            "qualification",
        )


@pytest.mark.django_db(transaction=True)
def test_an_application_beside_the_approval_is_not_left_waiting():
    qualification = apply()
    case = case_of(qualification)
    reviewer = UserFactory(reviewer=True)
    application = ApplicationFactory(customer=qualification.customer)

    raced(
        lambda: decide.approve(submission=case, reviewer=reviewer),
        lambda: signatures.apply(
            application=application,
            name="云上商城",
            type="NOTIFY_TYPE",
            source=0,
            qualification=qualification,
            actor=None,
        ),
    )

    assert Signature.objects.get().is_pending
    assert Submission.objects.get(kind="signature").is_waiting
