"""The platform's own SMS go the way of any message."""

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import Delivery, Notice
from customers.services.notices import announce
from messaging.models import Message, PlatformTemplate, SendRequest
from messaging.services import notices
from reviews.models.kinds import MessageType
from tests.factories import SignatureFactory, TemplateFactory
from tests.messaging.road import Road

RECIPIENT = "+8613800138000"


@pytest.fixture
def platform(road: Road) -> dict[str, PlatformTemplate]:
    """The platform sends under the road's application."""
    texts = {
        PlatformTemplate.Purpose.CODE: (MessageType.VERIFICATION, "您的验证码为${1}。"),
        PlatformTemplate.Purpose.NOTICE: (MessageType.NOTIFICATION, "${1}“${2}”${3}，请查看。"),
    }
    chosen = {}
    for purpose, (type, content) in texts.items():
        signature = SignatureFactory(application=road.application, type=type, usable=True)
        template = TemplateFactory(
            application=road.application,
            signature=signature,
            type=type,
            content=content,
            adopted=True,
        )
        chosen[purpose] = PlatformTemplate.objects.create(
            purpose=purpose, template=template, signature=signature
        )
    return chosen


def owe(road: Road, *, is_code: bool) -> Delivery:
    notice = announce(
        customer=road.application.customer,
        event=Notice.Event.SIGNATURE_APPROVED,
        object_type="signature",
        object_id=road.application.public_id,
        params={"name": "云上商城"},
    )
    return Delivery.objects.create(
        notice=None if is_code else notice,
        medium=Delivery.Medium.SMS,
        address=RECIPIENT,
        code="123456" if is_code else "",
        next_attempt_at=now(),
    )


@pytest.mark.parametrize(
    ("is_code", "variables"), [(True, ["123456"]), (False, ["签名", "云上商城", "审核通过"])]
)
def test_it_is_accepted_once_under_the_platform_s_template(
    road: Road, platform: dict[str, PlatformTemplate], is_code: bool, variables: list[str]
):
    delivery = owe(road, is_code=is_code)
    assert notices.send_notices() == 1
    assert notices.send_notices() == 0
    (message,) = Message.objects.all()
    request = SendRequest.objects.get()
    assert message.recipient == RECIPIENT
    assert request.source == SendRequest.Source.PLATFORM
    assert request.variables == variables
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert str(delivery.code) == ""


def test_without_a_template_it_fails_and_says_so(road: Road):
    delivery = owe(road, is_code=True)
    assert notices.send_notices() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (Delivery.State.FAILED, notices.NO_TEMPLATE)
    assert not Message.objects.exists()


def test_one_that_is_refused_does_not_hold_up_the_others(
    road: Road, platform: dict[str, PlatformTemplate], monkeypatch
):
    deliveries = [owe(road, is_code=False) for _ in range(3)]
    refused = {deliveries[0].pk: True, deliveries[1].pk: False}
    send = notices.accept_platform_sms

    def accept(row, recipient, values):
        for pk, permanent in list(refused.items()):
            del refused[pk]
            raise Refusal("not_now", "Nothing pays for it.", permanent=permanent)
        return send(row, recipient, values)

    monkeypatch.setattr(notices, "accept_platform_sms", accept)
    assert notices.send_notices() == 3
    for delivery in deliveries:
        delivery.refresh_from_db()
    assert [each.state for each in deliveries] == ["failed", "waiting", "sent"]
    assert [each.error for each in deliveries[:2]] == ["Nothing pays for it."] * 2
    assert deliveries[1].next_attempt_at > now()
    assert Message.objects.count() == 1
