from celery import shared_task

from messaging.services import notices


@shared_task(name="messaging.send_notices")
def send_notices() -> int:
    """Send the SMS of notices and security codes that are due."""
    return notices.send_notices()
