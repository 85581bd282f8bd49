from celery import shared_task

from common.clock import now
from messaging.policy.rebuild import rebuild
from messaging.services import conversions


@shared_task(name="messaging.fill_frequency_counters")
def fill_frequency_counters() -> int:
    """Fill the frequency counters after Valkey lost them."""
    return rebuild()


@shared_task(name="messaging.watch_conversions")
def watch_conversions() -> int:
    """Raise an alarm where hardly any codes are used any more."""
    return conversions.watch(now())
