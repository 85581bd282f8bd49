from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from common.clock import now
from common.errors import Refusal
from customers.models import Application, AuditEvent, Customer, User
from messaging.models import Message, Resend, ResentMessage, SendRequest
from messaging.queries.search import MessageSearch, Result
from messaging.resending.candidates import Obstacle, Survey, survey
from messaging.resending.sending import resend
from messaging.services import catalogue
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType
from tests.factories import MembershipFactory
from tests.messaging.road import Road, numbers

TEMPORARY, EMPTY_NUMBER = "SC:0010", "SC:0003"


@pytest.fixture
def person(road: Road) -> User:
    return MembershipFactory(customer=road.application.customer).user


def search(road: Road) -> MessageSearch:
    moment = now()
    return MessageSearch(
        customer=road.application.customer,
        start=moment - timedelta(hours=24),
        end=moment + timedelta(minutes=1),
        result=Result.FAILED,
    )


def failed(road: Road, count: int = 3, code: str = TEMPORARY, **options: object) -> int:
    """Messages of one request that failed; the id of the first."""
    first = road.accept(numbers(count), **options).first_id
    Message.objects.filter(request_id=first).update(
        state=Message.State.FAILED, code=code, parts_open=0, finished_at=timezone.now()
    )
    return first


def again(road: Road, person: User, *codes: str, **options: object) -> Resend:
    wanted = {"key": uuid4(), "codes": codes or (TEMPORARY,), "newest": 2**62} | options
    return resend(search=search(road), actor=person, **wanted)


def looked_at(road: Road) -> Survey:
    return survey(search(road))


def obstacle_of(road: Road) -> Obstacle | None:
    ((obstacle, _count),) = looked_at(road).obstacles()
    return obstacle


def test_failed_messages_go_out_as_a_new_request(road: Road, person: User):
    first = failed(road, callback="http://127.0.0.1:9/report", extend="order-7")
    road.accept(numbers(1, start=13900000000))
    done = again(road, person)
    new = SendRequest.objects.get(source=SendRequest.Source.RESEND)
    old = SendRequest.objects.get(id=first)
    assert done.messages == new.count == 3
    for name in ("application_id", "template_version_id", "signature_id", "sender", "target_id"):
        assert getattr(new, name) == getattr(old, name)
    assert new.extend == "order-7"
    messages = new.messages.order_by("id")
    assert [one.recipient for one in messages] == numbers(3)
    assert [one.variables for one in messages] == [["A1001"]] * 3
    assert {one.state for one in messages} == {Message.State.ACCEPTED}
    pairs = dict(ResentMessage.objects.values_list("message_id", "new_id"))
    assert pairs == {first + n: new.id + n for n in range(3)}
    event = AuditEvent.objects.get(verb="resend")
    assert (event.actor, event.after) == (person, {"messages": 3, "codes": [TEMPORARY]})


def test_reasons_say_whether_another_try_is_of_use(road: Road):
    failed(road, 2, TEMPORARY)
    failed(road, 1, EMPTY_NUMBER)
    reasons = looked_at(road).reasons()
    assert [(one.code, one.messages, one.parts, one.is_worth_it) for one in reasons] == [
        (TEMPORARY, 2, 2, True),
        (EMPTY_NUMBER, 1, 1, False),
    ]


def test_only_what_is_chosen_is_sent(road: Road, person: User):
    failed(road, 2, TEMPORARY)
    failed(road, 3, EMPTY_NUMBER)
    assert again(road, person, EMPTY_NUMBER).messages == 3


def test_the_same_form_twice_sends_once(road: Road, person: User):
    failed(road)
    key = uuid4()
    first = again(road, person, key=key)
    assert again(road, person, key=key) == first
    assert SendRequest.objects.filter(source=SendRequest.Source.RESEND).count() == 1


def test_no_message_is_sent_again_twice(road: Road, person: User):
    failed(road)
    again(road, person)
    assert obstacle_of(road) == Obstacle.ALREADY
    with pytest.raises(Refusal, match="Nothing is left"):
        again(road, person)


def test_what_failed_after_the_look_is_not_part_of_it(road: Road, person: User):
    first = failed(road, 1)
    failed(road, 1)
    assert again(road, person, newest=first).messages == 1


def test_erased_values_stand_in_the_way(road: Road):
    first = failed(road)
    SendRequest.objects.filter(id=first).update(variables=None)
    assert obstacle_of(road) == Obstacle.ERASED


def test_a_template_that_may_not_be_used_stands_in_the_way(road: Road):
    failed(road)
    Template.objects.update(status=Template.Status.DISABLE)
    assert obstacle_of(road) == Obstacle.TEMPLATE


def test_a_signature_that_may_not_be_used_stands_in_the_way(road: Road):
    failed(road)
    Signature.objects.update(status=Signature.Status.TO_BE_ACTIVATED)
    catalogue.forget()
    assert obstacle_of(road) == Obstacle.ROUTE


def test_a_suspended_application_stands_in_the_way(road: Road):
    failed(road)
    Application.objects.update(status=Application.Status.SUSPENDED)
    assert obstacle_of(road) == Obstacle.APPLICATION


def test_a_verification_code_is_not_sent_again(road: Road):
    failed(road, 1, template=road.of_type(MessageType.VERIFICATION))
    assert obstacle_of(road) == Obstacle.CODE


def test_a_message_of_the_platform_is_not_the_customers_to_send(road: Road):
    failed(road)
    SendRequest.objects.update(source=SendRequest.Source.PLATFORM)
    assert obstacle_of(road) == Obstacle.PLATFORM


def test_more_than_fit_into_a_request_become_several(road: Road, person: User):
    failed(road, 450)
    failed(road, 450)
    assert again(road, person).messages == 900
    new = SendRequest.objects.filter(source=SendRequest.Source.RESEND).order_by("id")
    assert list(new.values_list("count", flat=True)) == [500, 400]


def test_the_newest_come_first_when_there_are_too_many(road: Road, settings):
    settings.SMS_RESEND_MAX = 2
    first = failed(road, 3)
    found = looked_at(road)
    assert found.has_more
    assert [one.id for one in found.candidates] == [first + 2, first + 1]


def test_who_may_not_send_may_not_send_again(road: Road, person: User):
    failed(road)
    Customer.objects.update(status=Customer.Status.FROZEN)
    with pytest.raises(Refusal, match="cannot send at present"):
        again(road, person)
    assert not Resend.objects.exists()
