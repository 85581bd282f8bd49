"""What a request is before it is stored: what its messages share, and what each has of its own."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from common.uuids import random_uuid
from messaging.models import SendRequest
from messaging.models.ids import allocate

from .catalogue import ApprovedTemplate
from .route import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What all messages of a request share.

    `variables` are the values when they are the same for every recipient, else None. `target_id`
    is the callback address, None to keep the reports unpushed.
    """

    customer_id: int
    application_id: int
    template: ApprovedTemplate
    route: Route
    source: SendRequest.Source
    variables: Sequence[str] | None = None
    target_id: int | None = None
    extend: str = ""
    group_task_id: int | None = None
    client_address: str = ""
    """Where an API call came from, for the guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The recipients of a request, column by column; every list as long as `recipients`.

    `recipients` are normalised numbers, None for one that is not to be stored (it was refused in
    the answer; its id stays unused). An empty list stands for "the same for all": no `variables`
    of their own, `parts` as in `default_parts`, no `blocked` codes of their own.
    """

    recipients: Sequence[str | None]
    default_parts: int
    parts: Sequence[int] = ()
    variables: Sequence[Sequence[str]] = ()
    blocked: Sequence[str | None] = field(default=())


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who a request is: `smsMsgId` of position i is ``{uuid}_{first_id + i}`` (ruling 8)."""

    first_id: int
    uuid: uuid.UUID
    created_at: datetime

    def part(self, offset: int) -> "Accepted":
        """A request that shares this one's uuid and takes its ids, from `offset` on."""
        return replace(self, first_id=self.first_id + offset)

    @property
    def id_prefix(self) -> str:
        return f"{self.uuid}_"

    def sms_msg_ids(self, count: int) -> list[str]:
        prefix = self.id_prefix
        return [f"{prefix}{number}" for number in range(self.first_id, self.first_id + count)]


def issue(count: int) -> Accepted:
    """Take the ids of `count` messages, whether or not they are going to be stored."""
    return Accepted(allocate(count), random_uuid(), timezone.now())
