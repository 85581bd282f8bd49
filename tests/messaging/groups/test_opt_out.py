"""Group promotions leave out whoever replied `R`."""

from typing import Any

from messaging.carriers.base import Uplink
from messaging.groups import sending
from messaging.models import Channel, Message
from messaging.services.uplink import record_uplinks
from reviews.models import Template

from .conftest import NOON, MakeTask, problems_of, started


def test_the_check_leaves_them_out(
    clock: Any, channel: None, promotion: Template, checked: MakeTask
) -> None:
    _opt_out(promotion)

    task = checked(promotion, "13800138000\n13800138001\n13800138002")

    assert (task.valid_rows, task.blocked_rows, task.invalid_rows) == (2, 1, 0)
    assert [(line, value) for line, value, _reason in problems_of(task)] == [(2, "13800138001")]
    assert [one.kind for one in task.problems.all()] == ["SC:0016"]


def test_who_opts_out_later_fails_and_the_others_go(
    clock: Any, channel: None, promotion: Template, checked: MakeTask
) -> None:
    task = checked(promotion, "13800138000\n13800138001\n13800138002")
    _opt_out(promotion)
    sending.send_slices(started(task).pk, budget=10)
    assert list(Message.objects.order_by("recipient").values_list("code", "state")) == [
        ("", Message.State.ACCEPTED),
        ("SC:0016", Message.State.FAILED),
        ("", Message.State.ACCEPTED),
    ]


def _opt_out(promotion: Template) -> None:
    reply = Uplink("mo1", "+8613800138001", promotion.signature.channel_number, "ｒ", NOON)
    record_uplinks(channel_id=Channel.objects.get().pk, uplinks=[reply])
