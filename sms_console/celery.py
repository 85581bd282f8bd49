"""The Celery application: queues and the static schedule.

Broker messages are doorbells; the work itself waits in rows (docs/architecture.md). Every entry of
the schedule is "find what is due and hand out slices", so losing one tick loses nothing.
"""

import os
import sys

from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections

from sms_console import beat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sms_console.settings")
# Django's checks load every page and form, which a worker never needs; `migrate` runs them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("sms_console")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery closes database connections around every task. Ours are kept, see below.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize
app.autodiscover_tasks()
app.user_options["worker"].add(beat.OPTION)
app.steps["worker"].add(beat.BeatInWorker)


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would replace the root logger; Django's LOGGING_CONFIG has set it already."""


@task_prerun.connect
def _renew_connections(**_: object) -> None:
    """A task begins with a connection that works and is not older than `CONN_MAX_AGE`."""
    close_old_connections()
