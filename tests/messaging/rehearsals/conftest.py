"""Traffic of a day, as replays read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from common.clock import local_day, platform_zone
from messaging.models import Message, PolicyReplay, RuleHit, SendRequest
from messaging.rehearsals.figures import Figures
from messaging.rehearsals.plan import request_replay
from messaging.rehearsals.run import run_slice
from tests.messaging.road import Road

Kind = RuleHit.Kind


@pytest.fixture(autouse=True)
def _no_rules(settings: Any) -> None:
    """What was sent went out; a test switches on what should have stopped it."""
    settings.SMS_FREQUENCY_LIMITS = []
    settings.SMS_PROMOTION_WINDOW = ["00:00", "24:00"]
    settings.SMS_TRAFFIC_DEFAULTS = []


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of today, in the platform's zone."""
    now = timezone.now().astimezone(platform_zone())
    return now.replace(hour=hour, minute=minute, second=second, microsecond=0)


def sent(road: Road, recipients: Sequence[str], moment: datetime, **options: Any) -> int:
    """Messages that came at a moment of today; the id of the first."""
    accepted = road.accept(list(recipients), **options)
    SendRequest.objects.filter(pk=accepted.first_id).update(created_at=moment)
    return accepted.first_id


CODES = {
    Kind.BLOCKLIST: "SC:0003",
    Kind.FREQUENCY: "SC:0010",
    Kind.GUARD: "SC:0010",
    Kind.KEYWORD: "SC:0006",
    Kind.NUMBER_CONTROL: "E000632",
    Kind.SEND_WINDOW: "SC:0011",
    Kind.THRESHOLD: "E000623",
}


def stopped(first_id: int, kind: RuleHit.Kind) -> None:
    """As if a rule had stopped the messages of a request."""
    messages = Message.objects.filter(request_id=first_id)
    messages.update(state=Message.State.FAILED, code=CODES[kind])
    RuleHit.objects.bulk_create(
        RuleHit(
            message_id=message.id,
            customer_id=message.customer_id,
            kind=kind,
            rule_id=0,
            rule_version=1,
        )
        for message in messages
    )


def replayed(rule: str, draft: dict[str, Any], **options: Any) -> Figures:
    """The figures of a draft against the traffic of today."""
    usual = {"day": local_day(timezone.now()), "customer": None, "actor": None}
    replay = request_replay(rule=rule, draft=draft, **usual | options)
    while run_slice(replay.pk):
        pass
    replay.refresh_from_db()
    assert replay.state == PolicyReplay.State.DONE, replay.failure
    return Figures.read(replay.figures)
