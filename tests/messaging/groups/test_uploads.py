from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Refusal
from customers.models import AuditEvent, Customer
from messaging.groups.sources import Uploaded
from messaging.models import GroupTask
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType
from tests.factories import ApplicationFactory, SignatureFactory, TemplateFactory

from .conftest import MakeTask


def refused(
    uploaded: MakeTask, notice: Template, content: bytes | str = "1", /, **changes: Any
) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        uploaded(notice, content, **changes)
    assert str(caught.value)
    assert not GroupTask.objects.exists()
    return caught.value.code, caught.value.field


def test_keeps_the_file_and_waits_for_the_check(
    notice: Template, uploaded: MakeTask, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        task = uploaded(notice, "13800138000\n", name="  Notice  ")

    task.refresh_from_db()
    assert (task.state, task.name, task.file_name) == ("checking", "Notice", "名单.csv")
    assert task.file.name.endswith(f"/{task.public_id}.csv")
    assert task.file.read() == b"13800138000\n"
    assert len(callbacks) == 1
    event = AuditEvent.objects.get(object_type="grouptask")
    assert (event.verb, event.object_id, event.actor) == ("create", str(task.pk), task.created_by)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65])
def test_wants_a_name(notice: Template, uploaded: MakeTask, name: str) -> None:
    assert refused(uploaded, notice, name=name) == ("group_name", "name")


def test_refuses_an_empty_file(notice: Template, uploaded: MakeTask) -> None:
    assert refused(uploaded, notice, b"") == ("group_file_empty", "file")


def test_refuses_a_file_over_the_limit(notice: Template, uploaded: MakeTask, settings: Any) -> None:
    settings.SMS_GROUP_MAX_BYTES = 24
    uploaded(notice, "13800138000\n" * 2)
    GroupTask.objects.all().delete()

    assert refused(uploaded, notice, "13800138000\n" * 2 + "1") == ("group_file_size", "file")


def test_looks_at_the_content_and_not_at_the_name(notice: Template, uploaded: MakeTask) -> None:
    program = SimpleUploadedFile("numbers.csv", b"MZ\x90\0", "text/csv")

    assert refused(uploaded, notice, recipients=Uploaded(program)) == ("group_file_program", "file")
    assert refused(uploaded, notice, b"\x7fELF") == ("group_file_program", "file")
    assert refused(uploaded, notice, b"abc\0") == ("group_file_binary", "file")


def test_the_account_must_be_able_to_send(notice: Template, uploaded: MakeTask) -> None:
    Customer.objects.update(status=Customer.Status.FROZEN)
    notice.customer.refresh_from_db()

    assert refused(uploaded, notice)[0] == "account_frozen"


def test_the_application_must_be_ones_own_and_in_service(
    notice: Template, uploaded: MakeTask
) -> None:
    foreign = ApplicationFactory()
    suspended = ApplicationFactory(customer=notice.customer, suspended=True)

    assert refused(uploaded, notice, application=foreign)[0] == "group_application_owner"
    assert refused(uploaded, notice, application=suspended)[0] == "group_application_status"


def test_the_signature_must_be_usable_and_of_the_application(
    notice: Template, uploaded: MakeTask
) -> None:
    other = SignatureFactory(usable=True)
    pending = SignatureFactory(application=notice.application)
    without_number = SignatureFactory(
        application=notice.application, status=Signature.Status.REVIEW_PROCESSING_COMPLETED
    )

    assert refused(uploaded, notice, signature=other)[0] == "group_signature_application"
    for signature in (pending, without_number):
        code = ("group_signature_usable", "signature")
        assert refused(uploaded, notice, signature=signature) == code


def test_the_template_must_be_approved(uploaded: MakeTask, db: None) -> None:
    assert refused(uploaded, TemplateFactory()) == ("group_template_usable", "template")


def test_the_template_must_be_of_the_application(notice: Template, uploaded: MakeTask) -> None:
    other = TemplateFactory(adopted=True)

    assert refused(uploaded, notice, template=other)[0] == "group_template_application"


def test_verification_codes_are_not_sent_to_groups(uploaded: MakeTask, db: None) -> None:
    code = TemplateFactory(adopted=True, type=MessageType.VERIFICATION)

    assert refused(uploaded, code) == ("group_template_verification", "template")


def test_the_template_must_go_with_the_signature(notice: Template, uploaded: MakeTask) -> None:
    sibling = SignatureFactory(usable=True, application=notice.application)
    promoting = SignatureFactory(
        usable=True, application=notice.application, type=MessageType.PROMOTION
    )
    universal = TemplateFactory(adopted=True, universal=True, application=notice.application)

    refusal = ("group_template_signature", "template")
    assert refused(uploaded, notice, signature=sibling) == refusal
    assert refused(uploaded, universal, signature=promoting) == refusal
    assert uploaded(universal, "13800138000", signature=sibling).pk
