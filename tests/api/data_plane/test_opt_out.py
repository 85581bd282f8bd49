"""Promotions to numbers that replied `R`: accepted, and told in the report (rulings 30 and 38)."""

import pytest

from messaging.carriers.base import Uplink
from messaging.models import Channel, Message
from messaging.services.uplink import record_uplinks
from reviews.models.kinds import MessageType
from tests.api.shop import Shop, open_shop
from tests.messaging.replies import HANDSET, SENT_AT

OTHER = "+8613900000000"


def reply_r(shop: Shop) -> None:
    channel = Channel.objects.get(is_default=True)
    reply = Uplink("mo1", HANDSET, shop.signature.channel_number, "R", SENT_AT)
    record_uplinks(channel_id=channel.pk, uplinks=[reply])


@pytest.mark.parametrize("call", ["one", "diff"])
def test_a_promotion_is_accepted_and_fails_in_the_report(db: None, call: str):
    shop = open_shop(type=MessageType.PROMOTION, content="${1}八折。拒收请回复R")
    reply_r(shop)
    to = [HANDSET, OTHER]
    answer = shop.send(to=",".join(to)) if call == "one" else shop.send_diff(shop.content(to=to))
    assert (answer.code, answer.statuses) == ("000000", ["000000"] * 2)
    assert dict(Message.objects.values_list("recipient", "code")) == {HANDSET: "SC:0016", OTHER: ""}


def test_a_notification_to_the_same_number_is_sent(db: None):
    shop = open_shop()
    reply_r(shop)
    assert shop.send(to=HANDSET).code == "000000"
    assert Message.objects.get().state == Message.State.ACCEPTED
