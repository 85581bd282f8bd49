"""Which address a report goes to (spec data-plane §4.3)."""

from messaging.models import CallbackTarget, SendRequest
from messaging.services import catalogue
from tests.api.shop import Shop

BATCH = "https://sms.example.com/batch"
SINGLE = "https://sms.example.com/report"


def address_of_the_request() -> tuple[int, str] | None:
    target = SendRequest.objects.get().target
    return (target.kind, target.url) if target else None


def with_batch_address(shop: Shop) -> Shop:
    shop.application.report_url = BATCH
    shop.application.save()
    catalogue.forget()
    return shop


def test_the_callback_of_the_request_comes_first(shop: Shop):
    assert with_batch_address(shop).send(statusCallback=SINGLE).code == "000000"
    assert address_of_the_request() == (CallbackTarget.Kind.SINGLE, SINGLE)


def test_without_it_the_batch_address_of_the_application(shop: Shop):
    assert with_batch_address(shop).send().code == "000000"
    assert address_of_the_request() == (CallbackTarget.Kind.BATCH, BATCH)


def test_without_either_nothing_is_pushed(shop: Shop):
    assert shop.send().code == "000000"
    assert address_of_the_request() is None
