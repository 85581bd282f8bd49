"""Beat rings where there is work, and lives in a worker where it is told to."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery.beat import Service
from celery.schedules import schedule
from django.conf import settings
from django.db import OperationalError
from django.utils.module_loading import import_string

from messaging.models import Tally
from messaging.models.charge import Credit
from sms_console import beat
from sms_console.celery import app

TASK = "messaging.fold_statistics"
QUESTION = "messaging.statistics.folding.has_tallies"


class Rings(beat.AskingScheduler):
    """Remembers what it would have rung for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(app=app, max_interval=1, lazy=not options, **options)
        self.rung: list[str] = []

    def apply_async(self, entry: Any, **_: Any) -> None:
        self.rung.append(entry.task)


def tick(task: str) -> list[str]:
    rings = Rings()
    rings.apply_entry(rings.Entry(name=task, task=task, schedule=schedule(1.0), app=app))
    return rings.rung


@pytest.mark.parametrize(("has_work", "rung"), [(True, [TASK]), (False, [])])
def test_a_task_is_asked_for_first(
    monkeypatch: pytest.MonkeyPatch, has_work: bool, rung: list[str]
) -> None:
    monkeypatch.setattr(QUESTION, lambda: has_work)

    assert tick(TASK) == rung


def test_a_task_without_a_question_is_rung_for() -> None:
    assert tick("messaging.prepare_partitions") == ["messaging.prepare_partitions"]


@pytest.mark.django_db(transaction=True)
def test_it_rings_when_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise OperationalError

    monkeypatch.setattr(QUESTION, fail)

    assert tick(TASK) == [TASK]


def test_runs_fall_on_whole_seconds_so_that_a_machine_is_woken_up_once(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 23, 12, 0, 7, 310_000, UTC)
    with time_machine.travel(moment, tick=False):
        rings = Rings(schedule_filename=str(tmp_path / "schedule"))
        reserved = rings.reserve(rings.schedule["fold statistics"])
        soon, next_run = rings._when(reserved, 0.25), rings._when(reserved, 3.0)
        rings.close()

    assert reserved.last_run_at == moment.replace(microsecond=0)
    assert next_run == moment.replace(second=10, microsecond=0).timestamp()
    assert soon == pytest.approx(moment.timestamp() + 0.24)


@pytest.mark.django_db
@pytest.mark.parametrize("task", settings.BEAT_QUESTIONS)
def test_questions_are_answered_about_scheduled_tasks(task: str) -> None:
    assert task in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert import_string(settings.BEAT_QUESTIONS[task])() is False


@pytest.mark.django_db
def test_there_is_something_to_fold_and_to_book() -> None:
    Tally.objects.create(request_id=1)
    Credit.objects.create(request_id=1, parts=1)

    assert beat.has_work("messaging.fold_statistics")
    assert beat.has_work("messaging.book_charges")


def test_a_worker_ends_with_its_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    class Broken(Service):
        def start(self, embedded_process: bool = False) -> None:
            raise OSError("no space left")

    monkeypatch.setattr(beat.os, "kill", lambda *_: ended.set())
    thread = beat.BeatThread(Broken(app))

    thread.start()

    assert ended.wait(60)
    thread.join()
