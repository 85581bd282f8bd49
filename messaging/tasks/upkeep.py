from celery import shared_task

from messaging.models.partitions import ensure_partitions
from messaging.services.expire import expire_messages, expire_waiting
from messaging.services.report import forget_early_receipts


@shared_task(name="messaging.expire_messages")
def expire() -> int:
    """Give up on what did not come in time: reports, carriers, parts for early receipts."""
    forget_early_receipts()
    expire_waiting()
    return expire_messages()


@shared_task(name="messaging.prepare_partitions")
def prepare_partitions() -> None:
    """Make the day partitions ahead."""
    ensure_partitions()
