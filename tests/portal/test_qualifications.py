"""Qualifications: filing, correcting, withdrawing and deleting them in the portal."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import AuditEvent, Customer
from reviews.models import Evidence, Qualification, Submission
from reviews.services import decide
from tests.factories import QualificationFactory, SignatureFactory, UserFactory
from tests.reviews.papers import jpeg, pdf, png

from .conftest import Visitor

CREATE = reverse("portal:qualification-create")
LIST = reverse("portal:qualification-list")
FIELDS = reverse("portal:qualification-fields")
ID_NUMBER = "11010519491231002X"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
PAPERS = ("certificate", "id_front", "id_back", "id_in_hand")


@pytest.fixture(autouse=True)
def _private_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def picture(content: bytes | None = None, name: str = "paper.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if content is None else content)


def papers(**others: SimpleUploadedFile) -> dict[str, SimpleUploadedFile]:
    return {kind: picture() for kind in PAPERS} | others


@pytest.fixture
def values() -> dict[str, object]:
    return {
        "purpose": "self_use",
        "name": "云上商城",
        "enterprise_name": "云上商城有限公司",
        "enterprise_type": "enterprise",
        "certificate_type": "business_licence",
        "credit_code": "91350100M000100Y43",
        "legal_person": "示例甲",
        "legal_person_id_type": "resident",
        "legal_person_id_number": ID_NUMBER,
        "administrator_role": "handler",
        "administrator": "示例乙",
        "administrator_id_number": ID_NUMBER,
        "administrator_mobile": "13800138000",
        "remarks": "Signatures of two apps",
    }


@pytest.fixture
def filed(owner: Visitor, customer: Customer, values: dict[str, object]) -> Qualification:
    owner.post(CREATE, values | papers())
    return customer.qualifications.get()


def case_of(qualification: Qualification) -> Submission:
    return Submission.objects.get(kind="qualification", object_id=qualification.pk, state="waiting")


@pytest.fixture
def rejected(filed: Qualification) -> Qualification:
    decide.reject(
        submission=case_of(filed),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["LICENCE_UNREADABLE"],
        comment="Scan it again.",
    )
    filed.refresh_from_db()
    return filed


def address(name: str, qualification: Qualification) -> str:
    return reverse(f"portal:qualification-{name}", args=[qualification.public_id])


def detail_of(qualification: Qualification) -> str:
    return address("detail", qualification)


def kept(values: dict[str, object]) -> dict[str, object]:
    """The form as it comes back: the numbers are not shown again, so they come back empty."""
    numbers = ("legal_person_id_number", "administrator_id_number", "administrator_mobile")
    return values | dict.fromkeys(numbers, "")


def test_filing_opens_a_review_with_its_papers(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    response = owner.post(CREATE, values | papers())
    qualification = customer.qualifications.get()
    assert (response.status_code, response.url) == (302, detail_of(qualification))
    assert set(qualification.evidence.values_list("kind", flat=True)) == set(PAPERS)
    page = owner.get(detail_of(qualification)).content.decode()
    assert "Under review. Expect the decision by" in page
    assert "Certificate of the enterprise" in page


def test_personal_numbers_are_masked_on_every_page(owner: Visitor, rejected: Qualification):
    for name in ("detail", "edit"):
        page = owner.get(address(name, rejected)).content.decode()
        assert "1***************2X" in page
        assert "138****8000" in page
        assert ID_NUMBER not in page
        assert "13800138000" not in page


def test_the_purpose_decides_what_is_asked(owner: Visitor):
    self_use = owner.get(FIELDS, data={"purpose": "self_use"}).content.decode()
    assert "authorization" not in self_use.replace("No letter of authorization is needed", "")
    third_party = owner.get(FIELDS, data={"purpose": "third_party"}).content.decode()
    assert 'name="authorization"' in third_party
    assert 'name="authorization_until"' in third_party
    assert reverse("portal:qualification-letter") in third_party


def test_third_party_use_needs_the_letter_and_its_last_day(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    values |= {"purpose": "third_party"}
    response = owner.post(CREATE, values | papers())
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"authorization", "authorization_until"}
    values |= {"authorization_until": (timezone.localdate() + timedelta(days=30)).isoformat()}
    letter = papers(authorization=SimpleUploadedFile("letter.pdf", pdf()))
    response = owner.post(CREATE, values | letter)
    assert "must last 6 months" in response.content.decode()
    values |= {"authorization_until": (timezone.localdate() + timedelta(days=400)).isoformat()}
    letter["authorization"].seek(0)
    assert owner.post(CREATE, values | papers(authorization=letter["authorization"])).url
    assert customer.qualifications.get().is_third_party


def test_the_letter_names_the_authorized_party(owner: Visitor, customer: Customer):
    page = owner.get(reverse("portal:qualification-letter")).content.decode()
    assert customer.name in page
    assert "Seal of the authorizing party" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "my company!", "The qualification name does not fit"),
        ("credit_code", "91350100M000100Y44", "This is no unified social credit code"),
        ("administrator_id_number", "110105194912310021", "This is no identity number"),
        ("administrator_mobile", "12345", "This is no mobile number"),
        ("legal_person", "", "This field is required"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field_with_nothing_typed_lost(
    field: str, value: str, sentence: str, owner: Visitor, values: dict[str, object]
):
    response = owner.post(CREATE, values | {field: value} | papers())
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in page
    assert "Signatures of two apps" in page
    assert 'value="云上商城有限公司"' in page
    assert "please choose them again" in page
    assert not Qualification.objects.exists()


def test_every_missing_paper_is_named_at_once(owner: Visitor, values: dict[str, object]):
    response = owner.post(CREATE, values | {"certificate": picture()})
    assert set(response.context["form"].errors) == {"id_front", "id_back", "id_in_hand"}


BAD_PAPERS = {
    "svg named png": ("certificate", "scan.png", SVG, "no JPG, PNG, GIF or PDF"),
    "text named jpg": ("certificate", "scan.jpg", b"hello", "no JPG, PNG, GIF or PDF"),
    "pdf as a certificate": ("certificate", "scan.png", pdf(), "must be a picture"),
    "2 MB and 1 byte": (
        "id_front",
        "scan.jpg",
        jpeg() + b"\0" * (2 * 1024 * 1024 + 1 - len(jpeg())),
        "larger than 2 MB",
    ),
    "a blank in the name": ("id_back", "my scan.png", png(), "my scan.png"),
    "a long name": ("id_back", "x" * 61 + ".png", png(), "64"),
    "empty": ("id_in_hand", "scan.png", b"", "The submitted file is empty"),
}


@pytest.mark.parametrize("case", BAD_PAPERS)
def test_bad_papers_are_refused_at_their_field(
    case: str, owner: Visitor, values: dict[str, object]
):
    field, name, content, sentence = BAD_PAPERS[case]
    response = owner.post(CREATE, values | papers(**{field: picture(content, name)}))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in str(response.context["form"].errors)
    assert not Qualification.objects.exists()


def test_a_letter_with_javascript_is_refused(owner: Visitor, values: dict[str, object]):
    values |= {
        "purpose": "third_party",
        "authorization_until": (timezone.localdate() + timedelta(days=400)).isoformat(),
    }
    letter = SimpleUploadedFile("letter.pdf", pdf(JAVASCRIPT))
    response = owner.post(CREATE, values | papers(authorization=letter))
    assert response.context["form"].errors.keys() == {"authorization"}
    assert "contains JavaScript" in response.content.decode()


def test_a_name_is_used_once(owner: Visitor, filed: Qualification, values: dict[str, object]):
    response = owner.post(CREATE, values | papers())
    assert "You have a qualification named “云上商城” already" in response.content.decode()


def test_a_rejection_tells_the_comment_the_reason_and_the_remedy(
    owner: Visitor, rejected: Qualification
):
    page = owner.get(detail_of(rejected)).content.decode()
    assert "The qualification was rejected." in page
    assert "Scan it again." in page
    assert address("edit", rejected) in page
    assert "Scan it again." in owner.get(LIST).content.decode()


def test_correcting_keeps_the_papers_and_numbers_that_are_not_given_anew(
    owner: Visitor, rejected: Qualification, values: dict[str, object]
):
    changes = kept(values) | {"enterprise_name": "云上书城有限公司"}
    response = owner.post(
        address("edit", rejected), changes | {"certificate": picture(jpeg(), "new.jpg")}
    )
    assert (response.status_code, response.url) == (302, detail_of(rejected))
    rejected.refresh_from_db()
    assert rejected.is_pending
    assert rejected.enterprise_name == "云上书城有限公司"
    assert rejected.administrator_id_number == ID_NUMBER
    assert rejected.administrator_mobile == "13800138000"
    assert rejected.evidence.get(kind="certificate").file_name == "new.jpg"
    assert rejected.evidence.count() == 4
    assert "attempt 2" in owner.get(detail_of(rejected)).content.decode()


def test_the_purpose_cannot_be_changed_afterwards(
    owner: Visitor, rejected: Qualification, values: dict[str, object]
):
    owner.post(address("edit", rejected), kept(values) | {"purpose": "third_party"})
    rejected.refresh_from_db()
    assert not rejected.is_third_party


def test_what_was_decided_meanwhile_is_not_overwritten(
    owner: Visitor, rejected: Qualification, values: dict[str, object]
):
    Qualification.objects.filter(pk=rejected.pk).update(status="PENDING_REVIEW")
    response = owner.post(address("edit", rejected), kept(values) | {"enterprise_name": "别的公司"})
    assert response.status_code == 422
    assert "is “Pending review” and cannot be changed" in response.content.decode()
    assert 'value="别的公司"' in response.content.decode()
    rejected.refresh_from_db()
    assert rejected.enterprise_name == "云上商城有限公司"


def test_what_a_colleague_changed_meanwhile_is_replaced_only_knowingly(
    owner: Visitor, rejected: Qualification, values: dict[str, object]
):
    seen = owner.get(address("edit", rejected)).context["form"]["seen"].value()
    rejected.enterprise_name = "同事改的公司"
    rejected.save()
    mine = kept(values) | {"enterprise_name": "我改的公司", "seen": seen}
    response = owner.post(address("edit", rejected), mine)
    assert response.status_code == 422
    assert "Somebody changed this while you were typing" in response.content.decode()
    assert 'value="我改的公司"' in response.content.decode()
    rejected.refresh_from_db()
    assert rejected.enterprise_name == "同事改的公司"
    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert owner.post(address("edit", rejected), again).status_code == 302
    rejected.refresh_from_db()
    assert rejected.enterprise_name == "我改的公司"


def test_an_approved_one_is_not_changed(owner: Visitor, customer: Customer):
    approved = QualificationFactory(customer=customer, approved=True)
    page = owner.get(address("edit", approved), follow=True).content.decode()
    assert "Only a rejected or withdrawn qualification can be changed." in page
    assert "It cannot be changed any more" in page


def test_withdraw_and_submit_again(owner: Visitor, filed: Qualification, values: dict[str, object]):
    owner.post(address("withdraw", filed))
    filed.refresh_from_db()
    assert filed.status == Qualification.Status.WITHDRAWN
    assert "nobody reviews it now" in owner.get(detail_of(filed)).content.decode()
    assert owner.post(address("edit", filed), kept(values)).status_code == 302


def test_withdrawing_what_was_decided_meanwhile_is_refused(owner: Visitor, filed: Qualification):
    decide.approve(submission=case_of(filed), reviewer=UserFactory(reviewer=True))
    page = owner.post(address("withdraw", filed), follow=True).content.decode()
    assert "cannot become" in page
    filed.refresh_from_db()
    assert filed.is_approved


def test_an_overdue_review_can_be_urged_once(owner: Visitor, filed: Qualification):
    urge = address("urge", filed)
    assert urge not in owner.get(detail_of(filed)).content.decode()
    assert "you can urge it after that" in owner.post(urge, follow=True).content.decode()
    Submission.objects.update(due_at=timezone.now() - timedelta(hours=1))
    page = owner.get(detail_of(filed)).content.decode()
    assert "The review was due at" in page
    assert urge in page
    page = owner.post(urge, {"reason": "We open on Friday."}, follow=True).content.decode()
    assert "take it before all others" in page
    assert AuditEvent.objects.get(verb="urge").reason == "We open on Friday."
    assert "You urged it at" in page
    assert urge not in page
    assert case_of(filed).urged_at


def test_deleting_erases_the_papers(owner: Visitor, rejected: Qualification):
    assert "are erased" in owner.get(address("delete", rejected)).content.decode()
    assert owner.post(address("delete", rejected)).url == LIST
    assert not Qualification.objects.exists()
    assert not Evidence.objects.exists()
    assert owner.get(detail_of(rejected)).status_code == 404


def test_one_in_use_is_not_deleted_and_its_signatures_are_named(owner: Visitor, customer: Customer):
    approved = QualificationFactory(customer=customer, approved=True)
    SignatureFactory(
        application=customer.applications.get(), name="云上书店", qualification=approved
    )
    page = owner.get(address("delete", approved)).content.decode()
    assert "cannot be deleted while these signatures use it" in page
    assert "【云上书店】" in page
    page = owner.post(address("delete", approved), follow=True).content.decode()
    assert "Delete the signature first" in page
    assert Qualification.objects.filter(pk=approved.pk).exists()


def test_filters_find_and_the_empty_list_says_what_to_do(owner: Visitor, customer: Customer):
    assert "You have no qualification yet" in owner.get(LIST).content.decode()
    QualificationFactory(customer=customer, name="自用", approved=True)
    QualificationFactory(customer=customer, name="授权", third_party=True)
    QualificationFactory(name="别家")

    def found(query: str) -> set[str]:
        return {one.name for one in owner.get(f"{LIST}?{query}").context["filter"].qs}

    assert found("") == {"自用", "授权"}
    assert found("purpose=third_party") == {"授权"}
    assert found("status=APPROVED") == {"自用"}
    assert found("enterprise_name=nothing") == set()


def test_viewers_read_but_are_offered_nothing(
    owner: Visitor, viewer: Visitor, rejected: Qualification
):
    page = viewer.get(detail_of(rejected)).content.decode()
    assert "Scan it again." in page
    assert address("edit", rejected) not in page
    assert CREATE not in viewer.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    owner: Visitor, customer: Customer, django_assert_num_queries, django_assert_max_num_queries
):
    QualificationFactory(customer=customer)
    owner.get(LIST)
    with django_assert_max_num_queries(12) as first:
        owner.get(LIST)
    QualificationFactory.create_batch(19, customer=customer)
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)
