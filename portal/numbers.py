"""How numbers of recipients are shown: in full to those who may send, masked to viewers."""

from common import numbers
from customers.models import Membership


def shown(number: str, membership: Membership) -> str:
    """A recipient's number for people, as the member's role allows."""
    return numbers.display(number) if membership.can_send else numbers.mask(number)


def in_payload(number: str, membership: Membership) -> str:
    """The same inside data as it came or goes, such as a row of a file: as it is written there."""
    return number if membership.can_send or not number else numbers.mask(number)
