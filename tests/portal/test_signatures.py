from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from portal.advice import ADVICE
from reviews.models import Evidence, Qualification, Signature, Submission
from reviews.models.kinds import MessageType
from reviews.services import decide, filings, signature_life, submissions
from tests.factories import (
    ApplicationFactory,
    MembershipFactory,
    QualificationFactory,
    SignatureFactory,
    UserFactory,
)
from tests.reviews.papers import png

from .conftest import Visitor

CREATE = reverse("portal:signature-create")
LIST = reverse("portal:signature-list")


@pytest.fixture
def values(customer: Customer) -> dict[str, object]:
    return {
        "application": customer.applications.get().pk,
        "type": MessageType.NOTIFICATION,
        "name": "云上书店",
        "source": Signature.Source.ENTERPRISE,
        "is_third_party": "False",
        "description": "Notices about orders",
    }


@pytest.fixture
def rejected(customer: Customer, owner: Visitor, values: dict[str, object]) -> Signature:
    owner.post(CREATE, values)
    signature = customer.signatures.get(name="云上书店")
    decide.reject(
        submission=Submission.objects.get(kind="signature", object_id=signature.pk),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["ENTITY_MISMATCH"],
        comment="Use the name on the licence.",
    )
    signature.refresh_from_db()
    return signature


def detail_of(signature: Signature) -> str:
    return reverse("portal:signature-detail", args=[signature.public_id])


def test_applying_opens_a_review_with_a_due_time(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    response = owner.post(CREATE, values)
    signature = customer.signatures.get(name="云上书店")
    assert (response.status_code, response.url) == (302, detail_of(signature))
    assert signature.status == Signature.Status.PENDING_REVIEW
    page = owner.get(detail_of(signature)).content.decode()
    assert "Under review. Expect the decision by" in page
    assert "Submitted for review (attempt 1)" in page


def test_an_overdue_review_is_admitted(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    owner.post(CREATE, values)
    signature = customer.signatures.get(name="云上书店")
    Submission.objects.filter(object_id=signature.pk).update(due_at="2026-01-05T01:00:00Z")
    assert (
        "The review was due at 2026-01-05 09:00" in owner.get(detail_of(signature)).content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "123456", "consists of digits only"),
        ("name", "【云上】", "The signature contains “【”"),
        ("name", "云", "Use 2 to 16"),
        ("source", "3", "not one of the available choices"),
        ("is_third_party", "", "This field is required"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(
    field: str, value: str, sentence: str, owner: Visitor, values: dict[str, object]
):
    response = owner.post(CREATE, values | {field: value})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in response.content.decode()
    assert "Notices about orders" in response.content.decode()


def test_the_same_name_and_type_twice_is_refused(owner: Visitor, values: dict[str, object]):
    owner.post(CREATE, values)
    response = owner.post(CREATE, values)
    assert response.status_code == 422
    assert "“云上书店”" in response.content.decode()
    assert Signature.objects.filter(name="云上书店").count() == 1


def test_an_application_of_another_customer_cannot_be_chosen(
    owner: Visitor, values: dict[str, object]
):
    foreign = SignatureFactory().application
    response = owner.post(CREATE, values | {"application": foreign.pk})
    assert response.status_code == 422
    assert not foreign.signatures.filter(name="云上书店").exists()


def test_the_preview_shows_the_bracketed_name_and_the_findings(owner: Visitor):
    preview = reverse("portal:signature-preview")
    page = owner.post(preview, {"name": "云上书店", "type": "NOTIFY_TYPE"}).content.decode()
    assert "【云上书店】" in page
    assert "The automatic checks find nothing to object to." in page
    page = owner.post(preview, {"name": "12345", "type": "NOTIFY_TYPE"}).content.decode()
    assert "consists of digits only" in page


def test_the_preview_knows_the_names_in_use_but_for_the_one_being_changed(
    owner: Visitor, customer: Customer
):
    signature = customer.signatures.get()
    preview = reverse("portal:signature-preview")
    data = {"name": signature.name, "type": signature.type}
    objection = "find nothing to object to"
    assert objection not in owner.post(preview, data).content.decode()
    data["changing"] = str(signature.public_id)
    assert objection in owner.post(preview, data).content.decode()
    data["changing"] = "nonsense"
    assert objection not in owner.post(preview, data).content.decode()


def test_the_preview_escapes_what_is_typed(owner: Visitor):
    preview = reverse("portal:signature-preview")
    page = owner.post(preview, {"name": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in page


def test_a_rejection_tells_the_comment_the_reason_and_the_way_on(
    owner: Visitor, rejected: Signature
):
    page = owner.get(detail_of(rejected)).content.decode()
    assert "Use the name on the licence." in page
    assert "The legal entity on the uploaded evidence" in page
    assert reverse("portal:signature-edit", args=[rejected.public_id]) in page


def test_a_rejected_signature_is_changed_and_submitted_again(
    owner: Visitor, rejected: Signature, values: dict[str, object]
):
    edit = reverse("portal:signature-edit", args=[rejected.public_id])
    assert "云上书店" in owner.get(edit).content.decode()
    owner.post(edit, values | {"name": "云上书城"})
    rejected.refresh_from_db()
    assert (rejected.name, rejected.status) == ("云上书城", Signature.Status.PENDING_REVIEW)
    assert "attempt 2" in owner.get(detail_of(rejected)).content.decode()


def test_only_a_rejected_signature_can_be_changed(owner: Visitor, customer: Customer):
    usable = customer.signatures.get()
    response = owner.get(reverse("portal:signature-edit", args=[usable.public_id]))
    assert response.url == detail_of(usable)
    assert "Only a rejected signature can be changed." in owner.get(response.url).content.decode()


def test_reviewers_stay_unnamed(owner: Visitor, rejected: Signature):
    page = owner.get(detail_of(rejected)).content.decode()
    decision = Submission.objects.get(object_id=rejected.pk, kind="signature").decisions.get()
    assert "Operations manager" in page
    assert decision.reviewer.full_name not in page


def test_filters(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    SignatureFactory(application=application, name="甲公司", rejected=True)
    SignatureFactory(application=application, name="乙公司", type=MessageType.PROMOTION)

    def found(query: str) -> set[str]:
        response = owner.get(f"{LIST}?{query}")
        return {signature.name for signature in response.context["filter"].qs}

    assert found("name=公司") == {"甲公司", "乙公司"}
    assert found("status=REVIEW_NOT_PASS") == {"甲公司"}
    assert found("type=PROMOTION_TYPE") == {"乙公司"}
    assert "Nothing matches these filters" in owner.get(f"{LIST}?name=nothing").content.decode()


def test_the_list_shows_the_review_comment(owner: Visitor, rejected: Signature):
    assert "Use the name on the licence." in owner.get(LIST).content.decode()


def test_the_list_tells_when_a_decision_is_due(
    owner: Visitor, rejected: Signature, values: dict[str, object]
):
    owner.post(address("edit", rejected), values)
    case = Submission.objects.get(object_id=rejected.pk, kind="signature", state="waiting")
    page = owner.get(LIST).content.decode()
    assert f"Decision by {timezone.localtime(case.due_at):%Y-%m-%d %H:%M}" in page
    assert "Use the name on the licence." not in page
    Submission.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert "Overdue since" in owner.get(LIST).content.decode()


def test_others_signatures_are_not_listed(owner: Visitor):
    foreign = SignatureFactory(name="别家公司")
    MembershipFactory(customer=foreign.customer)
    assert "别家公司" not in owner.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    owner: Visitor, customer: Customer, django_assert_num_queries, django_assert_max_num_queries
):
    owner.get(LIST)
    with django_assert_max_num_queries(12) as first:
        owner.get(LIST)
    SignatureFactory.create_batch(19, application=customer.applications.get())
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)


# Sources, papers and qualifications


@pytest.fixture
def approved(customer: Customer) -> Qualification:
    return QualificationFactory(customer=customer, approved=True, name="云上资质")


def test_an_app_names_its_address_and_may_show_its_filing(
    owner: Visitor, customer: Customer, values: dict[str, object], settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    of_app = values | {"source": Signature.Source.APP}
    response = owner.post(CREATE, of_app)
    assert response.context["form"].errors.keys() == {"source_detail"}
    paper = SimpleUploadedFile("filing.png", png())
    owner.post(CREATE, of_app | {"source_detail": "https://app.example.com", "paper": paper})
    signature = customer.signatures.get(name="云上书店")
    assert signature.source_detail == "https://app.example.com"
    assert signature.evidence.get().kind == Evidence.Kind.ICP_SCREENSHOT
    page = owner.get(detail_of(signature)).content.decode()
    assert "https://app.example.com" in page
    assert reverse("portal:evidence", args=[signature.evidence.get().public_id]) in page


def test_a_bad_paper_is_refused_and_nothing_typed_is_lost(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    paper = SimpleUploadedFile("filing.png", b"<svg/>")
    response = owner.post(CREATE, values | {"paper": paper})
    page = response.content.decode()
    assert response.context["form"].errors.keys() == {"paper"}
    assert "no JPG, PNG, GIF or PDF" in page
    assert "please choose them again" in page
    assert "Notices about orders" in page
    assert not customer.signatures.filter(name="云上书店").exists()


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (Signature.Source.APP, "The download address of the app"),
        (Signature.Source.TRADEMARK, "The registration or application number of the trademark"),
    ],
)
def test_the_source_decides_what_is_asked(source: int, label: str, owner: Visitor):
    fields = reverse("portal:signature-fields")
    assert 'name="source_detail"' not in owner.post(fields, {"source": 0}).content.decode()
    page = owner.post(fields, {"source": source}).content.decode()
    assert label in page
    assert 'name="source_detail"' in page


def test_only_qualifications_that_fit_are_offered(
    owner: Visitor, customer: Customer, approved: Qualification
):
    QualificationFactory(customer=customer, name="审核中")
    QualificationFactory(customer=customer, name="被驳回", rejected=True)
    QualificationFactory(customer=customer, name="代他人", third_party=True, approved=True)
    QualificationFactory(name="别家资质", approved=True)
    fields = reverse("portal:signature-fields")

    def offered(is_third_party: str) -> set[str]:
        page = owner.post(fields, {"is_third_party": is_third_party}).content.decode()
        names = ("云上资质", "审核中", "被驳回", "代他人", "别家资质")
        return {name for name in names if name in page}

    assert offered("False") == {"云上资质", "审核中"}
    assert offered("True") == {"代他人"}


def test_where_none_fits_the_way_to_one_is_shown(owner: Visitor):
    page = owner.post(
        reverse("portal:signature-fields"), {"is_third_party": "True"}
    ).content.decode()
    assert f"{reverse('portal:qualification-create')}?purpose=third_party" in page


def test_a_qualification_that_is_asked_for_is_missed_in_words(
    owner: Visitor, values: dict[str, object], approved: Qualification, settings
):
    settings.SMS_REQUIRE_QUALIFICATION = True
    response = owner.post(CREATE, values)
    assert "Choose the qualification of the signature" in response.content.decode()
    assert owner.post(CREATE, values | {"qualification": approved.pk}).status_code == 302


def test_it_may_wait_for_its_qualification(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    pending = QualificationFactory(customer=customer)
    owner.post(CREATE, values | {"qualification": pending.pk})
    signature = customer.signatures.get(name="云上书店")
    assert signature.status == Signature.Status.PENDING_QUALIFICATION_REVIEW
    page = owner.get(detail_of(signature)).content.decode()
    assert "Waiting for its qualification" in page
    assert reverse("portal:qualification-detail", args=[pending.public_id]) in page


def test_it_falls_with_its_qualification_and_says_so(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    pending = QualificationFactory(customer=customer)
    case = submissions.open_case(pending, actor=None)
    owner.post(CREATE, values | {"qualification": pending.pk})
    decide.reject(
        submission=case,
        reviewer=UserFactory(reviewer=True),
        reason_codes=["LICENCE_UNREADABLE"],
        comment="The licence is blurred.",
    )
    signature = customer.signatures.get(name="云上书店")
    page = owner.get(detail_of(signature)).content.decode()
    assert "The signature was rejected." in page
    assert "The licence is blurred." in page


# What the statuses mean


@pytest.mark.parametrize("status", Signature.Status)
def test_every_status_is_explained(status: str, owner: Visitor, customer: Customer):
    signature = SignatureFactory(application=customer.applications.get(), status=status)
    page = unescape(owner.get(detail_of(signature)).content.decode())
    assert str(ADVICE[Signature][status].meaning) in page
    assert str(ADVICE[Signature][status].next) in page


def test_the_filing_with_each_carrier_is_shown(owner: Visitor, customer: Customer):
    signature = customer.signatures.get()
    mobile, unicom, *_others = filings.begin(signature)
    reviewer = UserFactory(reviewer=True)
    filings.record(filing=mobile, status="OK", actor=reviewer)
    filings.record(filing=unicom, status="FAILED", reason="Names differ.", actor=reviewer)
    page = owner.get(detail_of(signature)).content.decode()
    for words in ("China Mobile", "Registered", "China Unicom", "Names differ.", "Not submitted"):
        assert words in page


def test_an_old_rejection_is_not_told_once_it_was_answered(
    owner: Visitor, rejected: Signature, values: dict[str, object]
):
    owner.post(address("edit", rejected), values | {"name": "云上书城"})
    decide.approve(
        submission=Submission.objects.get(object_id=rejected.pk, kind="signature", state="waiting"),
        reviewer=UserFactory(reviewer=True),
        channel_number="csms100000009",
    )
    rejected.refresh_from_db()
    signature_life.expire_retention(signature=rejected, reason="Arrears")
    standing = owner.get(detail_of(rejected)).context["standing"]
    assert standing.refusal is None


# What is done with a signature


def address(name: str, signature: Signature) -> str:
    return reverse(f"portal:signature-{name}", args=[signature.public_id])


def test_an_overdue_review_is_urged(
    owner: Visitor, viewer: Visitor, customer: Customer, values: dict[str, object]
):
    owner.post(CREATE, values)
    signature = customer.signatures.get(name="云上书店")
    Submission.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert address("urge", signature) not in viewer.get(detail_of(signature)).content.decode()
    assert address("urge", signature) in owner.get(detail_of(signature)).content.decode()
    owner.post(address("urge", signature))
    assert Submission.objects.get(object_id=signature.pk, kind="signature").urged_at
    page = owner.post(address("urge", signature), follow=True).content.decode()
    assert "urged already" in page


def test_one_out_of_use_is_activated_with_a_reason(owner: Visitor, customer: Customer):
    signature = SignatureFactory(
        application=customer.applications.get(), status=Signature.Status.TO_BE_ACTIVATED
    )
    assert owner.post(address("activate", signature), {"reason": ""}).status_code == 422
    owner.post(address("activate", signature), {"reason": "The shop opens again."})
    signature.refresh_from_db()
    assert signature.status == Signature.Status.PENDING_ACTIVATE
    page = owner.get(detail_of(signature)).content.decode()
    assert "Activation: Submitted for review (attempt 1)" in page
    assert "Expect the decision by" in page


def test_a_refused_activation_is_told_with_its_comment(owner: Visitor, customer: Customer):
    signature = SignatureFactory(
        application=customer.applications.get(), status=Signature.Status.TO_BE_ACTIVATED
    )
    owner.post(address("activate", signature), {"reason": "The shop opens again."})
    decide.reject(
        submission=Submission.objects.get(kind="activation"),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["ENTITY_MISMATCH"],
        comment="Pay the arrears first.",
    )
    signature.refresh_from_db()
    page = owner.get(detail_of(signature)).content.decode()
    assert "Out of use" in page
    assert "Pay the arrears first." in page
    assert "Pay the arrears first." in owner.get(LIST).content.decode()


def test_activating_what_is_in_use_is_refused_with_the_reason_kept(
    owner: Visitor, customer: Customer
):
    signature = customer.signatures.get()
    assert owner.get(address("activate", signature)).url == detail_of(signature)
    response = owner.post(address("activate", signature), {"reason": "The shop opens again."})
    assert response.status_code == 422
    assert "The shop opens again." in response.content.decode()
    signature.refresh_from_db()
    assert signature.is_usable


def test_a_legacy_signature_gets_its_qualification(
    owner: Visitor, customer: Customer, approved: Qualification
):
    signature = SignatureFactory(
        application=customer.applications.get(), status=Signature.Status.REVIEW_PASSED
    )
    assert approved.name in owner.get(address("supplement", signature)).content.decode()
    owner.post(address("supplement", signature), {"qualification": approved.pk})
    signature.refresh_from_db()
    assert signature.qualification == approved
    assert signature.status == Signature.Status.REVIEW_PASSED_QUALIFICATION_PROCESSING


def test_deleting_says_first_what_goes_with_it(owner: Visitor, customer: Customer):
    signature = customer.signatures.get()
    page = owner.get(address("delete", signature)).content.decode()
    assert f"Its channel number {signature.channel_number} is given up" in page
    assert "1 template is deleted with it" in page
    assert customer.signatures.filter(pk=signature.pk).exists()
    page = owner.post(address("delete", signature), follow=True).content.decode()
    assert "The signature was deleted." in page
    assert not Signature.objects.filter(pk=signature.pk).exists()
    assert owner.get(detail_of(signature)).status_code == 404


# Stale forms and quotas


def test_what_was_decided_meanwhile_is_not_overwritten(
    owner: Visitor, rejected: Signature, values: dict[str, object]
):
    Signature.objects.filter(pk=rejected.pk).update(status="PENDING_REVIEW")
    response = owner.post(address("edit", rejected), values | {"name": "别的名字"})
    assert response.status_code == 422
    assert "only a rejected signature can be changed" in response.content.decode()
    assert 'value="别的名字"' in response.content.decode()
    rejected.refresh_from_db()
    assert rejected.name == "云上书店"


def test_what_a_colleague_changed_meanwhile_is_replaced_only_knowingly(
    owner: Visitor, rejected: Signature, values: dict[str, object]
):
    seen = owner.get(address("edit", rejected)).context["form"]["seen"].value()
    rejected.description = "A colleague's text"
    rejected.save()
    response = owner.post(address("edit", rejected), values | {"seen": seen})
    assert "Somebody changed this while you were typing" in response.content.decode()
    rejected.refresh_from_db()
    assert rejected.description == "A colleague's text"
    again = values | {"seen": response.context["form"]["seen"].value()}
    assert owner.post(address("edit", rejected), again).status_code == 302


def test_the_201st_signature_is_refused_with_the_quota_and_the_way_to_raise_it(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    application = customer.applications.get()
    SignatureFactory.create_batch(199, application=application)
    response = owner.post(CREATE, values)
    page = response.content.decode()
    assert response.status_code == 422
    assert "The signature quota of this application is used up: 200 of 200." in page
    link = f'<a href="{reverse("portal:quota-list")}">See your quotas and ask for a higher one</a>'
    assert link in page
    assert "Notices about orders" in page
    assert application.signatures.count() == 200


def test_other_refusals_do_not_speak_of_quotas(owner: Visitor, values: dict[str, object]):
    page = owner.post(CREATE, values | {"name": "123456"}).content.decode()
    assert "ask for a higher one" not in page


def test_more_filters(owner: Visitor, customer: Customer):
    first = customer.applications.get()
    second = ApplicationFactory(customer=customer)
    mine = SignatureFactory(application=second, name="丙公司")
    old = SignatureFactory(application=first, name="丁公司")
    Signature.objects.filter(pk=old.pk).update(created_at="2026-01-05T15:59:00Z")

    def found(query: str) -> set[str]:
        return {one.name for one in owner.get(f"{LIST}?{query}").context["filter"].qs}

    assert found(f"id={mine.public_id}") == {"丙公司"}
    assert found(f"application={second.pk}") == {"丙公司"}
    assert found("since=2026-01-05&until=2026-01-05") == {"丁公司"}
    assert found("since=2026-01-06&until=2026-01-06") == set()


def test_an_application_of_others_is_no_filter(owner: Visitor):
    foreign = SignatureFactory().application
    response = owner.get(f"{LIST}?application={foreign.pk}")
    assert "application" in response.context["filter"].form.errors


def test_viewers_read_but_are_offered_nothing(viewer: Visitor, rejected: Signature):
    page = viewer.get(detail_of(rejected)).content.decode()
    assert "Use the name on the licence." in page
    for name in ("edit", "delete"):
        assert address(name, rejected) not in page
        assert address(name, rejected) not in viewer.get(LIST).content.decode()
