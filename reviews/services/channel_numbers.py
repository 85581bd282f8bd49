"""Channel numbers that are still free."""

from django.db.models import Max

from reviews.models import Signature

_PREFIX = "csms"
_FIRST = 100_000_001


def next_free() -> str:
    """Propose the number after the highest of the form `csms100000001`.

    It is a proposal only: the unique constraint decides when it is assigned.
    """
    highest = Signature.objects.filter(
        channel_number__regex=rf"^{_PREFIX}[1-9][0-9]{{8}}$"
    ).aggregate(highest=Max("channel_number"))["highest"]
    return f"{_PREFIX}{int(highest.removeprefix(_PREFIX)) + 1 if highest else _FIRST}"
