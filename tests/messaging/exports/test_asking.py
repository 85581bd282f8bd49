from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import AuditEvent, User
from messaging.exports import asking, ending, writing
from messaging.models import Export
from tests.messaging.road import Road, numbers

Ask = Callable[..., Export]


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_asking_is_audited_without_whole_numbers(ask: Ask, person: User):
    export = ask(recipient="+8613800138000")
    event = AuditEvent.objects.get(verb="export")
    assert (event.object_id, event.actor) == (str(export.public_id), person)
    assert event.after["recipient"] == "138****8000"


def test_only_so_many_at_the_same_time(ask: Ask, settings: Any):
    settings.SMS_EXPORTS_AT_ONCE = 2
    ask()
    ask()
    with pytest.raises(Refusal, match="2 exports of your account are under way"):
        ask()
    writing.write_due(budget_s=60)
    assert ask().pk


def test_a_fetch_is_counted_and_audited(ask: Ask, person: User):
    export = ask()
    asking.fetched(export=export, actor=person, ip_address="192.0.2.7")
    export.refresh_from_db()
    event = AuditEvent.objects.get(verb="download")
    assert (export.downloads, event.ip_address) == (1, "192.0.2.7")


def test_it_may_be_fetched_until_its_time_is_over(road: Road, ask: Ask, media: Path):
    road.accept(numbers(1))
    export = ask()
    assert not asking.may_be_fetched(export, now())
    writing.write_due(budget_s=60)
    export.refresh_from_db()
    assert export.expires_at == export.finished_at + timedelta(days=7)
    assert asking.may_be_fetched(export, export.expires_at - timedelta(seconds=1))
    assert not asking.may_be_fetched(export, export.expires_at)
    assert ending.expire(export.expires_at - timedelta(seconds=1)) == 0
    assert files_in(media)
    assert ending.expire(export.expires_at) == 1
    assert files_in(media) == []
    export.refresh_from_db()
    assert export.state == Export.State.EXPIRED


def test_an_ended_export_leaves_the_list_after_three_months(ask: Ask):
    export = ask()
    Export.objects.update(state=Export.State.EXPIRED, finished_at=now())
    ending.expire(now() + ending.KEPT_IN_LIST - timedelta(minutes=1))
    assert Export.objects.filter(pk=export.pk).exists()
    ending.expire(now() + ending.KEPT_IN_LIST)
    assert not Export.objects.exists()


def test_deleting_takes_the_file_along(
    road: Road, ask: Ask, person: User, media: Path, django_capture_on_commit_callbacks: Any
):
    road.accept(numbers(1))
    export = ask()
    writing.write_due(budget_s=60)
    with django_capture_on_commit_callbacks(execute=True):
        asking.delete(export=export, actor=person)
    assert not Export.objects.exists()
    assert files_in(media) == []
    assert AuditEvent.objects.filter(verb="delete", object_type="export").exists()
