"""The platform's own SMS: notices and security codes, sent as any customer's message is.

They go out under an application of the platform itself, whose approved templates operations
choose (`PlatformTemplate`).
"""

from django.db import transaction

from common.errors import Refusal
from customers.models import Delivery
from customers.services import deliveries
from customers.services.wording import sms_values
from messaging.models import PlatformTemplate

from .platform_sms import accept_platform_sms

NO_TEMPLATE = "no platform template"


def send_notices() -> int:
    """Send the SMS that are due; returns how many were tried."""
    due = deliveries.take_due(Delivery.Medium.SMS)
    if due:
        chosen = _chosen()
        for delivery in due:
            _send(delivery, chosen)
    return len(due)


def _chosen() -> dict[str, PlatformTemplate]:
    rows = PlatformTemplate.objects.select_related("template__version", "template__application")
    return {row.purpose: row for row in rows}


def _send(delivery: Delivery, chosen: dict[str, PlatformTemplate]) -> None:
    """Accepted and settled in one transaction: each goes out once, whoever dies when."""
    purpose = PlatformTemplate.Purpose.NOTICE if delivery.notice else PlatformTemplate.Purpose.CODE
    values = sms_values(delivery.notice) if delivery.notice else [str(delivery.code)]
    row = chosen.get(purpose)
    if row is None or not row.template.is_usable:
        deliveries.settle_failed(delivery, NO_TEMPLATE, for_good=True)
        return
    try:
        with transaction.atomic():
            message_id = accept_platform_sms(row, delivery.address, values)
            deliveries.settle_sent(delivery, message_id=message_id)
    except Refusal as refusal:  # one that cannot be sent does not hold up the others
        deliveries.settle_failed(delivery, str(refusal), for_good=refusal.permanent)
