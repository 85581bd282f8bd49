"""Make a group task: what is sent, under which name, to whom (spec console §9.1 and 9.2)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Application, Customer, User
from customers.services import audit
from messaging.models import GroupTask
from reviews.models import Signature, Template

from . import doorbell
from .preconditions import Choice, refuse_unless_met
from .sources import FailedOf, Recipients, Saved

if TYPE_CHECKING:
    from .sources import Incoming

NAME_LENGTH = 64
FASTEST = 100_000


def create(
    *,
    customer: Customer,
    application: Application,
    signature: Signature,
    template: Template,
    name: str,
    recipients: Recipients,
    actor: User,
    rate: int | None = None,
) -> GroupTask:
    """Store the recipients with a task in state CHECKING; they are checked after the commit.

    `rate` is how many messages a second are sent at most, None for as many as the channel takes.
    Raises `Refusal` with the field it is about when a precondition does not hold, the name is
    missing or too long, or the recipients cannot be read or are too many bytes.
    """
    name = name.strip()
    refuse_bad_name(name)
    refuse_bad_rate(rate)
    refuse_unless_met(Choice(customer, application, signature, template))
    incoming = recipients.incoming(template)
    with transaction.atomic():
        task = GroupTask(
            customer=customer,
            application=application,
            signature=signature,
            template=template,
            name=name,
            rate=rate,
            created_by=actor,
        )
        keep_recipients(task, recipients, incoming)
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


def keep_recipients(task: GroupTask, recipients: Recipients, incoming: "Incoming") -> None:
    """Save a task with its recipients, the file last, because a file does not roll back."""
    task.file_name = incoming.name
    task.uploaded_at = now()
    task.recipient_list = recipients.recipient_list if isinstance(recipients, Saved) else None
    task.resent_from = recipients.task if isinstance(recipients, FailedOf) else None
    task.save()
    task.file.save(f"{task.public_id}.{incoming.file_format}", incoming.content)


def refuse_bad_name(name: str) -> None:
    """Raise `Refusal` (field ``name``) for a name that is missing or too long."""
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Refusal(
            "group_name",
            _("Give the task a name of 1 to %(limit)d characters."),
            field="name",
            params={"limit": NAME_LENGTH},
        )


def refuse_bad_rate(rate: int | None) -> None:
    """Raise `Refusal` (field ``rate``) for a rate that no task can have."""
    if rate is not None and not 1 <= rate <= FASTEST:
        raise Refusal(
            "group_rate",
            _("Choose 1 to %(limit)d messages a second, or leave it empty."),
            field="rate",
            params={"limit": FASTEST},
        )
