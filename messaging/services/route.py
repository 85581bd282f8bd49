"""From channel number, template and signature to the sender of a request.

Spec data-plane §8.3 and rulings 6: some mistakes are told per number in the answer (`refused`),
others are accepted and told in the status report (`blocked`).
"""

from dataclasses import dataclass

from . import routing
from .catalogue import ApprovedTemplate, Sender, senders
from .routing import Plan


@dataclass(frozen=True, slots=True)
class Route:
    """Who a request is sent as.

    `refused` is a code for the answer (nothing is stored), `blocked` a code for the report; at
    most one is set. `sender` is None where no signature with such a number exists. Messages take
    `channel_id`, or where there is a `plan` the channel that it gives each of them.
    """

    channel_number: str
    sender: Sender | None = None
    channel_id: int | None = None
    plan: Plan | None = None
    refused: str = ""
    blocked: str = ""


def find_route(
    *, application_id: int, template: ApprovedTemplate, channel_number: str, signature: str
) -> Route:
    """Choose the signature a request goes out under.

    `channel_number` (the API's `from`) decides; without it the named `signature` of a universal
    template does. For a universal template a `signature` that contradicts the number is blocked
    with E200020; ordinary templates ignore it.
    """
    available = senders(application_id)
    if not available:
        return Route(channel_number, blocked="E200021")
    if not channel_number:
        return _by_signature(available, template, signature)
    at_number = [sender for sender in available if sender.channel_number == channel_number]
    if not at_number:
        return Route(channel_number, blocked="E200018")
    sender = next((one for one in at_number if one.type == template.type), None)
    if sender is None:
        return Route(channel_number, refused="E200029")
    if not template.is_universal and sender.pk != template.signature_id:
        return Route(channel_number, refused="E200029")
    if template.is_universal and signature and signature != sender.name:
        return Route(channel_number, sender, blocked="E200020")
    return _through_channel(sender)


def _by_signature(
    available: tuple[Sender, ...], template: ApprovedTemplate, signature: str
) -> Route:
    for sender in available:
        if sender.name == signature and sender.type == template.type:
            return _through_channel(sender)
    return Route("", blocked="E200020")


def _through_channel(sender: Sender) -> Route:
    if not sender.is_usable:
        return Route(sender.channel_number, sender, blocked="E200019")
    plan = routing.plan(sender.channel_number, sender.type)
    if plan is None:
        return Route(sender.channel_number, sender, blocked="E200027")
    return Route(sender.channel_number, sender, plan.main, plan if plan.is_split else None)
