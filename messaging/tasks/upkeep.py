from celery import shared_task

from messaging.models.partitions import ensure_partitions
from messaging.services.expire import expire_messages, expire_waiting
from messaging.services.report import forget_old_receipts
from messaging.services.uplink import join_overdue
from messaging.services.uplink_parts import forget_repeats


@shared_task(name="messaging.expire_messages")
def expire() -> int:
    """Give up on what did not come in time: reports, carriers, parts for early receipts."""
    forget_old_receipts()
    expire_waiting()
    return expire_messages()


@shared_task(name="messaging.join_uplinks")
def join_uplinks() -> int:
    """Stop waiting for the missing parts of long uplinks."""
    forget_repeats()
    return join_overdue()


@shared_task(name="messaging.prepare_partitions")
def prepare_partitions() -> None:
    """Make the day partitions ahead."""
    ensure_partitions()
