import pytest
from django.urls import reverse

from customers.models import Customer
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType
from tests.factories import SignatureFactory, TemplateFactory

from .conftest import Visitor

CREATE = reverse("portal:template-create")
LIST = reverse("portal:template-list")


@pytest.fixture
def signature(customer: Customer) -> Signature:
    return customer.signatures.get()


@pytest.fixture
def values(signature: Signature) -> dict[str, object]:
    return {
        "type": MessageType.NOTIFICATION,
        "application": signature.application_id,
        "signature": signature.pk,
        "name": "Parcel",
        "content": "您的包裹${1}已于${2}送达。",
        "attribute_1": "CHARDIGIT",
        "attribute_2": "DATETIME",
        "description": "",
    }


def detail_of(template: Template) -> str:
    return reverse("portal:template-detail", args=[template.public_id])


def test_applying_keeps_the_attribute_of_each_variable(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    response = owner.post(CREATE, values)
    template = customer.templates.get(name="Parcel")
    assert (response.status_code, response.url) == (302, detail_of(template))
    assert template.variable_attributes == [
        {"name": "1", "attribute": "CHARDIGIT"},
        {"name": "2", "attribute": "DATETIME"},
    ]
    assert template.status == Template.Status.REVIEWING


def test_without_a_signature_the_template_is_universal(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    owner.post(CREATE, values | {"signature": ""})
    assert customer.templates.get(name="Parcel").is_universal


def test_a_template_may_wait_for_its_signature(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    pending = SignatureFactory(application=customer.applications.get())
    owner.post(CREATE, values | {"signature": pending.pk})
    template = customer.templates.get(name="Parcel")
    assert template.status == Template.Status.SIGN_REVIEWING
    page = owner.get(detail_of(template)).content.decode()
    assert "Waiting for its signature" in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"content": "您的包裹${1}${2}"}, "content", "Put words between any two variables"),
        ({"content": "【云上】您好"}, "content", "The text contains “【”"),
        ({"name": "x" * 65}, "name", "at most 64 characters"),
        ({"signature": "0"}, "signature", "not one of the available choices"),
        ({"attribute_1": "NONSENSE", "content": ""}, "content", "This field is required"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(
    changes: dict[str, object],
    field: str,
    sentence: str,
    owner: Visitor,
    customer: Customer,
    values: dict[str, object],
):
    response = owner.post(CREATE, values | changes)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in response.content.decode()
    assert not customer.templates.filter(name="Parcel").exists()


def test_a_refused_form_keeps_the_chosen_attributes(owner: Visitor, values: dict[str, object]):
    page = owner.post(CREATE, values | {"name": ""}).content.decode()
    assert '<option value="DATETIME" selected>' in page


def test_only_signatures_of_the_type_are_offered(
    owner: Visitor, customer: Customer, signature: Signature
):
    promotion = SignatureFactory(
        application=customer.applications.get(), type=MessageType.PROMOTION, name="促销"
    )
    SignatureFactory(application=customer.applications.get(), rejected=True, name="拒绝")
    choices = reverse("portal:template-signatures")
    notification = owner.post(choices, {"type": MessageType.NOTIFICATION}).content.decode()
    assert signature.name in notification
    assert promotion.name not in notification
    assert "拒绝" not in notification
    assert promotion.name in owner.post(choices, {"type": MessageType.PROMOTION}).content.decode()


def test_one_line_appears_for_each_variable_typed(owner: Visitor):
    variables = reverse("portal:template-variables")
    data = {"content": "尊敬的${1}，请于${DATE}到店", "attribute_1": "TEXT"}
    page = owner.post(variables, data).content.decode()
    assert 'name="attribute_1"' in page
    assert '<option value="TEXT" selected>' in page
    assert 'name="attribute_DATE"' not in page
    assert 'id="attribute_DATE" value="DATE" readonly' in page


def test_the_preview_renders_counts_and_checks(owner: Visitor, signature: Signature):
    data = {
        "type": MessageType.NOTIFICATION,
        "signature": signature.pk,
        "content": "验" * 60 + "${1}",
        "attribute_1": "CHARDIGIT",
        "sample_1": "ABC12345",
    }
    page = owner.post(reverse("portal:template-preview"), data).content.decode()
    length = len(f"【{signature.name}】") + 60 + 8
    assert f"【{signature.name}】" + "验" * 60 + "ABC12345" in page
    assert f"{length} characters" in page
    assert f"{1 if length <= 70 else 2} message part" in page


def test_the_preview_says_when_a_sample_does_not_fit(owner: Visitor):
    data = {"content": "编号${1}已发", "attribute_1": "MONEY", "sample_1": "abc"}
    page = owner.post(reverse("portal:template-preview"), data).content.decode()
    assert "Write an amount" in page


def test_an_approved_template_shows_its_id(owner: Visitor, customer: Customer):
    template = customer.templates.get()
    page = owner.get(detail_of(template)).content.decode()
    assert f'data-copy="{template.template_id}"' in page
    assert "A1234" in page


def test_disable_change_and_submit_again(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    template = customer.templates.get()
    edit = reverse("portal:template-edit", args=[template.public_id])
    assert owner.get(edit).status_code == 403
    owner.post(reverse("portal:template-disable", args=[template.public_id]))
    assert owner.get(edit).status_code == 200
    response = owner.post(edit, values)
    assert (response.status_code, response.url) == (302, detail_of(template))
    template.refresh_from_db()
    assert (template.name, template.status) == ("Parcel", Template.Status.REVIEWING)


def test_withdraw_a_pending_template(owner: Visitor, customer: Customer, values: dict[str, object]):
    owner.post(CREATE, values)
    template = customer.templates.get(name="Parcel")
    owner.post(reverse("portal:template-withdraw", args=[template.public_id]))
    template.refresh_from_db()
    assert template.status == Template.Status.PENDING


def test_a_step_that_is_not_possible_says_so(owner: Visitor, customer: Customer):
    template = TemplateFactory(application=customer.applications.get(), rejected=True)
    response = owner.post(
        reverse("portal:template-disable", args=[template.public_id]), follow=True
    )
    assert "cannot become" in response.content.decode()


def test_filters(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    approved = customer.templates.get()
    TemplateFactory(application=application, name="Rejected one", rejected=True)

    def found(query: str) -> set[str]:
        response = owner.get(f"{LIST}?{query}")
        return {template.name for template in response.context["filter"].qs}

    assert found("status=Reject") == {"Rejected one"}
    assert found(f"template_id={approved.template_id.upper()}") == {approved.name}
    assert found("name=rejected") == {"Rejected one"}
    assert found("type=PROMOTION_TYPE") == set()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    owner: Visitor, customer: Customer, django_assert_num_queries
):
    owner.get(LIST)
    with django_assert_num_queries(5) as first:
        owner.get(LIST)
    TemplateFactory.create_batch(19, application=customer.applications.get())
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)
