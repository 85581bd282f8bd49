from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from common.clock import now
from customers.models import Delivery
from messaging.carriers.base import Uplink
from messaging.carriers.simulated.network import Network, network_file
from messaging.models import Message, SendRequest
from messaging.models import Uplink as StoredUplink
from messaging.services.handset import LONGEST
from tests.factories import TemplateFactory
from tests.messaging.replies import HANDSET, number_of, replied
from tests.messaging.road import Road, numbers

from .conftest import Visitor

INBOX = reverse("portal:inbox")
REPLY = reverse("portal:inbox-reply")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SMS_LOCAL_DIR = tmp_path
    return tmp_path / "carrier"


def sent(folder: Path, road: Road) -> list[Uplink]:
    """What waits in the simulated network for the carrier process."""
    with closing(Network(network_file(folder, road.channel.pk))) as network:
        return network.replies(100)


def test_delivered_messages_show_as_the_phone_does(owner: Visitor, road: Road):
    road.deliver(2, callback="")
    page = owner.get(INBOX).content.decode()
    signature = road.template.signature
    assert f"【{signature.name}】您的订单A1001已发货，请留意查收。" in page
    assert signature.channel_number in page


def test_only_what_arrived_shows(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1))
    Message.objects.filter(id=accepted.first_id).update(state=Message.State.FAILED)
    assert "Nothing has arrived yet" in owner.get(INBOX).content.decode()


def test_a_conversation_reads_from_old_to_new(owner: Visitor, road: Road):
    road.deliver(3, callback="")
    (conversation,) = owner.get(INBOX).context["conversations"]
    times = [bubble.at for bubble in conversation.bubbles]
    assert len(times) == 3
    assert times == sorted(times)


def test_the_text_is_rendered_not_stored(owner: Visitor, road: Road):
    road.deliver(1, callback="")
    SendRequest.objects.update(variables=None)
    Message.objects.update(variables=None)
    assert "您的订单${1}已发货" in owner.get(INBOX).content.decode()


def test_the_phones_of_others_stay_private(stranger: Visitor, road: Road):
    road.deliver(1, callback="")
    assert "Nothing has arrived yet" in stranger.get(INBOX).content.decode()


def test_the_page_renews_only_its_conversations(owner: Visitor, road: Road):
    road.deliver(1, callback="")
    part = owner.get(INBOX, headers={"HX-Request": "true"}).content.decode()
    assert "您的订单" in part
    assert "<html" not in part


def test_there_is_no_inbox_outside_demo_mode(owner: Visitor, settings):
    settings.SMS_DEMO = False
    assert owner.get(INBOX).status_code == 404


class TestReplying:
    def test_a_reply_goes_into_the_network_and_nowhere_else(self, owner, road, folder):
        accepted = road.deliver(1, callback="")
        answer = owner.post(REPLY, {"message": accepted.first_id, "text": "好的"})
        assert answer.url == INBOX
        (reply,) = sent(folder, road)
        assert (reply.sender, reply.to, reply.text) == (HANDSET, number_of(road), "好的")
        assert (reply.reference, reply.total, reply.index) == (0, 1, 1)
        assert not StoredUplink.objects.exists()

    def test_a_long_reply_travels_in_parts(self, operator, road, folder):
        accepted = road.deliver(1, callback="")
        text = "长" * 140
        operator.post(REPLY, {"message": accepted.first_id, "text": text})
        parts = sent(folder, road)
        assert [(part.total, part.index) for part in parts] == [(3, 1), (3, 2), (3, 3)]
        assert "".join(part.text for part in parts) == text
        assert len({part.reference for part in parts}) == 1
        assert len({part.carrier_id for part in parts}) == 3

    def test_the_phone_is_chosen_by_the_message_it_got(self, owner, road, folder):
        accepted = road.deliver(3, callback="")
        assert 'name="message"' in owner.get(INBOX).content.decode()
        owner.post(REPLY, {"message": accepted.first_id + 2, "text": "R"})
        assert [reply.sender for reply in sent(folder, road)] == ["+8613800000002"]

    def test_it_shows_in_the_conversation(self, owner: Visitor, road: Road):
        road.deliver(1, callback="")
        replied(road, "谢谢你", received_at=now())
        (conversation,) = owner.get(INBOX).context["conversations"]
        assert [(one.text, one.is_reply) for one in conversation.bubbles][-1] == ("谢谢你", True)

    @pytest.mark.parametrize(
        ("text", "said"),
        [("", "is empty"), ("   ", "is empty"), ("x" * (LONGEST + 1), f"at most {LONGEST}")],
    )
    def test_what_cannot_be_sent_is_told_and_kept(self, owner, road, folder, text, said):
        accepted = road.deliver(1, callback="")
        answer = owner.post(REPLY, {"message": accepted.first_id, "text": text})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert text in page
        assert sent(folder, road) == []

    def test_other_carriers_deliver_to_real_phones(self, owner, road, folder):
        accepted = road.deliver(1, callback="")
        road.channel.connector = "smpp"
        road.channel.save()
        answer = owner.post(REPLY, {"message": accepted.first_id, "text": "R"})
        assert "only the phone itself can reply" in answer.content.decode()

    @pytest.mark.parametrize("message", ["", "abc", "999999999999999999999"])
    def test_no_message_no_reply(self, owner, road, folder, message):
        road.deliver(1, callback="")
        answer = owner.post(REPLY, {"message": message, "text": "R"}, follow=True)
        assert "not in the inbox any more" in answer.content.decode()
        assert sent(folder, road) == []

    def test_not_to_the_messages_of_others(self, stranger, road, folder):
        accepted = road.deliver(1, callback="")
        stranger.post(REPLY, {"message": accepted.first_id, "text": "R"})
        assert sent(folder, road) == []

    def test_viewers_only_look(self, viewer, road, folder):
        accepted = road.deliver(1, callback="")
        assert "phone-reply" not in viewer.get(INBOX).content.decode()
        answer = viewer.post(REPLY, {"message": accepted.first_id, "text": "R"})
        assert answer.status_code == 403
        assert sent(folder, road) == []

    def test_outside_demo_mode_there_is_nothing(self, owner, road, folder, settings):
        accepted = road.deliver(1, callback="")
        settings.SMS_DEMO = False
        answer = owner.post(REPLY, {"message": accepted.first_id, "text": "R"})
        assert answer.status_code == 404
        assert sent(folder, road) == []


def test_codes_of_the_platform_reach_those_they_were_sent_for(
    owner: Visitor, stranger: Visitor, road: Road
):
    """The platform sends under another customer's application; ruling 32 shows it here."""
    platform = TemplateFactory(adopted=True, content="您的验证码为${1}。")
    other = Road(platform.application, road.channel, platform)
    message_id = other.deliver(1, callback="").first_id
    Delivery.objects.create(
        customer=road.application.customer,
        medium=Delivery.Medium.SMS,
        address=HANDSET,
        next_attempt_at=now(),
        sent_at=now(),
        message_id=message_id,
    )
    assert "您的验证码为A1001。" in owner.get(INBOX).content.decode()
    assert "您的验证码为A1001。" not in stranger.get(INBOX).content.decode()
