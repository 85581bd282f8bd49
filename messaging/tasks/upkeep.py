from celery import shared_task

from common.clock import now
from messaging.models.partitions import ensure_partitions
from messaging.retention import groups, partitions, stray_files, values
from messaging.services.expire import expire_messages, expire_waiting
from messaging.services.report import forget_old_receipts
from messaging.services.uplink import join_overdue
from messaging.services.uplink_parts import forget_repeats


@shared_task(name="messaging.expire_waiting")
def give_up_waiting() -> int:
    """Give up on what did not come in time: carriers, parts for early receipts."""
    forget_old_receipts()
    return expire_waiting()


@shared_task(name="messaging.expire_messages")
def give_up_reports() -> int:
    """Give up on reports that did not come in time."""
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


@shared_task(name="messaging.drop_partitions")
def drop_partitions() -> int:
    """Drop the days whose details are no longer kept."""
    moment = now()
    groups.drop_recipients(moment)
    return len(partitions.drop_expired(moment))


@shared_task(name="messaging.erase_values")
def erase_values() -> int:
    """Erase the values of variables whose time is over."""
    moment = now()
    return values.erase_values(moment) + groups.erase_values(moment)


@shared_task(name="messaging.remove_stray_files")
def remove_stray_files() -> int:
    """Remove uploaded files that nothing refers to."""
    return len(stray_files.remove(now()))
