"""SMS Console's own part of the comparison: its messages go over SMPP as well."""

from bench.stack import Stack

_MAKE_CHANNEL = """
from messaging.models import Channel, ChannelRoute
Channel.objects.filter(is_default=True).update(is_default=False)
channel = Channel(
    name="peers", connector="smpp", is_default=True,
    config={"host": "127.0.0.1", "port": %(port)d, "system_id": "platform",
            "submits_in_flight": 100, "ucs2_only": True},
)
channel.secrets = {"password": "secret"}
channel.save()
ChannelRoute.objects.all().delete()
"""


def send_over_smpp(stack: Stack, port: int) -> None:
    """Make an SMPP channel to the carrier at `port` the way of all messages."""
    stack.django(_MAKE_CHANNEL % {"port": port})
