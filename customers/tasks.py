from celery import shared_task

from customers.services import deliveries, webhook_delivery


@shared_task(name="customers.send_emails")
def send_emails() -> int:
    """Send the e-mails of notices and security codes that are due."""
    return deliveries.send_emails()


@shared_task(name="customers.deliver_webhooks")
def deliver_webhooks() -> int:
    """Tell webhooks of review decisions: the events that are due."""
    return webhook_delivery.deliver_due()
