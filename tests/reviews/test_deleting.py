import pytest

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Evidence, Signature, Submission, Template
from reviews.services import (
    channel_numbers,
    deleting,
    evidence,
    signatures,
    submissions,
    templates,
)
from tests.factories import SignatureFactory, SubmissionFactory, TemplateFactory
from tests.reviews.papers import upload

pytestmark = pytest.mark.django_db


def test_the_consequences_are_said_first():
    signature = SignatureFactory(usable=True, channel_number="csms100000007")
    TemplateFactory.create_batch(2, application=signature.application, signature=signature)

    sentences = [str(each) for each in deleting.consequences_of_deleting(signature)]

    assert "csms100000007" in sentences[0]
    assert "2 templates" in sentences[1]


def test_a_signature_without_anything_has_no_consequences():
    assert deleting.consequences_of_deleting(SignatureFactory()) == []


@pytest.mark.parametrize("status", Signature.Status.values)
def test_a_signature_is_deleted_in_any_status(status):
    signature = SignatureFactory(status=status)

    deleting.delete_signature(signature=signature, actor=None, ip_address="192.0.2.5")

    assert not Signature.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.verb, event.before, event.ip_address) == (
        "delete",
        {"status": status},
        "192.0.2.5",
    )


def test_its_templates_papers_and_cases_go_with_it(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    signature = SignatureFactory()
    evidence.attach(owner=signature, upload=upload(), actor=None)
    TemplateFactory(application=signature.application, signature=signature, status="SignReviewing")
    pending = TemplateFactory(application=signature.application, signature=signature)
    for subject, of_template in ((signature, False), (pending, True)):
        SubmissionFactory(subject=subject, of_template=of_template)

    deleting.delete_signature(signature=signature, actor=None)

    assert not Template.objects.exists()
    assert not Evidence.objects.exists()
    assert not Submission.objects.awaiting_review().exists()
    assert submissions.subject_of(Submission.objects.first()) == signature


def test_name_and_number_are_free_for_a_new_one_but_the_number_is_not_proposed_again():
    old = SignatureFactory(usable=True, channel_number="csms100000003")
    deleting.delete_signature(signature=old, actor=None)

    new = signatures.apply(
        application=old.application, name=old.name, type=old.type, source=0, actor=None
    )

    assert new.pk != old.pk
    assert channel_numbers.next_free() == "csms100000004"


def test_deleting_makes_room_in_the_quota(settings):
    settings.SMS_SIGNATURE_QUOTA = 1
    old = SignatureFactory()
    deleting.delete_signature(signature=old, actor=None)

    assert signatures.apply(
        application=old.application, name="云上", type=old.type, source=0, actor=None
    ).pk


def test_a_deleted_signature_signs_no_new_template():
    signature = SignatureFactory(usable=True)
    deleting.delete_signature(signature=signature, actor=None)

    with pytest.raises(Refusal, match="was deleted"):
        templates.apply(
            application=signature.application,
            signature=signature,
            type=signature.type,
            name="hello",
            content="您好，欢迎光临",
            variable_attributes=[],
            actor=None,
        )


@pytest.mark.parametrize("status", ["Pending", "Adopted", "Adopted_inactive", "Reject", "Disable"])
def test_a_template_that_is_not_pending_is_deleted(status):
    deleting.delete_template(template=TemplateFactory(status=status), actor=None)

    assert not Template.objects.exists()
    assert Template.every.get().deleted_at


@pytest.mark.parametrize("status", ["Reviewing", "SignReviewing"])
def test_a_pending_template_is_withdrawn_first(status):
    with pytest.raises(Refusal, match="Withdraw it") as refused:
        deleting.delete_template(template=TemplateFactory(status=status), actor=None)

    assert refused.value.code == "template_pending"


def test_fifty_templates_are_deleted_at_once_and_one_more_is_refused():
    signature = SignatureFactory(usable=True)
    many = TemplateFactory.create_batch(
        51, application=signature.application, signature=signature, status="Pending"
    )

    with pytest.raises(Refusal, match="51 templates"):
        deleting.delete_templates(templates=many, actor=None)
    assert Template.objects.count() == 51

    deleting.delete_templates(templates=many[:50], actor=None)
    assert Template.objects.get() == many[50]


def test_all_are_deleted_or_none():
    good, pending = TemplateFactory(status="Pending"), TemplateFactory()

    with pytest.raises(Refusal):
        deleting.delete_templates(templates=[good, pending], actor=None)

    assert Template.objects.count() == 2
