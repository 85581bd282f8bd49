"""Putting a replay into the queue."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from common.errors import Refusal
from customers.models import Customer, User
from customers.services import audit
from messaging.models import PolicyReplay
from messaging.services.doorbell import ring_worker

from . import drafts

RUN = "messaging.run_policy_replay"


@transaction.atomic
def request_replay(
    *,
    rule: str,
    draft: Mapping[str, Any],
    day: date,
    customer: Customer | None,
    actor: User | None,
    ip_address: str | None = None,
) -> PolicyReplay:
    """Have a draft tried against the traffic of a day, of one customer or of all.

    Raises `Refusal` for a draft that is no rule, and for a day whose messages are not there.
    """
    drafts.read(rule, draft)
    today = local_day(now())
    oldest = today - timedelta(days=settings.SMS_DETAILS_DAYS)
    if not oldest <= day <= today:
        raise Refusal(
            "replay_day",
            _("Choose a day from %(oldest)s to %(today)s: messages of others are not stored."),
            field="day",
            params={"oldest": oldest.isoformat(), "today": today.isoformat()},
        )
    replay = PolicyReplay.objects.create(
        rule=rule, draft=dict(draft), customer=customer, day=day, created_by=actor
    )
    audit.record(
        verb="create",
        object_type="policyreplay",
        object_id=str(replay.public_id),
        object_name=str(replay),
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        after={"rule": rule, "day": day.isoformat()},
    )
    transaction.on_commit(lambda: ring(replay.pk))
    return replay


def ring(replay_id: int) -> None:
    """Have the next slice of a replay judged by a worker."""
    ring_worker(RUN, replay_id)


def has_unfinished() -> bool:
    """Whether any replay is not done."""
    return PolicyReplay.objects.unfinished().exists()


def ring_unfinished() -> int:
    """Ring for the replays that nobody was rung for, or whose worker died."""
    ids = list(PolicyReplay.objects.unfinished().values_list("pk", flat=True))
    for replay_id in ids:
        ring(replay_id)
    return len(ids)
