from django.urls import reverse

from messaging.models import Message, SendRequest
from tests.messaging.road import Road, numbers

from .conftest import Visitor

INBOX = reverse("portal:inbox")


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
    ((_sender, bubbles),) = owner.get(INBOX).context["conversations"]
    times = [message.finished_at for message, _text in bubbles]
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
