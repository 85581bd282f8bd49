import pytest
from django.urls import reverse

from customers.models import Customer
from reviews.models import Signature, Submission
from reviews.models.kinds import MessageType
from reviews.services import decide
from tests.factories import MembershipFactory, SignatureFactory, UserFactory

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
        reviewer=UserFactory(staff=True),
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
    assert response.status_code == 403
    assert "Only a rejected signature can be changed." in response.content.decode()


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


def test_others_signatures_are_not_listed(owner: Visitor):
    foreign = SignatureFactory(name="别家公司")
    MembershipFactory(customer=foreign.customer)
    assert "别家公司" not in owner.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    owner: Visitor, customer: Customer, django_assert_num_queries
):
    owner.get(LIST)
    with django_assert_num_queries(5) as first:
        owner.get(LIST)
    SignatureFactory.create_batch(19, application=customer.applications.get())
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)
