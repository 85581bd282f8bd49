"""Make a group task from an uploaded recipient file (spec console §9.1 and 9.2)."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Customer, User
from customers.services import audit
from messaging.models import GroupTask
from reviews.models import Signature, Template

from . import doorbell
from .preconditions import Choice, refuse_unless_met
from .readers import HEAD_BYTES, format_of

NAME_LENGTH = 64
_FILE_NAME_LENGTH = 255


def create(
    *,
    customer: Customer,
    application: Application,
    signature: Signature,
    template: Template,
    name: str,
    upload: "UploadedFile[Any]",
    actor: User,
) -> GroupTask:
    """Store the file with a task in state CHECKING, and have it checked after the commit.

    Raises `Refusal` with the field it is about when a precondition does not hold, the name is
    missing or too long, or the file is empty, too large or of a format that cannot be read.
    """
    name = name.strip()
    _refuse_bad_name(name)
    refuse_unless_met(Choice(customer, application, signature, template))
    file_format = _format_of(upload)
    with transaction.atomic():
        task = GroupTask(
            customer=customer,
            application=application,
            signature=signature,
            template=template,
            name=name,
            file_name=(upload.name or "")[-_FILE_NAME_LENGTH:],
            created_by=actor,
        )
        task.save()
        # Last, because a file does not roll back.
        task.file.save(f"{task.public_id}.{file_format}", upload)
        audit.record(
            verb="create",
            object_type="grouptask",
            object_id=task.pk,
            object_name=name,
            actor=actor,
            customer=customer,
            after={"application": application.name, "template": template.name},
        )
        transaction.on_commit(lambda: doorbell.ring_check(task.pk))
    return task


def _refuse_bad_name(name: str) -> None:
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Refusal(
            "group_name",
            _("Give the task a name of 1 to %(limit)d characters."),
            field="name",
            params={"limit": NAME_LENGTH},
        )


def _format_of(upload: "UploadedFile[Any]") -> str:
    if not upload.size:
        raise Refusal(
            "group_file_empty",
            _("The file is empty. Write the numbers into column A, one in each row."),
            field="file",
        )
    if upload.size > settings.SMS_GROUP_MAX_BYTES:
        raise Refusal(
            "group_file_size",
            _("The file is larger than %(limit)d MB. Split it into several files."),
            field="file",
            params={"limit": settings.SMS_GROUP_MAX_BYTES // (1024 * 1024)},
        )
    upload.seek(0)
    file_format = format_of(upload.read(HEAD_BYTES))
    upload.seek(0)
    return file_format
