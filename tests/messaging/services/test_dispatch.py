from datetime import timedelta

from django.db import connection
from django.utils import timezone

from messaging.carriers.base import Answer, Recollection
from messaging.models import Callback, Message, Part, SendRequest
from messaging.services import dispatch
from messaging.services.dispatch import Slice
from reviews.models.kinds import MessageType
from tests.factories import TemplateFactory
from tests.messaging.road import OWNER, Road, carrier_ids, numbers

REPORT = "http://127.0.0.1:9/report"


def let_leases_run_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_sendrequest SET leased_until = now() - interval '1 s'"
            " WHERE dispatch = 1"
        )


def accepted(slice_: Slice) -> list[Answer]:
    return [Answer(one.message_id, carrier_ids(one.message_id)) for one in slice_.submissions]


def take_over(road: Road, recollection: Recollection) -> list[int] | None:
    doubtful = dispatch.take_over(channel_id=road.channel.pk, owner="heir")
    if doubtful is not None:
        dispatch.resolve(
            channel_id=road.channel.pk,
            owner="heir",
            doubtful=doubtful,
            recollection=recollection,
        )
    return doubtful


class TestClaim:
    def test_renders_the_text_under_its_signature(self, road: Road):
        road.accept(numbers(1))
        (submission,) = road.claim().submissions
        signature = road.template.signature
        assert submission.sender == signature.channel_number
        assert submission.recipient == "+8613800000000"
        assert submission.parts == (f"【{signature.name}】您的订单A1001已发货，请留意查收。",)

    def test_cuts_long_texts(self, road: Road):
        content = "很长的通知" * 30
        template = TemplateFactory(
            adopted=True,
            application=road.application,
            signature=road.template.signature,
            content=content,
        )
        road.accept(numbers(1), template=template, parts=3)
        (submission,) = road.claim().submissions
        assert "".join(submission.parts).endswith(content)
        assert [len(part) for part in submission.parts[:2]] == [67, 67]

    def test_takes_codes_first_then_the_oldest(self, road: Road):
        promotion = road.accept(numbers(1), template=road.of_type(MessageType.PROMOTION))
        notice = road.accept(numbers(1))
        code = road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
        assert road.claim(messages=1).request_ids == [code.first_id]
        assert road.claim(messages=1).request_ids == [notice.first_id]
        assert road.claim(messages=1).request_ids == [promotion.first_id]

    def test_stops_at_the_number_of_messages_asked_for(self, road: Road):
        requests = [road.accept(numbers(100)).first_id for _ in range(5)]
        assert road.claim(messages=250).request_ids == requests[:2]
        assert road.claim(messages=500).request_ids == requests[2:]

    def test_cuts_a_request_larger_than_asked_for(self, road: Road):
        first = road.accept(numbers(10)).first_id
        for expected in (range(4), range(4, 8), range(8, 10)):
            slice_ = road.claim(messages=4)
            submitted = [one.message_id - first for one in slice_.submissions]
            assert submitted == list(expected)
            dispatch.announce(slice_=slice_, owner=OWNER)
            road.record(slice_, accepted(slice_))
        assert road.claim() is None
        assert road.states() == [Message.State.SUBMITTED] * 10

    def test_codes_pass_a_large_request_that_is_cut(self, road: Road):
        road.accept(numbers(10), template=road.of_type(MessageType.PROMOTION))
        slice_ = road.claim(messages=4)
        dispatch.announce(slice_=slice_, owner=OWNER)
        road.record(slice_, accepted(slice_))
        code = road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
        assert road.claim(messages=4).request_ids == [code.first_id]

    def test_two_processes_never_hold_the_same_request(self, road: Road):
        road.accept(numbers(3))
        assert road.claim(owner="one") is not None
        assert road.claim(owner="two") is None

    def test_costs_the_same_for_one_and_for_many(self, road: Road, statements):
        road.accept(numbers(1))
        road.claim()
        statements.clear()
        road.accept(numbers(500))
        statements.clear()
        road.claim()
        assert len(statements) == 2


class TestRecord:
    def test_accepted_messages_wait_for_their_report(self, road: Road):
        accepted = road.accept(numbers(2), parts=2)
        slice_ = road.claim()
        dispatch.announce(slice_=slice_, owner=OWNER)
        answers = [
            Answer(one.message_id, carrier_ids(one.message_id, 2)) for one in slice_.submissions
        ]
        road.record(slice_, answers)
        assert road.states() == [Message.State.SUBMITTED] * 2
        assert Part.objects.count() == 4
        request = SendRequest.objects.get(pk=accepted.first_id)
        assert (request.dispatch, request.leased_by) == (SendRequest.Dispatch.DONE, "")

    def test_a_refusal_is_final_and_owed_part_by_part(self, road: Road):
        accepted = road.accept(numbers(1), callback=REPORT, parts=2)
        slice_ = road.claim()
        road.record(slice_, [Answer(accepted.first_id, error="BLACK")])
        message = Message.objects.get()
        assert (message.state, message.code) == (Message.State.FAILED, "BLACK")
        assert message.is_final
        assert Callback.objects.count() == 2

    def test_no_answer_is_unknown_and_never_sent_again(self, road: Road):
        accepted = road.accept(numbers(1))
        slice_ = road.claim()
        road.record(slice_, [Answer(accepted.first_id)])
        assert road.states() == [Message.State.UNKNOWN]
        assert road.claim() is None

    def test_throttled_messages_wait_for_their_next_turn(self, road: Road):
        first = road.accept(numbers(3), callback=REPORT).first_id
        slice_ = road.claim()
        dispatch.announce(slice_=slice_, owner=OWNER)
        answers = accepted(slice_)
        answers[1] = Answer(first + 1, is_throttled=True)
        road.record(slice_, answers)
        assert road.states() == [
            Message.State.SUBMITTED,
            Message.State.ACCEPTED,
            Message.State.SUBMITTED,
        ]
        assert Message.objects.get(pk=first + 1).submitted_at is None
        assert Callback.objects.count() == 0
        again = road.claim()
        assert [one.message_id for one in again.submissions] == [first + 1]
        dispatch.announce(slice_=again, owner=OWNER)
        road.record(again, accepted(again))
        assert road.claim() is None


class TestLifetime:
    def waited(self, seconds: float) -> None:
        moment = timezone.now() - timedelta(seconds=seconds)
        SendRequest.objects.update(created_at=moment)

    def test_a_code_that_waited_too_long_is_not_submitted(self, road: Road):
        template = road.of_type(MessageType.VERIFICATION)
        road.accept(numbers(2), callback=REPORT, parts=2, template=template)
        self.waited(301)
        assert road.claim().submissions == []
        messages = Message.objects.values_list("state", "code", "parts_open", "submitted_at")
        assert set(messages) == {(Message.State.EXPIRED, "EXPIRED", 0, None)}
        assert Callback.objects.count() == 4
        assert set(Part.objects.values_list("code", "source")) == {("EXPIRED", 1)}
        assert set(SendRequest.objects.values_list("dispatch", "leased_by")) == {
            (SendRequest.Dispatch.DONE, "")
        }
        assert road.claim() is None

    def test_the_others_of_the_slice_are_submitted(self, road: Road):
        road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
        self.waited(301)
        notice = road.accept(numbers(1))
        code = road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
        slice_ = road.claim()
        assert slice_.request_ids == [code.first_id, notice.first_id]
        assert len(slice_.submissions) == 2

    def test_each_kind_has_its_own(self, road: Road, settings):
        road.accept(numbers(1))
        road.accept(numbers(1), template=road.of_type(MessageType.PROMOTION))
        self.waited(301)
        settings.SMS_LIFETIME_PROMOTION_S = 300
        assert len(road.claim().submissions) == 1
        assert Message.objects.filter(state=Message.State.EXPIRED).count() == 1

    def test_what_was_sent_of_a_cut_request_is_left_alone(self, road: Road):
        road.accept(numbers(4))
        slice_ = road.claim(messages=2)
        dispatch.announce(slice_=slice_, owner=OWNER)
        road.record(slice_, accepted(slice_))
        self.waited(4 * 24 * 3600)
        road.claim()
        assert road.states() == [Message.State.SUBMITTED] * 2 + [Message.State.EXPIRED] * 2


class TestTakeOver:
    def test_a_living_process_keeps_what_it_holds(self, road: Road):
        road.accept(numbers(1))
        road.claim()
        assert take_over(road, Recollection()) is None

    def test_renewing_keeps_a_lease_alive(self, road: Road):
        road.accept(numbers(1))
        road.claim()
        let_leases_run_out()
        dispatch.renew(owner=OWNER)
        assert take_over(road, Recollection()) is None

    def test_what_was_never_announced_is_sent_by_the_next_process(self, road: Road):
        road.accept(numbers(2))
        road.claim()
        let_leases_run_out()
        assert take_over(road, Recollection()) == []
        assert len(road.claim(owner="heir").submissions) == 2

    def test_what_the_carrier_cannot_tell_is_unknown(self, road: Road):
        road.accept(numbers(2))
        dispatch.announce(slice_=road.claim(), owner=OWNER)
        let_leases_run_out()
        assert len(take_over(road, Recollection())) == 2
        assert road.states() == [Message.State.UNKNOWN] * 2
        assert road.claim() is None

    def test_the_carrier_resolves_doubts(self, road: Road):
        first = road.accept(numbers(3)).first_id
        dispatch.announce(slice_=road.claim(), owner=OWNER)
        let_leases_run_out()
        recollection = Recollection(
            answers=[Answer(first, carrier_ids(first))], unseen=frozenset({first + 1})
        )
        take_over(road, recollection)
        assert road.states() == [
            Message.State.SUBMITTED,
            Message.State.ACCEPTED,
            Message.State.UNKNOWN,
        ]
        assert [one.message_id for one in road.claim().submissions] == [first + 1]

    def test_a_process_that_lost_its_lease_must_not_write(self, road: Road):
        road.accept(numbers(2))
        slice_ = road.claim()
        let_leases_run_out()
        dispatch.take_over(channel_id=road.channel.pk, owner="heir")
        assert not dispatch.announce(slice_=slice_, owner=OWNER)
