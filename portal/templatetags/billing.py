"""Template filters for money."""

from django import template

from customers.models import Offer
from customers.services.billing.money import written
from reviews.models.kinds import MessageType

register = template.Library()


@register.filter
def money(amount: int | None) -> str:
    """Millionths of the currency as people write them."""
    return "" if amount is None else written(amount)


@register.filter
def signed_money(amount: int) -> str:
    """The same for a change: with a plus in front of what was added."""
    return f"+{written(amount)}" if amount > 0 else written(amount)


@register.filter
def part_price(offer: Offer) -> str:
    """What a part of a package costs, rounded to the hundredth of a cent."""
    return written(round(offer.price / offer.parts / 100) * 100)


@register.filter
def type_label(message_type: str) -> str:
    """A type of message in words."""
    return str(dict(MessageType.choices).get(message_type, message_type))
