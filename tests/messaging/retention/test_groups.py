from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from common.clock import now
from messaging.models import GroupBlock, GroupTask
from messaging.retention.groups import drop_recipients, erase_values
from tests.factories import MembershipFactory
from tests.messaging.road import Road


@pytest.fixture
def task(road: Road, settings: Any, tmp_path: Path) -> GroupTask:
    settings.MEDIA_ROOT = str(tmp_path)
    customer = road.application.customer
    task = GroupTask(
        customer=customer,
        application=road.application,
        signature=road.template.signature,
        template=road.template,
        name="Parcels",
        created_by=MembershipFactory(customer=customer).user,
        finished_at=now(),
    )
    task.save()
    task.file.save("numbers.csv", ContentFile(b"13800000000,A1"))
    GroupBlock.objects.create(
        task=task,
        first=1,
        lines=[1],
        recipients=["+8613800000000"],
        variables=[["A1"]],
        parts=[1],
    )
    return task


def later(**span: float) -> datetime:
    return now() + timedelta(**span)


def values() -> object:
    return GroupBlock.objects.get().variables


def test_values_and_file_go_a_day_after_the_end(
    task: GroupTask, tmp_path: Path, django_capture_on_commit_callbacks: Any
):
    assert erase_values(later(hours=23)) == 0
    assert values() == [["A1"]]
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_values(later(hours=25)) == 1
    assert values() is None
    assert GroupBlock.objects.get().recipients == ["+8613800000000"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert erase_values(later(hours=25)) == 0


def test_a_task_that_goes_on_keeps_its_values(task: GroupTask):
    GroupTask.objects.update(finished_at=None)
    assert erase_values(later(days=2)) == 0
    assert values() == [["A1"]]


def test_numbers_go_with_the_details(task: GroupTask):
    assert drop_recipients(later(days=90)) == 0
    assert drop_recipients(later(days=92)) == 1
    assert not GroupBlock.objects.exists()
    assert GroupTask.objects.filter(pk=task.pk, file="").exists()


def test_a_task_that_nobody_confirmed_goes_too(task: GroupTask):
    GroupTask.objects.update(finished_at=None)
    assert drop_recipients(later(days=92)) == 1
