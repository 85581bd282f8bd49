"""Group tasks in any state for the tests of their pages, and the addresses of these."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from messaging.groups import checking, planning, uploads
from messaging.groups.sources import Uploaded
from messaging.models import GroupTask
from tests.messaging.road import Road

from .conftest import Visitor

ROWS = ("13800000000,A1", "13800000001,A2", "123,A3", "13800000000,A1")
"""Two good rows, a wrong number, a duplicate."""

GOOD_ROWS = ("13800000000,A1", "13800000001,A2")


def csv_of(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("numbers.csv", "\n".join(lines).encode())


def made_by(visitor: Visitor, road: Road, *rows: str) -> GroupTask:
    """A task of the visitor that waits for its check."""
    return uploads.create(
        customer=road.application.customer,
        application=road.application,
        signature=road.template.signature,
        template=road.template,
        name="Parcels of today",
        recipients=Uploaded(csv_of(*(rows or ROWS))),
        actor=visitor.membership.user,
    )


def checked_by(visitor: Visitor, road: Road, *rows: str) -> GroupTask:
    task = made_by(visitor, road, *rows)
    checking.check(task.pk)
    task.refresh_from_db()
    return task


def pending_by(visitor: Visitor, road: Road, *rows: str, **ahead: float) -> GroupTask:
    """A task that is planned so far ahead: `hours=1`."""
    task = checked_by(visitor, road, *rows)
    start = timezone.now() + timedelta(**ahead)
    user = visitor.membership.user
    return planning.confirm(task=task, scheduled_at=start, accept_problems=True, actor=user)


def put(task: GroupTask, state: GroupTask.State, **changes: Any) -> GroupTask:
    """Put a task into a state as if its workers had done so."""
    GroupTask.objects.filter(pk=task.pk).update(state=state, **changes)
    task.refresh_from_db()
    return task


def at(name: str, *arguments: object) -> str:
    return reverse(f"portal:group-{name}", args=list(arguments))


def page_of(name: str, task: GroupTask) -> str:
    return at(name, task.public_id)


def draft_of(visitor: Visitor, road: Road, **changes: object) -> UUID:
    """Fill in the first page; return the key of the draft."""
    key = uuid4()
    values = {
        "name": "Parcels of today",
        "application": road.application.pk,
        "signature": road.template.signature.pk,
        "template": road.template.pk,
    }
    visitor.post(at("draft", key), values | changes)
    return key
