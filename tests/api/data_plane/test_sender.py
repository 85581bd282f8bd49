"""`from` and `signature`: who a message is sent as, and mistakes that the report tells."""

import pytest

from messaging.models import Callback, Channel, Message, SendRequest
from reviews.models import Signature
from reviews.models.kinds import MessageType
from tests.api.conftest import stored
from tests.api.shop import Answer, Shop, open_shop
from tests.factories import SignatureFactory, TemplateFactory

URL = "https://sms.example.com/report"


@pytest.fixture
def universal(shop: Shop) -> Shop:
    """A universal template of the application, with one usable signature."""
    template = TemplateFactory(adopted=True, universal=True, application=shop.application)
    return Shop(shop.application, shop.signature, template)


def sent_as(answer: Answer) -> tuple[str, str]:
    """Channel number and signature of a request that went through to the carrier."""
    assert answer.statuses == ["000000"]
    request = SendRequest.objects.get()
    assert request.dispatch == SendRequest.Dispatch.WAITING
    assert answer.body["result"][0]["from"] == request.sender
    return request.sender, request.signature_name


def blocked_with(answer: Answer) -> str:
    """The code of a message that was accepted and failed at once, its report owed."""
    assert (answer.code, answer.statuses) == ("000000", ["000000"])
    message, request = Message.objects.get(), SendRequest.objects.get()
    assert message.state == Message.State.FAILED
    assert (message.parts_open, message.finished_at is None) == (0, False)
    assert request.dispatch == SendRequest.Dispatch.DONE
    callback = Callback.objects.get()
    assert (callback.message_id, callback.sequence) == (message.id, 1)
    assert callback.target.url == URL
    assert callback.state == Callback.State.DUE
    return message.code


def refused_with(answer: Answer) -> str:
    assert (answer.status, answer.code) == (200, "E000510")
    assert stored() == (0, 0, 0)
    (code,) = answer.statuses
    return code


def test_an_ordinary_template_goes_out_under_its_signature(shop: Shop) -> None:
    assert sent_as(shop.send()) == (shop.signature.channel_number, shop.signature.name)


def test_an_ordinary_template_ignores_the_signature_parameter(shop: Shop) -> None:
    answer = shop.send(signature="别的签名")
    assert sent_as(answer) == (shop.signature.channel_number, shop.signature.name)


def test_an_unknown_channel_number(shop: Shop) -> None:
    assert blocked_with(shop.send(from_="csms999", statusCallback=URL)) == "E200018"


def test_the_channel_number_of_another_application(shop: Shop) -> None:
    other = open_shop()
    answer = shop.send(from_=other.signature.channel_number, statusCallback=URL)
    assert blocked_with(answer) == "E200018"


def test_a_signature_that_may_not_be_used(shop: Shop) -> None:
    Signature.objects.update(status=Signature.Status.TO_BE_ACTIVATED)
    assert blocked_with(shop.send(statusCallback=URL)) == "E200019"


def test_an_application_without_any_channel_number(shop: Shop) -> None:
    number = shop.signature.channel_number
    Signature.objects.update(channel_number="")
    assert blocked_with(shop.send(from_=number, statusCallback=URL)) == "E200021"


def test_no_channel_to_any_carrier(shop: Shop) -> None:
    Channel.objects.all().delete()
    assert blocked_with(shop.send(statusCallback=URL)) == "E200027"


def test_without_a_callback_address_no_report_is_owed(shop: Shop) -> None:
    assert shop.send(from_="csms999").statuses == ["000000"]
    assert stored() == (1, 1, 0)


def test_a_blocked_long_message_owes_a_report_for_each_part(db: None) -> None:
    shop = open_shop(content="字" * 100)
    shop.send(templateParas="", from_="csms999", to="13800138000,13800138001", statusCallback=URL)
    owed = Callback.objects.order_by("message_id", "sequence").values_list("sequence", flat=True)
    assert list(owed) == [1, 2, 1, 2]


def test_the_channel_number_of_another_signature(shop: Shop) -> None:
    other = SignatureFactory(usable=True, application=shop.application)
    assert refused_with(shop.send(from_=other.channel_number)) == "E200029"


def test_the_channel_number_of_another_type(shop: Shop) -> None:
    other = SignatureFactory(
        usable=True, application=shop.application, type=MessageType.VERIFICATION
    )
    assert refused_with(shop.send(from_=other.channel_number)) == "E200029"


def test_a_universal_template_goes_out_under_the_signature_of_the_number(universal: Shop) -> None:
    number, name = universal.signature.channel_number, universal.signature.name
    assert sent_as(universal.send()) == (number, name)


def test_a_universal_template_with_number_and_signature(universal: Shop) -> None:
    number, name = universal.signature.channel_number, universal.signature.name
    assert sent_as(universal.send(signature=name)) == (number, name)


def test_a_universal_template_with_a_signature_and_no_number(universal: Shop) -> None:
    number, name = universal.signature.channel_number, universal.signature.name
    assert sent_as(universal.send(from_="", signature=name)) == (number, name)


def test_a_universal_template_with_neither(universal: Shop) -> None:
    answer = universal.send(from_="")
    assert answer.told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_a_universal_template_with_a_signature_that_contradicts_the_number(universal: Shop) -> None:
    other = SignatureFactory(usable=True, application=universal.application)
    answer = universal.send(signature=other.name, statusCallback=URL)
    assert blocked_with(answer) == "E200020"


@pytest.mark.parametrize("number", ["", None])
def test_a_universal_template_with_an_unknown_signature(universal: Shop, number: str) -> None:
    changes = {} if number is None else {"from_": number}
    answer = universal.send(signature="没有的签名", statusCallback=URL, **changes)
    assert blocked_with(answer) == "E200020"


def test_signature_names_are_case_sensitive(universal: Shop) -> None:
    Signature.objects.update(name="CloudShop")
    answer = universal.send(from_="", signature="cloudshop", statusCallback=URL)
    assert blocked_with(answer) == "E200020"


def test_a_universal_template_needs_a_signature_of_its_type(universal: Shop) -> None:
    other = SignatureFactory(
        usable=True, application=universal.application, type=MessageType.PROMOTION
    )
    assert refused_with(universal.send(from_=other.channel_number)) == "E200029"
