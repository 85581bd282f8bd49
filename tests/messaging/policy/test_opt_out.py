"""`R` ends promotions of a channel number, and nothing else."""

import pytest
from django.utils import timezone

from messaging.models import CallbackTarget, Message, OptOut
from messaging.policy import opt_out
from messaging.policy.opt_out import is_wish
from messaging.services.callback import claim
from reviews.models import Template
from reviews.models.kinds import MessageType
from tests.messaging.replies import HANDSET, arrival, receive, replied
from tests.messaging.road import Road, numbers


@pytest.mark.parametrize("text", ["R", "r", "Ｒ", "ｒ", " R", "R ", "\tr\r\n", "\u3000Ｒ\u3000"])
def test_r_opts_out(text):
    assert is_wish(text)


@pytest.mark.parametrize("text", ["", " ", "RR", "R!", "TD", "Я", "®", "Ⓡ", "R 1", "回复R", "No"])
def test_other_texts_do_not(text):
    assert not is_wish(text)


@pytest.fixture
def promotion(road: Road) -> Template:
    return road.of_type(MessageType.PROMOTION)


def opt_out_of(road: Road, template: Template, number: str = HANDSET) -> None:
    replied(road, "R", sender=number, to=template.signature.channel_number)


def codes() -> dict[str, str]:
    return dict(Message.objects.values_list("recipient", "code"))


def test_the_row_says_since_when_and_by_which_reply(road: Road, promotion: Template):
    reply = replied(road, " r ", to=promotion.signature.channel_number + "88")
    row = OptOut.objects.get()
    assert (row.customer_id, row.application_id) == (reply.customer_id, reply.application_id)
    assert (row.channel_number, row.recipient) == (promotion.signature.channel_number, HANDSET)
    assert (row.since, row.uplink_id, row.is_in_force) == (reply.received_at, reply.id, True)


def test_a_second_r_changes_nothing(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    before = OptOut.objects.get()
    opt_out_of(road, promotion)
    assert OptOut.objects.get().uplink_id == before.uplink_id


def test_two_in_one_slice(road: Road, promotion: Template):
    to = promotion.signature.channel_number
    receive(road, arrival(road, "R", to=to), arrival(road, "r", to=to))
    assert OptOut.objects.count() == 1


def test_a_promotion_fails_and_is_reported_by_the_policy(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    road.accept(numbers(2), template=promotion, callback="https://sms.example.com/report")
    assert codes() == {HANDSET: "SC:0016", "+8613800000001": ""}
    assert road.states() == [Message.State.FAILED, Message.State.ACCEPTED]
    (report,) = claim({CallbackTarget.objects.get().pk: 10})
    form = report.form()
    assert (form["status"], form["source"]) == ("SC:0016", "3")


def test_it_is_never_handed_to_the_carrier(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    road.accept(numbers(2), template=promotion)
    slice_ = road.claim()
    assert slice_ is not None
    assert [one.recipient for one in slice_.submissions] == ["+8613800000001"]


def test_a_request_of_opted_out_numbers_alone_is_done_at_once(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    road.accept([HANDSET], template=promotion)
    assert road.claim() is None


@pytest.mark.parametrize("type_", [MessageType.NOTIFICATION, MessageType.VERIFICATION])
def test_other_types_pass_on_the_same_number(road: Road, promotion: Template, type_):
    template = road.template if type_ == MessageType.NOTIFICATION else road.of_type(type_)
    signature = template.signature
    promotion.signature.name = signature.name
    promotion.signature.channel_number = signature.channel_number
    promotion.signature.save()
    opt_out_of(road, template)
    assert OptOut.objects.exists()
    road.accept([HANDSET], template=template)
    assert road.states() == [Message.State.ACCEPTED]


def test_other_types_ask_nothing(road: Road, statements: list[str]):
    road.accept(numbers(3))
    assert not [one for one in statements if "optout" in one]


def test_a_slice_asks_once(road: Road, promotion: Template, statements: list[str]):
    road.accept(numbers(500), template=promotion)
    assert len([one for one in statements if "optout" in one]) == 1


def test_other_channel_numbers_pass(road: Road, promotion: Template):
    opt_out_of(road, road.template)
    road.accept([HANDSET], template=promotion)
    assert road.states() == [Message.State.ACCEPTED]


def test_other_codes_stay(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    road.accept(numbers(2), template=promotion, blocked=["E200024", None])
    assert codes() == {HANDSET: "E200024", "+8613800000001": ""}


def test_restored_numbers_pass_until_the_next_r(road: Road, promotion: Template):
    opt_out_of(road, promotion)
    OptOut.objects.update(restored_at=timezone.now())
    road.accept([HANDSET], template=promotion)
    assert road.states() == [Message.State.ACCEPTED]
    opt_out_of(road, promotion)
    assert OptOut.objects.get().is_in_force


def test_nobody_has_the_number_nobody_opts_out(road: Road):
    assert not replied(road, "R", to="10699999").is_opt_out
    assert not OptOut.objects.exists()


def test_no_wishes_no_statement(statements: list[str], db: None):
    del statements[:]
    opt_out.record([])
    assert statements == []
