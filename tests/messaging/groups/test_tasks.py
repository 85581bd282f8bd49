"""The road of a group task through its Celery tasks, with rings that reach a real broker."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from messaging.groups import planning, unfinished
from messaging.models import GroupTask, Message
from messaging.tasks import groups
from reviews.models import Template
from sms_console.celery import app

from .conftest import MakeTask, numbers, recipients_sent

pytestmark = pytest.mark.django_db(transaction=True)

TakeRings = Callable[[], list[tuple[str, list[int]]]]


@pytest.fixture
def rings() -> Iterator[TakeRings]:
    """Take what waits in the queues, as a worker would."""
    app.set_current()
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    queues = ("default", "groups", "files")

    def take() -> list[tuple[str, list[int]]]:
        taken = []
        for queue in queues:
            while message := broker.rpop(queue):
                envelope = json.loads(message)
                arguments, *_rest = json.loads(base64.b64decode(envelope["body"]))
                taken.append((envelope["headers"]["task"], arguments))
        return taken

    take()
    yield take
    take()
    broker.close()


def test_a_group_task_runs_from_ring_to_ring(
    notice: Template, uploaded: MakeTask, channel: None, rings: TakeRings
) -> None:
    task = uploaded(notice, "\n".join(numbers(501)))
    assert rings() == [("messaging.check_group_file", [task.pk])]
    assert unfinished.has_any()

    groups.check_group_file(task.pk)
    task.refresh_from_db()
    assert not unfinished.has_any()
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    assert rings() == [("messaging.start_due_groups", [])]
    assert unfinished.has_any()

    groups.start_due_groups()
    assert rings() == [("messaging.send_group_slices", [task.pk])]
    assert unfinished.has_any()

    groups.send_group_slices(task.pk)
    assert rings() == []
    assert recipients_sent(task) == [f"+86{number}" for number in numbers(501)]
    assert unfinished.has_any()

    Message.objects.update(state=Message.State.DELIVERED)
    GroupTask.objects.update(recount_at=None)
    groups.start_due_groups()
    task.refresh_from_db()
    assert task.state == GroupTask.State.SUCCEEDED
    assert not unfinished.has_any()


def test_a_run_at_its_budget_rings_for_the_next(
    notice: Template,
    uploaded: MakeTask,
    channel: None,
    rings: TakeRings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "SLICES_PER_RUN", 1)
    task = uploaded(notice, "\n".join(numbers(501)))
    groups.check_group_file(task.pk)
    task.refresh_from_db()
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    groups.start_due_groups()
    rings()

    groups.send_group_slices(task.pk)

    assert rings() == [("messaging.send_group_slices", [task.pk])]
    assert len(recipients_sent(task)) == 500


def test_a_lost_ring_is_made_good(
    notice: Template, uploaded: MakeTask, channel: None, rings: TakeRings
) -> None:
    task = uploaded(notice, "13800138000")
    groups.check_group_file(task.pk)
    task.refresh_from_db()
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    groups.start_due_groups()
    cache.clear()
    rings()

    groups.start_due_groups()

    assert rings() == [("messaging.send_group_slices", [task.pk])]


def test_an_unreachable_broker_does_not_fail_what_was_committed(
    notice: Template, uploaded: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_arguments: Any, **_options: Any) -> None:
        raise redis.ConnectionError("connection refused")

    monkeypatch.setattr("messaging.services.doorbell.cache.add", unreachable)

    assert GroupTask.objects.filter(pk=uploaded(notice, "13800138000").pk).exists()
