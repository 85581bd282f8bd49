import pytest

from messaging.models import Callback, Message, SendRequest
from messaging.models.ids import BLOCK_SIZE, allocate, day_of, first_id
from reviews.models.kinds import MessageType
from tests.messaging.road import Road, numbers

REPORT = "http://127.0.0.1:9/report"


class TestIds:
    def test_a_run_is_consecutive_and_within_one_day(self, db):
        first = allocate(500)
        second = allocate(500)
        assert second >= first + 500
        assert day_of(first) == day_of(first + 499)
        assert first >= first_id(day_of(first))

    def test_runs_never_overlap_when_a_block_ends(self, db):
        taken: set[int] = set()
        for _ in range(25):
            first = allocate(999)
            run = set(range(first, first + 999))
            assert not taken & run
            taken |= run

    @pytest.mark.parametrize("count", [0, BLOCK_SIZE + 1])
    def test_a_run_has_limits(self, db, count):
        with pytest.raises(ValueError, match="a run of ids"):
            allocate(count)

    def test_fits_the_documented_length_of_smsmsgid(self, road: Road):
        accepted = road.accept(numbers(1))
        assert len(accepted.sms_msg_ids(1)[0]) <= 50


class TestAccept:
    def test_stores_one_request_and_a_row_per_number(self, road: Road):
        accepted = road.accept(numbers(500))
        request = SendRequest.objects.get(pk=accepted.first_id)
        assert request.count == 500
        assert request.variables == ["A1001"]
        assert request.dispatch == SendRequest.Dispatch.WAITING
        messages = list(Message.objects.of_request(request).order_by("id"))
        assert [message.recipient for message in messages] == numbers(500)
        assert messages[3].sms_msg_id == accepted.sms_msg_ids(500)[3]
        assert {message.state for message in messages} == {Message.State.ACCEPTED}

    def test_is_one_statement_whatever_the_number_of_numbers(self, road: Road, statements):
        road.accept(numbers(1))  # takes a block of ids and remembers the catalogue
        statements.clear()
        road.accept(numbers(500))
        assert len(statements) == 1

    def test_a_refused_number_leaves_a_gap(self, road: Road):
        accepted = road.accept(["+8613800000001", None, "+8613800000003"])
        stored = list(Message.objects.order_by("id").values_list("id", "recipient"))
        assert stored == [
            (accepted.first_id, "+8613800000001"),
            (accepted.first_id + 2, "+8613800000003"),
        ]

    def test_blocked_numbers_fail_at_once_and_owe_their_reports(self, road: Road):
        accepted = road.accept(
            numbers(3), callback=REPORT, parts=2, blocked=[None, "E200024", None]
        )
        assert road.states() == [0, Message.State.FAILED, 0]
        blocked = Message.objects.get(pk=accepted.first_id + 1)
        assert (blocked.code, blocked.is_final) == ("E200024", True)
        owed = Callback.objects.order_by("sequence").values_list("message_id", "sequence")
        assert list(owed) == [(blocked.pk, 1), (blocked.pk, 2)]

    def test_a_wholly_blocked_request_is_never_handed_to_a_carrier(self, road: Road):
        road.accept(numbers(2), blocked=["E200024", "E200024"])
        assert road.claim() is None

    @pytest.mark.parametrize(
        ("message_type", "priority"),
        [
            (MessageType.VERIFICATION, SendRequest.Priority.VERIFICATION),
            (MessageType.NOTIFICATION, SendRequest.Priority.NOTIFICATION),
            (MessageType.PROMOTION, SendRequest.Priority.PROMOTION),
        ],
    )
    def test_codes_go_before_notices_before_promotions(self, road: Road, message_type, priority):
        accepted = road.accept(numbers(1), template=road.of_type(message_type))
        assert SendRequest.objects.get(pk=accepted.first_id).priority == priority
