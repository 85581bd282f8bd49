"""Replies as if a phone had sent them, through the simulated network: for trying out, demo mode."""

import secrets
from contextlib import closing

from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.text import split
from messaging.carriers.base import Uplink
from messaging.carriers.simulated import SimulatedConnector
from messaging.carriers.simulated.network import Network, network_file
from messaging.models import Message

from .carrier_files import carrier_folder

LONGEST = 500
"""Characters of a reply; beyond 70 it travels in parts."""


def reply_from_handset(*, message: Message, text: str) -> None:
    """Have the handset that got `message` answer it; the carrier process hears of it in moments.

    A long text is cut into parts with a reference, as handsets do. Refuses a text that is empty
    or too long, and a message that no simulated carrier delivered.
    """
    if not text.strip():
        raise Refusal(
            "reply_empty", _("The reply is empty. Write what the phone sends."), field="text"
        )
    if len(text) > LONGEST:
        raise Refusal(
            "reply_length",
            _("The reply has %(length)s characters; at most %(longest)s are possible."),
            field="text",
            params={"length": len(text), "longest": LONGEST},
        )
    channel = message.request.channel
    if channel is None or channel.connector != SimulatedConnector.name:
        raise Refusal(
            "reply_real",
            _("A real carrier delivered this message: only the phone itself can reply."),
            field="text",
        )
    with closing(Network(network_file(carrier_folder(), channel.pk))) as network:
        network.reply(_uplinks(message, text))


def _uplinks(message: Message, text: str) -> list[Uplink]:
    name = secrets.token_hex(8)
    parts = split(text)
    reference = secrets.randbelow(1 << 16) if len(parts) > 1 else 0
    return [
        Uplink(
            carrier_id=f"{name}{index:02d}",
            sender=message.recipient,
            to=message.request.sender,
            text=part,
            received_at=now(),
            reference=reference,
            total=len(parts),
            index=index,
        )
        for index, part in enumerate(parts, start=1)
    ]
