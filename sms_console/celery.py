"""The Celery application: queues and the static schedule.

Broker messages are doorbells; the work itself waits in rows (docs/architecture.md). Every entry of
the schedule is "find what is due and hand out slices", so losing one tick loses nothing.
"""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sms_console.settings")

app = Celery("sms_console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would replace the root logger; Django's LOGGING_CONFIG has set it already."""
