"""Channel numbers: which are free, and who may have one."""

from django.db import connection
from django.db.models import Max

from reviews.models import Signature

_PREFIX = "csms"
_FIRST = 100_000_001


def next_free() -> str:
    """Propose the number after the highest of the form `csms100000001`.

    Numbers of deleted signatures count: replies to their old messages still come in. It is a
    proposal only: whether it is free is decided when it is assigned.
    """
    highest = Signature.every.filter(
        channel_number__regex=rf"^{_PREFIX}[1-9][0-9]{{8}}$"
    ).aggregate(highest=Max("channel_number"))["highest"]
    return f"{_PREFIX}{int(highest.removeprefix(_PREFIX)) + 1 if highest else _FIRST}"


def is_taken(channel_number: str, *, by_others_than: Signature) -> bool:
    """Whether a signature of another customer or name has the number, now and until commit.

    No constraint can say this, so whoever asks about a number holds it until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('channel_number'), hashtext(%s))",
            [channel_number],
        )
    return (
        Signature.objects.filter(channel_number=channel_number)
        .exclude(customer=by_others_than.customer_id, name=by_others_than.name)
        .exists()
    )
