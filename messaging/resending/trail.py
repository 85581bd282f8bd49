"""Which message a message was sent again as, and which one it repeats."""

from dataclasses import dataclass

from messaging.models import Message, ResentMessage


@dataclass(frozen=True, slots=True)
class Related:
    """The `smsMsgId` of the message that came after this one, and of the one before it."""

    later: str = ""
    earlier: str = ""


def related_to(message: Message) -> Related:
    """Both neighbours of a message in the chain of resends; at most two queries."""
    pairs = ResentMessage.objects.filter(message_id=message.pk).union(
        ResentMessage.objects.filter(new_id=message.pk)
    )
    ids = {}
    for pair in pairs:
        if pair.message_id == message.pk:
            ids["later"] = pair.new_id
        else:
            ids["earlier"] = pair.message_id
    if not ids:
        return Related()
    found = Message.objects.filter(customer_id=message.customer_id, pk__in=list(ids.values()))
    known = {one.pk: one.sms_msg_id for one in found.select_related("request")}
    return Related(**{side: known.get(pk, "") for side, pk in ids.items()})
