from celery import shared_task

from customers.services import deliveries


@shared_task(name="customers.send_emails")
def send_emails() -> int:
    """Send the e-mails of notices and security codes that are due."""
    return deliveries.send_emails()
