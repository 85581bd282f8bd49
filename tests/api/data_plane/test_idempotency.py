"""`Idempotency-Key`: the same call twice is sent once (ruling 9)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from api.data_plane import idempotency, send
from api.models import RememberedAnswer
from api.tasks import forget_answers
from messaging.models import CallbackTarget, Message
from messaging.services import catalogue
from tests.api.conftest import stored
from tests.api.shop import JSON, SEND_DIFF, Answer, Shop, form
from tests.factories import ApplicationFactory, TemplateFactory

Keyed = Callable[..., Answer]


@pytest.fixture
def keyed(shop: Shop) -> Keyed:
    """Call batchSendSms with a key."""

    def call(key: str = "k1", **changes: str) -> Answer:
        headers = shop.wsse() | {"Idempotency-Key": key}
        return shop.post(form(shop.fields(**changes)), headers=headers)

    return call


def test_the_answer_is_given_again(keyed: Keyed) -> None:
    first, second = keyed(), keyed()
    assert first.code == "000000"
    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert stored() == (1, 1, 0)


def test_another_key_is_another_call(keyed: Keyed) -> None:
    assert keyed("k1").body != keyed("k2").body
    assert stored()[0] == 2


def test_without_a_key_every_call_is_sent(shop: Shop) -> None:
    shop.send()
    shop.send()
    assert stored()[0] == 2
    assert not RememberedAnswer.objects.exists()


def test_the_same_key_for_another_body(keyed: Keyed) -> None:
    keyed()
    assert keyed(to="13800138001").told == (409, "E000503")
    assert stored()[0] == 1


def test_the_same_key_for_another_address(shop: Shop, keyed: Keyed) -> None:
    keyed()
    headers = shop.wsse() | {"Idempotency-Key": "k1"}
    answer = shop.post_diff(
        b'{"from":"csms1","smsContent":[{"to":["13800138000"],"templateId":"a"}]}', headers=headers
    )
    assert answer.told == (409, "E000503")


def test_both_calls_know_keys(shop: Shop) -> None:
    body = (
        f'{{"from":"{shop.signature.channel_number}","smsContent":[{{"to":["13800138000"],'
        f'"templateId":"{shop.template.template_id}","templateParas":["A1001"]}}]}}'
    ).encode()
    answers = [
        shop.post(
            body,
            path=SEND_DIFF,
            content_type=JSON,
            headers=shop.wsse() | {"Idempotency-Key": "k1"},
        )
        for _ in range(2)
    ]
    assert answers[0].body == answers[1].body
    assert stored() == (1, 1, 0)


def test_keys_belong_to_an_application(shop: Shop, keyed: Keyed) -> None:
    keyed()
    sister = ApplicationFactory(customer=shop.application.customer)
    template = TemplateFactory(adopted=True, application=sister)
    other = Shop(sister, template.signature, template)
    headers = other.wsse() | {"Idempotency-Key": "k1"}
    assert other.post(form(other.fields()), headers=headers).code == "000000"
    assert stored()[0] == 2


def test_an_answer_in_which_every_number_failed_is_remembered(keyed: Keyed) -> None:
    first, second = keyed(to="1"), keyed(to="1")
    assert first.code == "E000510"
    assert second.body == first.body
    assert stored() == (0, 0, 0)


def test_a_refused_call_is_not_remembered(keyed: Keyed) -> None:
    assert keyed(to="").told == (400, "E000503")
    assert keyed().code == "000000"


def test_a_refusal_after_the_answer_was_remembered_does_not_replace_it(
    shop: Shop, keyed: Keyed
) -> None:
    first = keyed()
    shop.template.status = shop.template.Status.DISABLE
    shop.template.save()
    catalogue.forget()
    assert keyed().body == first.body


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 129, "schlüssel", "k\x7f"])
def test_keys_that_are_none(keyed: Keyed, key: str) -> None:
    assert keyed(key).told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_the_longest_key(keyed: Keyed) -> None:
    assert keyed("~" * 128).code == "000000"


def test_a_day_later_the_call_is_sent_again(shop: Shop, keyed: Keyed) -> None:
    first = keyed()
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        second = keyed()
    assert second.body != first.body
    assert stored()[0] == 2
    assert RememberedAnswer.objects.count() == 1


def test_answers_are_forgotten_after_a_day(keyed: Keyed) -> None:
    keyed()
    assert forget_answers() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert forget_answers() == 1


def test_key_and_messages_commit_together(
    shop: Shop, keyed: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "_remember", fail)
        with pytest.raises(DatabaseError):
            keyed(statusCallback="https://sms.example.com/report")
    assert stored() == (0, 0, 0)
    with monkeypatch.context() as broken:
        broken.setattr(send, "accept", fail)
        with pytest.raises(DatabaseError):
            keyed()
    assert not RememberedAnswer.objects.exists()
    # What this process remembers of the failed call is still true.
    assert keyed(statusCallback="https://sms.example.com/report").code == "000000"
    assert Message.objects.get().request.target == CallbackTarget.objects.get()


@pytest.mark.django_db(transaction=True)
def test_while_the_first_call_runs_the_second_is_told_so(
    stored_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = stored_shop
    is_storing, may_finish = threading.Event(), threading.Event()
    accept, answers = send.accept, []

    def slow(*arguments: object) -> object:
        is_storing.set()
        assert may_finish.wait(20)
        return accept(*arguments)

    def call() -> Answer:
        headers = shop.wsse() | {"Idempotency-Key": "k1"}
        return shop.post(form(shop.fields()), headers=headers)

    def first() -> None:
        try:
            answers.append(call())
        finally:
            connection.close()

    monkeypatch.setattr(send, "accept", slow)
    thread = threading.Thread(target=first)
    thread.start()
    assert is_storing.wait(20)
    assert call().told == (409, "E000503")
    may_finish.set()
    thread.join(20)
    assert answers[0].code == "000000"
    assert call().body == answers[0].body
    assert stored() == (1, 1, 0)
