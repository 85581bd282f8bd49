from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from portal.advice import ADVICE
from reviews.models import Signature, Submission, Template
from reviews.models.kinds import MessageType
from reviews.services import decide
from tests.factories import ApplicationFactory, SignatureFactory, TemplateFactory, UserFactory

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
    assert owner.get(edit).url == detail_of(template)
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
    owner: Visitor, customer: Customer, django_assert_num_queries, django_assert_max_num_queries
):
    owner.get(LIST)
    with django_assert_max_num_queries(12) as first:
        owner.get(LIST)
    TemplateFactory.create_batch(19, application=customer.applications.get())
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)


# Variables and findings


def test_text_is_described_for_the_reviewer(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    of_text = values | {"content": "尊敬的${1}，您的包裹已送达。", "attribute_1": "TEXT"}
    response = owner.post(CREATE, of_text)
    assert response.status_code == 422
    assert "Nothing says what variable 1" in response.content.decode()
    assert 'name="description_1"' in response.content.decode()
    response = owner.post(CREATE, of_text | {"description_1": "name of the recipient", "name": ""})
    assert 'value="name of the recipient"' in response.content.decode()
    owner.post(CREATE, of_text | {"description_1": "name of the recipient"})
    template = customer.templates.get(name="Parcel")
    assert template.variable_attributes == [
        {"name": "1", "attribute": "TEXT", "description": "name of the recipient"}
    ]
    assert "name of the recipient" in owner.get(detail_of(template)).content.decode()
    Template.objects.filter(pk=template.pk).update(status=Template.Status.PENDING)
    assert 'value="name of the recipient"' in owner.get(address("edit", template)).content.decode()


def test_choosing_text_asks_for_its_description(owner: Visitor):
    variables = reverse("portal:template-variables")
    data = {"content": "编号${1}已发", "attribute_1": "CHARDIGIT"}
    assert "description_1" not in owner.post(variables, data).content.decode()
    data["attribute_1"] = "TEXT"
    assert 'name="description_1"' in owner.post(variables, data).content.decode()


def test_the_place_of_a_finding_is_marked_in_the_text(owner: Visitor):
    preview = reverse("portal:template-preview")
    page = owner.post(preview, {"content": "【云上】<b>您好</b>"}).content.decode()
    assert "<mark>【</mark>云上<mark>】</mark>&lt;b&gt;您好" in page
    assert "<b>您好" not in page


def test_the_preview_names_the_greatest_length(owner: Visitor, signature: Signature):
    data = {
        "type": MessageType.NOTIFICATION,
        "signature": signature.pk,
        "content": "编号${1}已发",
        "attribute_1": "CHARDIGIT",
    }
    page = owner.post(reverse("portal:template-preview"), data).content.decode()
    longest = len(f"【{signature.name}】") + len("编号已发") + 20
    assert f"At most {longest} characters, 1 part(s)" in page


def test_a_template_is_no_twin_of_itself(owner: Visitor, customer: Customer):
    template = customer.templates.get()
    data = {
        "type": template.type,
        "application": template.application_id,
        "content": template.content,
        "attribute_1": "CHARDIGIT",
    }
    preview = reverse("portal:template-preview")
    assert template.name in owner.post(preview, data).content.decode()
    data["changing"] = str(template.public_id)
    assert template.name not in owner.post(preview, data).content.decode()


# What is done with templates


def address(name: str, template: Template) -> str:
    return reverse(f"portal:template-{name}", args=[template.public_id])


DELETE_MANY = reverse("portal:template-delete-many")


@pytest.mark.parametrize("status", Template.Status)
def test_every_status_is_explained(status: str, owner: Visitor, customer: Customer):
    template = TemplateFactory(application=customer.applications.get(), status=status)
    page = unescape(owner.get(detail_of(template)).content.decode())
    assert str(ADVICE[Template][status].meaning) in page
    assert str(ADVICE[Template][status].next) in page


ACTIONS = {
    Template.Status.PENDING: {"edit", "submit", "delete"},
    Template.Status.SIGN_REVIEWING: {"withdraw"},
    Template.Status.REVIEWING: {"withdraw"},
    Template.Status.ADOPTED: {"disable", "rename", "delete"},
    Template.Status.ADOPTED_INACTIVE: {"delete"},
    Template.Status.REJECT: {"edit", "delete"},
    Template.Status.DISABLE: {"edit", "delete"},
}


@pytest.mark.parametrize("status", Template.Status)
def test_the_status_decides_what_is_offered(
    status: str, owner: Visitor, viewer: Visitor, customer: Customer
):
    template = TemplateFactory(application=customer.applications.get(), status=status)
    names = set().union(*ACTIONS.values())

    def offered(visitor: Visitor) -> set[str]:
        page = visitor.get(detail_of(template)).content.decode()
        return {name for name in names if f'"{address(name, template)}"' in page}

    assert offered(owner) == ACTIONS[Template.Status(status)]
    assert offered(viewer) == set()


def test_a_withdrawn_template_is_submitted_as_it_is(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    owner.post(CREATE, values)
    template = customer.templates.get(name="Parcel")
    owner.post(address("withdraw", template))
    owner.post(address("submit", template))
    template.refresh_from_db()
    assert template.status == Template.Status.REVIEWING
    assert "attempt 2" in owner.get(detail_of(template)).content.decode()


def test_an_approved_template_is_renamed_and_nothing_else(owner: Visitor, customer: Customer):
    template = customer.templates.get()
    assert owner.post(address("rename", template), {"name": "x" * 65}).status_code == 422
    owner.post(address("rename", template), {"name": "Shipped"})
    template.refresh_from_db()
    assert (template.name, template.status) == ("Shipped", Template.Status.ADOPTED)


def test_others_are_not_renamed(owner: Visitor, customer: Customer):
    template = TemplateFactory(application=customer.applications.get(), rejected=True)
    page = owner.get(address("rename", template), follow=True).content.decode()
    assert "Only an approved template is renamed" in page
    response = owner.post(address("rename", template), {"name": "Shipped"})
    assert response.status_code == 422
    assert 'value="Shipped"' in response.content.decode()


def test_an_overdue_review_is_urged(owner: Visitor, customer: Customer, values: dict[str, object]):
    owner.post(CREATE, values)
    template = customer.templates.get(name="Parcel")
    Submission.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert address("urge", template) in owner.get(detail_of(template)).content.decode()
    page = owner.post(address("urge", template), follow=True).content.decode()
    assert "take it before all others" in page


def test_the_approved_versions_are_listed(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    template = customer.templates.get()
    owner.post(address("disable", template))
    owner.post(address("edit", template), values)
    decide.approve(
        submission=Submission.objects.get(object_id=template.pk, kind="template"),
        reviewer=UserFactory(reviewer=True),
    )
    page = owner.get(detail_of(template)).content.decode()
    assert page.index("Version 2") < page.index("In force") < page.index("Version 1")
    assert "您的包裹${1}已于${2}送达。" in page
    assert template.content in page


def test_deleting_says_first_what_it_means(owner: Visitor, customer: Customer):
    template = customer.templates.get()
    page = owner.get(address("delete", template)).content.decode()
    assert template.template_id in page
    assert "fails from now on" in page
    assert customer.templates.filter(pk=template.pk).exists()
    response = owner.post(address("delete", template), follow=True)
    assert f"Deleted: {template.name}." in response.content.decode()
    assert not Template.objects.filter(pk=template.pk).exists()
    assert owner.get(detail_of(template)).status_code == 404


def test_chosen_templates_are_deleted_together_after_a_question(owner: Visitor, customer: Customer):
    chosen = TemplateFactory.create_batch(3, application=customer.applications.get(), rejected=True)
    data = {"template": [str(one.public_id) for one in chosen]}
    page = owner.post(DELETE_MANY, data).content.decode()
    assert "Delete 3 templates?" in page
    assert customer.templates.filter(name=chosen[0].name).exists()
    owner.post(DELETE_MANY, data | {"confirmed": "yes"})
    assert not Template.objects.filter(pk__in=[one.pk for one in chosen]).exists()


def test_a_pending_one_among_them_stops_all(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    chosen = [
        TemplateFactory(application=application, rejected=True),
        TemplateFactory(application=application),
    ]
    data = {"template": [str(one.public_id) for one in chosen]}
    page = owner.post(DELETE_MANY, data).content.decode()
    assert "Pending among them: 1. They cannot be deleted" in page
    assert "confirmed" not in page
    page = owner.post(DELETE_MANY, data | {"confirmed": "yes"}, follow=True).content.decode()
    assert "Withdraw it before you delete it." in page
    assert Template.objects.filter(pk__in=[one.pk for one in chosen]).count() == 2


def test_more_than_fifty_are_refused(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    signature = customer.signatures.get()
    chosen = TemplateFactory.create_batch(
        51, application=application, signature=signature, rejected=True
    )
    data = {"template": [str(one.public_id) for one in chosen]}
    page = owner.post(DELETE_MANY, data, follow=True).content.decode()
    assert "51 templates were chosen; at most 50 can be deleted at once" in page
    assert Template.objects.filter(pk__in=[one.pk for one in chosen]).count() == 51


@pytest.mark.parametrize("chosen", [[], ["nonsense"]])
def test_nothing_chosen_is_said(chosen: list[str], owner: Visitor):
    page = owner.post(DELETE_MANY, {"template": chosen}, follow=True).content.decode()
    assert "No template was chosen" in page


def test_templates_of_others_are_not_deleted(owner: Visitor):
    foreign = TemplateFactory(rejected=True)
    owner.post(DELETE_MANY, {"template": [str(foreign.public_id)], "confirmed": "yes"})
    assert Template.objects.filter(pk=foreign.pk).exists()


# Stale forms, quotas and the list


def test_what_was_decided_meanwhile_is_not_overwritten(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    template = customer.templates.get()
    response = owner.post(address("edit", template), values | {"name": "Mine"})
    assert response.status_code == 422
    assert "is “Approved” and cannot be changed" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    template.refresh_from_db()
    assert template.name != "Mine"


def test_withdrawing_what_was_decided_meanwhile_is_refused(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    owner.post(CREATE, values)
    template = customer.templates.get(name="Parcel")
    decide.approve(
        submission=Submission.objects.get(object_id=template.pk, kind="template"),
        reviewer=UserFactory(reviewer=True),
    )
    page = owner.post(address("withdraw", template), follow=True).content.decode()
    assert "cannot become" in page
    template.refresh_from_db()
    assert template.status == Template.Status.ADOPTED


def test_what_a_colleague_changed_meanwhile_is_replaced_only_knowingly(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    template = TemplateFactory(application=customer.applications.get(), rejected=True)
    seen = owner.get(address("edit", template)).context["form"]["seen"].value()
    template.name = "A colleague's name"
    template.save()
    response = owner.post(address("edit", template), values | {"seen": seen})
    assert "Somebody changed this while you were typing" in response.content.decode()
    template.refresh_from_db()
    assert template.name == "A colleague's name"
    again = values | {"seen": response.context["form"]["seen"].value()}
    assert owner.post(address("edit", template), again).status_code == 302


def test_a_used_up_quota_is_named_with_the_way_to_raise_it(
    owner: Visitor, customer: Customer, values: dict[str, object]
):
    application = customer.applications.get()
    application.template_quota = 1
    application.save()
    response = owner.post(CREATE, values)
    page = response.content.decode()
    assert response.status_code == 422
    assert "used up: 1 of 1" in page
    assert "See your quotas and ask for a higher one" in page


def test_the_list_tells_word_and_split_count(owner: Visitor, customer: Customer):
    template = TemplateFactory(
        application=customer.applications.get(), content="验" * 60 + "${1}", rejected=True
    )
    longest = len(f"【{template.signature.name}】") + 60 + 20
    page = owner.get(f"{LIST}?name={template.name}").content.decode()
    assert f'<span class="number">{longest}</span><div class="soft">2 parts</div>' in page
    assert "${1} CHARDIGIT" in page


def test_more_filters(owner: Visitor, customer: Customer):
    first = customer.applications.get()
    second = ApplicationFactory(customer=customer)
    TemplateFactory(application=second, name="In the second")
    old = TemplateFactory(application=first, name="Old")
    Template.objects.filter(pk=old.pk).update(created_at="2026-01-05T15:59:00Z")

    def found(query: str) -> set[str]:
        return {one.name for one in owner.get(f"{LIST}?{query}").context["filter"].qs}

    assert found(f"application={second.pk}") == {"In the second"}
    assert found("until=2026-01-05") == {"Old"}


def test_viewers_are_offered_nothing_in_the_list(viewer: Visitor, customer: Customer):
    page = viewer.get(LIST).content.decode()
    assert customer.templates.get().name in page
    assert 'type="checkbox"' not in page
    assert DELETE_MANY not in page
    assert reverse("portal:template-import") not in page
