"""Numbers that unsubscribed."""

from datetime import UTC, datetime

from messaging.models import OptOut


def opted_out(application, recipient="+8613900139000"):
    """An opt-out in force of a channel number of the application's customer."""
    return OptOut.objects.create(
        customer=application.customer,
        application=application,
        channel_number="csms100000009",
        recipient=recipient,
        since=datetime(2026, 1, 5, tzinfo=UTC),
    )
