from celery import shared_task

from messaging.statistics import alarms, folding, retention


@shared_task(name="messaging.fold_statistics")
def fold_statistics() -> int:
    """Add what happened in the last seconds to the hourly figures."""
    return folding.fold()


@shared_task(name="messaging.drop_statistics")
def drop_statistics() -> int:
    """Delete figures older than they are kept."""
    return retention.drop_expired()


@shared_task(name="messaging.watch_channels")
def watch_channels() -> int:
    """Begin and end the alarms of channels that do worse than before."""
    return alarms.watch()
