"""Beat: rings for a task only where there is something for it to do, and may live in a worker.

Most of what falls due every second or two has nothing to do most of the time. One question to the
database costs a tenth of a task that goes through the broker to a worker to find out the same.
"""

import os
import signal
import threading
from typing import Any

import structlog
from celery import bootsteps
from celery.beat import PersistentScheduler, ScheduleEntry, Service
from celery.bin.base import CeleryOption
from django.conf import settings
from django.db import Error, connection
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)

OPTION = CeleryOption(
    ("--with-beat",), is_flag=True, help="Run beat as a thread of this worker.", help_group="Beat"
)


class AskingScheduler(PersistentScheduler):
    """Asks the question of a task first, where `BEAT_QUESTIONS` has one for it.

    Everything falls due on whole seconds, so that an idle machine is woken up once for all of it.
    """

    def reserve(self, entry: Any) -> Any:
        """The entry of the next run, which counts from the whole second of this one."""
        reserved: Any = super().reserve(entry)
        reserved.last_run_at = reserved.last_run_at.replace(microsecond=0)
        return reserved

    def _when(self, entry: ScheduleEntry, next_time_to_run: float, **options: Any) -> float:
        when: float = super()._when(entry, next_time_to_run, **options)  # type: ignore[misc]
        return when if next_time_to_run < 1 else float(round(when))

    def schedules_equal(self, old_schedules: Any, new_schedules: Any) -> bool:
        """Whether the schedule is known: it does not change while beat runs.

        Comparing all of it several times a second would be a third of what beat costs.
        """
        return old_schedules is not None

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        if has_work(str(entry.task)):
            super().apply_entry(entry, producer=producer)


def has_work(task: str) -> bool:
    """Whether a task is to be rung for; also when nobody can tell."""
    question = settings.BEAT_QUESTIONS.get(task)
    if question is None:
        return True
    try:
        return bool(import_string(question)())
    except Error as error:
        log.warning("cannot tell whether there is work", task=task, error=type(error).__name__)
        connection.close()
        return True


class BeatThread(threading.Thread):
    """Beat inside a worker, which ends when beat fails: its supervisor starts both again."""

    def __init__(self, service: Service) -> None:
        super().__init__(name="beat", daemon=True)
        self._service = service

    def run(self) -> None:
        try:
            self._service.start()
        except Exception:
            log.exception("beat failed; the worker ends with it")
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        self._service.stop()


class BeatInWorker(bootsteps.StartStopStep):
    """Runs beat in a worker that was started with `--with-beat`: one process less on a laptop."""

    label = "Beat thread"
    conditional = True

    def __init__(self, worker: Any, *, with_beat: bool = False, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = with_beat

    def create(self, worker: Any) -> BeatThread:  # type: ignore[override]  # the stub is wrong
        """The thread; it wakes up every second at least, to see that the worker stops."""
        service = Service(
            worker.app,
            max_interval=1,
            schedule_filename=worker.schedule_filename,
            scheduler_cls=AskingScheduler,
        )
        return BeatThread(service)
