import pytest

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Submission, Template
from reviews.models.kinds import MessageType
from reviews.services import decide, templates
from tests.factories import (
    ApplicationFactory,
    CustomerFactory,
    SignatureFactory,
    TemplateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

GOOD = {
    "type": MessageType.NOTIFICATION.value,
    "name": "发货",
    "content": "订单${1}已发货",
    "variable_attributes": [{"name": "1", "attribute": "CHARDIGIT"}],
}


def apply(application=None, signature=None, **fields):
    return templates.apply(
        application=application or ApplicationFactory(),
        signature=signature,
        actor=None,
        **(GOOD | fields),
    )


def resubmit(template, signature=None, **fields):
    return templates.resubmit(template=template, signature=signature, actor=None, **(GOOD | fields))


def test_a_universal_template_waits_for_review():
    template = apply(description="after shipping")

    case = Submission.objects.get()
    assert template.is_universal
    assert template.status == Template.Status.REVIEWING
    assert template.template_id is None
    assert (case.kind, case.object_id) == ("template", template.pk)
    assert case.snapshot == GOOD | {"signature": "", "description": "after shipping"}
    assert AuditEvent.objects.get().verb == "submit"


def test_a_template_of_an_approved_signature_waits_for_review():
    signature = SignatureFactory(usable=True)

    template = apply(signature.application, signature)

    assert template.status == Template.Status.REVIEWING
    assert Submission.objects.get().snapshot["signature"] == signature.name


def test_a_template_waits_for_its_signature_first():
    signature = SignatureFactory()

    template = apply(signature.application, signature)

    assert template.status == Template.Status.SIGN_REVIEWING
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a" * 129}, "name"),
        ({"name": "a\0"}, "name"),
        ({"type": "OTHER"}, "type"),
        ({"content": ""}, "content"),
        ({"content": "您好★"}, "content"),
        ({"variable_attributes": []}, "variable_attributes"),
        ({"description": "长" * 301}, "description"),
    ],
)
def test_a_refusal_names_the_field_and_stores_nothing(fields, field):
    with pytest.raises(Refusal) as refused:
        apply(**fields)

    assert refused.value.field == field
    assert not Template.objects.exists()


def test_one_refusal_tells_everything_that_is_wrong():
    with pytest.raises(Refusal) as refused:
        apply(content="★${2}${2}", variable_attributes=[])

    sentence = str(refused.value)
    assert "★" in sentence
    assert "No fixed text" in sentence
    assert "order of appearance" in sentence


def test_the_signature_must_be_of_the_application_and_the_type():
    signature = SignatureFactory(usable=True, type=MessageType.PROMOTION)

    for application in (signature.application, ApplicationFactory()):
        with pytest.raises(Refusal) as refused:
            apply(application, signature)
        assert refused.value.field == "signature"


def test_the_quota_is_refused_with_its_number(settings):
    settings.SMS_TEMPLATE_QUOTA = 2
    application = ApplicationFactory()
    TemplateFactory.create_batch(2, application=application)

    with pytest.raises(Refusal, match="2 of 2") as refused:
        apply(application)

    assert refused.value.code == "template_quota"


def test_a_frozen_customer_applies_for_nothing():
    with pytest.raises(Refusal):
        apply(ApplicationFactory(customer=CustomerFactory(frozen=True)))


@pytest.mark.parametrize("status", ["Reject", "Pending", "Disable"])
def test_rejected_withdrawn_and_disabled_templates_are_submitted_again(status):
    template = TemplateFactory(status=status)

    changed = resubmit(template, content="包裹${1}已到达")

    assert changed.status == Template.Status.REVIEWING
    assert changed.content == "包裹${1}已到达"
    assert changed.is_universal
    assert Submission.objects.get().snapshot["content"] == "包裹${1}已到达"
    assert AuditEvent.objects.get().before["content"] == template.content


@pytest.mark.parametrize("status", ["Reviewing", "SignReviewing", "Adopted", "Adopted_inactive"])
def test_other_templates_are_not_changed(status):
    template = TemplateFactory(status=status)

    with pytest.raises(Refusal) as refused:
        resubmit(template, content="包裹${1}已到达")

    assert refused.value.code == "template_not_modifiable"
    assert Template.objects.get().content == template.content


def test_withdrawing_closes_the_case():
    template = apply()

    template = templates.withdraw(template=template, actor=None)

    assert template.status == Template.Status.PENDING
    assert Submission.objects.get().state == Submission.State.WITHDRAWN
    assert resubmit(template).status == Template.Status.REVIEWING
    assert Submission.objects.latest("id").attempt == 2


def test_a_template_that_waits_for_its_signature_can_be_withdrawn():
    template = TemplateFactory(status=Template.Status.SIGN_REVIEWING)

    assert templates.withdraw(template=template, actor=None).can_modify


def test_an_approved_template_is_disabled_not_withdrawn():
    template = TemplateFactory(adopted=True)

    with pytest.raises(Refusal):
        templates.withdraw(template=template, actor=None)

    assert templates.disable(template=template, actor=None).status == Template.Status.DISABLE
    assert AuditEvent.objects.get().after == {"status": "Disable"}


def test_only_an_approved_template_is_disabled():
    with pytest.raises(Refusal):
        templates.disable(template=TemplateFactory(), actor=None)


def test_the_template_id_survives_a_change_and_versions_count_up():
    reviewer = UserFactory(reviewer=True)
    template = apply()
    decide.approve(submission=Submission.objects.get(), reviewer=reviewer)
    template.refresh_from_db()
    first_id = template.template_id

    templates.disable(template=template, actor=None)
    changed = resubmit(template, content="包裹${1}已到达")
    assert changed.version.content == GOOD["content"]
    decide.approve(submission=Submission.objects.latest("id"), reviewer=reviewer)

    template.refresh_from_db()
    assert template.template_id == first_id
    assert (template.version.number, template.version.content) == (2, "包裹${1}已到达")
    assert template.versions.count() == 2
