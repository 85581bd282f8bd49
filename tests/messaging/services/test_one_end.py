"""Whatever happens to a message, in whatever order, it ends once and owes one report per part."""

from datetime import timedelta

from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from messaging.carriers.base import Answer, Receipt, Recollection
from messaging.models import Callback, Message, Part, SendRequest
from messaging.services import dispatch
from messaging.services.dispatch import Slice
from messaging.services.expire import expire_messages, expire_waiting
from tests.messaging.road import OWNER, REPORTED_AT, Road, carrier_ids, numbers

REPORT = "http://127.0.0.1:9/report"
LONG_AGO = timedelta(hours=73)
CODES = st.sampled_from(["DELIVRD", "UNDELIV", "MK:0001"])


class OneMessage(RuleBasedStateMachine):
    """A message of up to four parts between platform, carrier, and processes that die."""

    def __init__(self, road: Road) -> None:
        super().__init__()
        self.road = road
        self.slice: Slice | None = None
        self.times_taken = 0
        self.received: set[str] = set()
        self.end: tuple[int, str] | None = None

    @initialize(parts=st.integers(1, 4))
    def accept(self, parts: int) -> None:
        self.parts = parts
        self.id = self.road.accept(numbers(1), callback=REPORT, parts=parts).first_id
        self.carrier_ids = carrier_ids(self.id, parts)

    @property
    def message(self) -> Message:
        return Message.objects.get(pk=self.id)

    @precondition(lambda self: self.slice is None)
    @rule()
    def claim(self) -> None:
        slice_ = self.road.claim(messages=1)
        if slice_ is not None and slice_.submissions:
            self.slice = slice_

    @precondition(lambda self: self.slice is not None)
    @rule()
    def submit_and_hear_yes(self) -> None:
        self._submit(Answer(self.id, self.carrier_ids))

    @precondition(lambda self: self.slice is not None)
    @rule()
    def submit_and_hear_no(self) -> None:
        self._submit(Answer(self.id, error="BLACK"))

    @precondition(lambda self: self.slice is not None)
    @rule()
    def submit_and_hear_nothing(self) -> None:
        self._submit(Answer(self.id), is_taken=True)

    @precondition(lambda self: self.slice is not None)
    @rule()
    def submit_and_be_throttled(self) -> None:
        self._submit(Answer(self.id, is_throttled=True))

    @precondition(lambda self: self.slice is not None)
    @rule()
    def die_before_announcing(self) -> None:
        self.slice = None
        assert self._take_over(Recollection()) == []

    @precondition(lambda self: self.slice is not None)
    @rule()
    def die_before_writing(self) -> None:
        self._announce()
        self.slice = None
        assert self._take_over(Recollection(unseen=frozenset({self.id}))) == [self.id]

    @precondition(lambda self: self.slice is not None)
    @rule(can_tell=st.booleans(), early=st.lists(st.tuples(st.integers(0, 3), CODES), max_size=3))
    def die_after_writing(self, can_tell: bool, early: list[tuple[int, str]]) -> None:
        self._announce()
        self.times_taken += 1
        self.slice = None
        for part, code in early:
            self.receipt(part, code)
        answers = [Answer(self.id, self.carrier_ids)] if can_tell else []
        assert self._take_over(Recollection(answers=answers)) == [self.id]

    @precondition(lambda self: self.slice is not None)
    @rule(early=st.lists(st.tuples(st.integers(0, 3), CODES), min_size=1, max_size=5))
    def receipts_overtake_the_answer(self, early: list[tuple[int, str]]) -> None:
        for part, code in early:
            self.receipt(part, code)
        self._submit(Answer(self.id, self.carrier_ids))

    @precondition(lambda self: self.times_taken)
    @rule()
    def a_process_taken_for_dead_records_its_answer(self) -> None:
        dispatch.record(
            channel_id=self.road.channel.pk,
            owner="dead",
            answers=[Answer(self.id, self.carrier_ids)],
            request_ids=[self.id],
        )

    @precondition(lambda self: self.times_taken)
    @rule(part=st.integers(0, 3), code=CODES)
    def receipt(self, part: int, code: str) -> None:
        carrier_id = self.carrier_ids[part % self.parts]
        self.road.receive(Receipt(carrier_id, code, REPORTED_AT))
        self.received.add(carrier_id)

    @rule()
    def three_days_pass(self) -> None:
        before = timezone.now() - LONG_AGO
        Message.objects.filter(pk=self.id, submitted_at__isnull=False).update(submitted_at=before)
        SendRequest.objects.filter(pk=self.id).update(created_at=before)
        with override_settings(SMS_REPORT_TIMEOUT_S=0):
            expire_messages()
        expire_waiting()

    @invariant()
    def ends_once(self) -> None:
        message = self.message
        if self.end is not None:
            assert (message.state, message.code) == self.end
        elif message.is_final:
            self.end = (message.state, message.code)
        assert (message.parts_open == 0) == message.is_final

    @invariant()
    def is_taken_by_the_carrier_once(self) -> None:
        assert self.times_taken <= 1

    @invariant()
    def owes_what_is_reported(self) -> None:
        owed = Callback.objects.filter(message_id=self.id).values_list("sequence", flat=True)
        reported = Part.objects.filter(message_id=self.id, reported_at__isnull=False)
        assert sorted(owed) == sorted(reported.values_list("sequence", flat=True))

    @invariant()
    def forgets_no_receipt(self) -> None:
        silent = Part.objects.filter(message_id=self.id, reported_at__isnull=True)
        assert self.received.isdisjoint(silent.values_list("carrier_id", flat=True))

    def teardown(self) -> None:
        if self.slice is not None:
            self._submit(Answer(self.id, is_throttled=True))
        self.three_days_pass()
        assert self.message.is_final
        self.ends_once()
        owed = Callback.objects.filter(message_id=self.id).order_by("sequence")
        assert [one.sequence for one in owed] == list(range(1, self.parts + 1))
        request = SendRequest.objects.get(pk=self.id)
        assert (request.dispatch, request.leased_by) == (SendRequest.Dispatch.DONE, "")

    def _announce(self) -> None:
        assert dispatch.announce(slice_=self.slice, owner=OWNER)

    def _submit(self, answer: Answer, *, is_taken: bool = False) -> None:
        self._announce()
        self.times_taken += is_taken or bool(answer.carrier_ids)
        self.road.record(self.slice, [answer])
        self.slice = None

    def _take_over(self, recollection: Recollection) -> list[int] | None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE messaging_sendrequest SET leased_until = now() - interval '1 s'"
                " WHERE dispatch = 1"
            )
        doubtful = dispatch.take_over(channel_id=self.road.channel.pk, owner="heir")
        dispatch.resolve(
            channel_id=self.road.channel.pk,
            owner="heir",
            doubtful=doubtful,
            recollection=recollection,
        )
        return doubtful


def test_every_story_of_a_message_has_one_end(road: Road):
    run_state_machine_as_test(
        lambda: OneMessage(road),
        settings=settings(max_examples=60, stateful_step_count=15, deadline=None),
    )
