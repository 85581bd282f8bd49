"""Reading replies for people: the newest of a customer, each with what it answers and its push."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import local_day
from customers.models import Application, Customer
from messaging.models import Callback, Message, Uplink
from messaging.models.ids import first_id
from messaging.models.uplink import UplinkQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkSearch:
    """What is looked for. `start` and `end` are aware instants, `sender` is `+86138…`."""

    customer: Customer
    start: datetime
    end: datetime
    sender: str = ""
    uplink_id: int | None = None
    uuid: UUID | None = None
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class FoundUplink:
    """A reply; `message` with its request; `callback` is None where no address was set."""

    uplink: Uplink
    message: Message | None
    callback: Callback | None


def find_uplinks(
    search: UplinkSearch, *, limit: int, before: int | None = None
) -> list[FoundUplink]:
    """The newest `limit` replies that match, below the id `before`."""
    found = _matching(search).select_related("application", "signature")
    if before is not None:
        found = found.filter(id__lt=before)
    return _with_what_belongs_to_them(list(found.order_by("-id")[:limit]), search.customer)


def find_uplink(customer: Customer, uplink_id: int) -> FoundUplink | None:
    """A reply of a customer by its id, or None."""
    own = Uplink.objects.for_customer(customer).select_related("application", "signature")
    found = _with_what_belongs_to_them(list(own.filter(pk=uplink_id)), customer)
    return found[0] if found else None


def replies_to(customer: Customer, numbers: Iterable[str], *, start: datetime) -> list[Uplink]:
    """All replies to these channel numbers since `start`, oldest first."""
    recent = Uplink.objects.for_customer(customer).filter(
        id__gte=first_id(local_day(start)), received_at__gte=start, channel_number__in=list(numbers)
    )
    return list(recent.order_by("id"))


def _matching(search: UplinkSearch) -> UplinkQuerySet:
    """Ids say the day of storing, which may be one after that of arrival: parts were waited for."""
    found = Uplink.objects.for_customer(search.customer).filter(
        id__gte=first_id(local_day(search.start)),
        id__lt=first_id(local_day(search.end) + timedelta(days=2)),
        received_at__range=(search.start, search.end),
    )
    wanted = {
        "sender": search.sender or None,
        "id": search.uplink_id,
        "uuid": search.uuid,
        "application": search.application,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value is not None})


def _with_what_belongs_to_them(uplinks: list[Uplink], customer: Customer) -> list[FoundUplink]:
    """Looked up by id: a join would open every day's partition."""
    answered = {uplink.message_id for uplink in uplinks if uplink.message_id}
    messages = Message.objects.for_customer(customer).select_related("request").in_bulk(answered)
    callbacks = Callback.objects.select_related("target").filter(
        message_id__in=[one.id for one in uplinks], sequence=1
    )
    pushes = {callback.message_id: callback for callback in callbacks}
    return [
        FoundUplink(one, messages.get(one.message_id or 0), pushes.get(one.id)) for one in uplinks
    ]
