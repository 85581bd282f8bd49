from celery import shared_task

from messaging.services import alarm_emails, channel_alarms
from messaging.statistics import folding, retention


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
    """Begin and end the alarms of channels."""
    return channel_alarms.watch()


@shared_task(name="messaging.send_alarm_emails")
def send_alarm_emails() -> int:
    """Send the e-mails about channel alarms that are due."""
    return alarm_emails.send_due()
