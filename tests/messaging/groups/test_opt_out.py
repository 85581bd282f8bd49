"""Group promotions leave out whoever replied `R`."""

from typing import Any

from common.clock import now
from messaging.carriers.base import Uplink
from messaging.groups import planning, sending
from messaging.models import Channel, Message
from messaging.services.uplink import record_uplinks
from reviews.models import Template

from .conftest import NOON, MakeTask


def test_they_fail_and_the_others_go(
    clock: Any, channel: None, promotion: Template, checked: MakeTask
) -> None:
    reply = Uplink("mo1", "+8613800138001", promotion.signature.channel_number, "ｒ", NOON)
    record_uplinks(channel_id=Channel.objects.get().pk, uplinks=[reply])
    task = checked(promotion, "13800138000\n13800138001\n13800138002")
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    sending.start_due(now())
    sending.send_slices(task.pk, budget=10)
    assert list(Message.objects.order_by("recipient").values_list("code", "state")) == [
        ("", Message.State.ACCEPTED),
        ("SC:0016", Message.State.FAILED),
        ("", Message.State.ACCEPTED),
    ]
