from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from common.clock import now
from messaging.groups import checking, planning, problems, sending, uploads
from messaging.groups.sources import Uploaded
from messaging.models import GroupTask, Message, SendRequest
from reviews.models import Template
from reviews.models.kinds import MessageType
from tests.factories import ChannelFactory, TemplateFactory, UserFactory

MakeTask = Callable[..., GroupTask]

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    cache.clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon in Shanghai and stays so. Ask for it before anything that is made."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def notice(db: None) -> Template:
    """A template without variables."""
    return TemplateFactory(adopted=True, content="您的包裹已送达。")


@pytest.fixture
def delivery(db: None) -> Template:
    """A template with an order number and a date."""
    return TemplateFactory(
        adopted=True,
        content="您的订单${1}将于${2}送达。",
        variable_attributes=[
            {"name": "1", "attribute": "CHARDIGIT"},
            {"name": "2", "attribute": "DATETIME"},
        ],
    )


@pytest.fixture
def promotion(db: None, settings: Any) -> Template:
    """A template bound to hours of the day. Tests of it ask for `clock` as well."""
    settings.SMS_PROMOTION_WINDOW = ["08:00", "22:00"]
    return TemplateFactory(
        adopted=True, type=MessageType.PROMOTION, content="尊敬的会员，本周八折。拒收请回复R"
    )


@pytest.fixture
def uploaded() -> MakeTask:
    """Upload a file for a template; the task waits for its check."""

    def upload(template: Template, content: bytes | str, /, **changes: Any) -> GroupTask:
        if isinstance(content, str):
            content = content.encode()
        arguments = {
            "customer": template.customer,
            "application": template.application,
            "signature": template.signature,
            "template": template,
            "name": "Autumn notice",
            "recipients": Uploaded(SimpleUploadedFile("名单.csv", content)),
            "actor": UserFactory(),
        }
        return uploads.create(**(arguments | changes))

    return upload


@pytest.fixture
def checked(uploaded: MakeTask) -> MakeTask:
    """Upload a file and check it."""

    def upload_and_check(template: Template, content: bytes | str, /, **changes: Any) -> GroupTask:
        task = uploaded(template, content, **changes)
        checking.check(task.pk)
        return GroupTask.objects.get(pk=task.pk)

    return upload_and_check


@pytest.fixture
def channel(db: None) -> None:
    ChannelFactory(is_default=True)


def numbers(count: int, first: int = 13_800_000_000) -> list[str]:
    return [str(first + n) for n in range(count)]


def problems_of(task: GroupTask) -> list[tuple[int, str, str]]:
    return [(one.line, one.value, one.reason) for one in problems.all_lines(task)]


def started(task: GroupTask, **choices: Any) -> GroupTask:
    """Confirm a checked task for now, and let it begin."""
    planning.confirm(
        task=task, scheduled_at=None, actor=task.created_by, accept_problems=True, **choices
    )
    sending.start_due(now())
    return GroupTask.objects.get(pk=task.pk)


def recipients_sent(task: GroupTask) -> list[str]:
    """The recipients of all messages of a task, sorted, repeats included."""
    requests = SendRequest.objects.filter(group_task_id=task.pk)
    messages = Message.objects.filter(request_id__in=requests.values("id"))
    return sorted(messages.values_list("recipient", flat=True))
