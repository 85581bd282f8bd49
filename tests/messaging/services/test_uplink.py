"""Uplinks as they are stored: once, whole, matched, with what they cause."""

import itertools
import threading
from typing import Any

import pytest
import structlog
from django.db import connection

from messaging.models import Callback, CallbackTarget, OptOut, Uplink, UplinkPart
from messaging.services import uplink, uplink_parts
from messaging.services.uplink import join_overdue, record_uplinks
from reviews.models.kinds import MessageType
from tests.factories import ApplicationFactory, SignatureFactory
from tests.messaging.replies import (
    HANDSET,
    SENT_AT,
    arrival,
    long_arrival,
    number_of,
    receive,
    replied,
)
from tests.messaging.road import Road, build_road, numbers


def test_a_reply_belongs_to_whoever_has_the_number(road: Road):
    reply = replied(road, "谢谢")
    signature = road.template.signature
    assert (reply.customer_id, reply.application_id, reply.signature_id) == (
        road.application.customer_id,
        road.application.pk,
        signature.pk,
    )
    assert (reply.sender, reply.channel_number, reply.body, reply.received_at) == (
        HANDSET,
        signature.channel_number,
        "谢谢",
        SENT_AT,
    )


def test_an_uplink_never_has_the_id_of_a_message(road: Road):
    ids = []
    for _ in range(3):
        accepted = road.accept(numbers(2))
        ids += [accepted.first_id, accepted.first_id + 1, replied(road).id]
    assert ids == sorted(set(ids))


class TestRepeats:
    def test_a_repeat_counts_once(self, road: Road):
        reply = arrival(road)
        receive(road, reply, reply)
        assert len(receive(road, reply)) == 1

    def test_equal_texts_are_two_replies(self, road: Road):
        assert len(receive(road, arrival(road, "1"), arrival(road, "1"))) == 2

    def test_without_a_carrier_id_nothing_is_a_repeat(self, road: Road):
        assert len(receive(road, arrival(road, carrier_id=""), arrival(road, carrier_id=""))) == 2

    def test_repeats_are_known_for_some_days(self, road: Road):
        replied(road)
        assert uplink_parts.forget_repeats() == 0
        UplinkPart.objects.update(
            stored_at=SENT_AT, uplink_id=None
        )  # one that still waits is kept, however old
        assert uplink_parts.forget_repeats() == 0
        UplinkPart.objects.update(uplink_id=1)
        assert uplink_parts.forget_repeats() == 1

    def test_the_text_is_kept_in_one_place(self, road: Road):
        replied(road, "secret")
        assert UplinkPart.objects.get().text == ""


class TestLongUplinks:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_parts_are_joined_by_their_index(self, road: Road, order):
        parts = long_arrival(road, "一", "二", "三")
        for position in order[:2]:
            assert receive(road, parts[position]) == []
        (reply,) = receive(road, parts[order[2]])
        assert (reply.body, reply.parts, reply.parts_missing) == ("一二三", 3, 0)

    def test_together_they_are_joined_at_once(self, road: Road):
        (reply,) = receive(road, *reversed(long_arrival(road, "a", "b", "c")))
        assert reply.body == "abc"

    def test_a_repeated_part_counts_once(self, road: Road):
        first, second = long_arrival(road, "a", "b")
        assert receive(road, first, first, first._replace(carrier_id="again")) == []
        assert [one.body for one in receive(road, second, second)] == ["ab"]

    def test_references_keep_uplinks_apart(self, road: Road):
        one, two = (
            long_arrival(road, "a", "b", reference=7),
            long_arrival(road, "c", "d", reference=8),
        )
        replies = receive(road, one[0], two[1], two[0], one[1])
        assert sorted(reply.body for reply in replies) == ["ab", "cd"]

    def test_handsets_keep_uplinks_apart(self, road: Road):
        one = long_arrival(road, "a", "b")
        two = long_arrival(road, "c", "d", sender="+8613900000000")
        assert receive(road, one[0], two[1]) == []

    def test_a_reference_may_be_used_again(self, road: Road):
        receive(road, *long_arrival(road, "a", "b"))
        assert [one.body for one in receive(road, *long_arrival(road, "c", "d"))] == ["ab", "cd"]

    def test_what_came_is_stored_when_the_rest_does_not_come(self, road: Road, settings):
        first, _second, third = long_arrival(road, "a", "b", "c")
        receive(road, third, first)
        assert join_overdue() == 0
        settings.SMS_UPLINK_WAIT_S = 0
        assert join_overdue() == 1
        reply = Uplink.objects.get()
        assert (reply.body, reply.parts, reply.parts_missing) == ("ac", 2, 1)
        assert join_overdue() == 0

    def test_complete_ones_that_nobody_looked_at_are_found(self, road: Road):
        uplink_parts.keep(road.channel.pk, long_arrival(road, "a", "b"))
        assert join_overdue() == 1

    def test_nonsense_about_parts_makes_an_uplink_of_one(self, road: Road):
        replies = receive(
            road,
            arrival(road, "a", total=2, index=3),
            arrival(road, "b", total=0, index=0),
            arrival(road, "c", total=99_999, index=1),
        )
        assert [reply.body for reply in replies] == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
def test_parts_on_two_sessions_are_joined_whoever_is_last():
    road = build_road()
    for reference in range(20):
        parts = long_arrival(road, "a", "b", reference=reference)
        meet = threading.Barrier(2)

        def hand_over(part: Any, meet: threading.Barrier = meet) -> None:
            meet.wait()
            record_uplinks(channel_id=road.channel.pk, uplinks=[part])
            connection.close()

        threads = [threading.Thread(target=hand_over, args=(part,)) for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert list(Uplink.objects.values_list("body", flat=True)) == ["ab"] * 20


class TestMatching:
    def test_one_message_is_the_match(self, road: Road):
        accepted = road.deliver(1, callback="")
        reply = replied(road)
        assert (reply.message_id, reply.candidates) == (accepted.first_id, 1)
        assert reply.is_surely_matched

    def test_of_several_it_is_the_last_and_not_sure(self, road: Road):
        road.deliver(1, callback="")
        last = road.deliver(1, callback="")
        reply = replied(road)
        assert (reply.message_id, reply.candidates) == (last.first_id, 2)
        assert not reply.is_surely_matched

    def test_without_a_message_there_is_none(self, road: Road):
        road.deliver(1, callback="")
        reply = replied(road, sender="+8613912345678")
        assert (reply.message_id, reply.candidates) == (None, 0)

    def test_messages_that_never_left_are_none(self, road: Road):
        road.accept([HANDSET])
        assert replied(road).message_id is None

    def test_messages_from_other_numbers_are_none(self, road: Road):
        road.deliver(1, callback="", template=road.of_type(MessageType.PROMOTION))
        assert replied(road).message_id is None

    def test_the_message_tells_which_of_several_signatures(self, road: Road):
        promotion = road.of_type(MessageType.PROMOTION)
        sibling = promotion.signature
        sibling.name = road.template.signature.name
        sibling.channel_number = number_of(road)
        sibling.save()
        assert replied(road).signature_id == road.template.signature.pk
        road.deliver(1, callback="", template=promotion)
        assert replied(road).signature_id == sibling.pk

    def test_digits_behind_the_number_do_not_matter(self, road: Road):
        accepted = road.deliver(1, callback="")
        reply = replied(road, to=number_of(road) + "42")
        assert (reply.message_id, reply.channel_number) == (
            accepted.first_id,
            number_of(road) + "42",
        )

    def test_the_longest_number_wins(self, road: Road):
        other = SignatureFactory(
            usable=True,
            application=ApplicationFactory(),
            type=MessageType.NOTIFICATION,
            channel_number=number_of(road) + "4",
        )
        assert replied(road, to=number_of(road) + "42").application_id == other.application_id
        assert replied(road, to=number_of(road) + "52").application_id == road.application.pk


def test_a_number_that_nobody_has_is_kept_and_told(road: Road):
    with structlog.testing.capture_logs() as logs:
        reply = replied(road, "hello", to="10699999")
    assert (reply.customer_id, reply.application_id, reply.channel_number) == (
        None,
        None,
        "10699999",
    )
    (entry,) = logs
    assert entry["event"] == "uplink to a channel number that nobody has"
    assert entry["handset"] == "138****0000"


def test_texts_and_numbers_stay_out_of_the_logs(road: Road, settings):
    settings.SMS_UPLINK_WAIT_S = 0
    with structlog.testing.capture_logs() as logs:
        receive(road, arrival(road, "my secret", to="10699999"))
        receive(road, long_arrival(road, "my secret", "goes on")[0])
        join_overdue()
    assert len(logs) == 2
    assert "secret" not in str(logs)
    assert HANDSET.removeprefix("+86") not in str(logs)


@pytest.mark.parametrize("text", ["nul \x00", "half a pair \ud83d", "", "𝔘" * 3000])
def test_whatever_a_handset_sends_is_stored(road: Road, text):
    replied(road, text, carrier_id="x" * 500, to="9" * 50, sender="+" + "8" * 50)
    assert Uplink.objects.count() == 1


class TestCallbacks:
    def test_it_is_owed_with_the_uplink(self, road: Road):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()
        reply = replied(road)
        callback = Callback.objects.select_related("target").get()
        assert (callback.message_id, callback.sequence) == (reply.id, 1)
        assert callback.target.kind == CallbackTarget.Kind.UPLINK
        assert callback.target.url == "https://sms.example.com/up"

    def test_without_an_address_nothing_is_owed(self, road: Road):
        replied(road)
        assert not Callback.objects.exists()

    def test_all_or_nothing(self, road: Road, monkeypatch):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()

        def fail(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(uplink.opt_out, "record", fail)
        with pytest.raises(RuntimeError):
            receive(road, arrival(road, "R"))
        assert not Uplink.objects.exists()
        assert not Callback.objects.exists()
        assert not UplinkPart.objects.exists()

    def test_an_opt_out_is_pushed_as_well(self, road: Road):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()
        assert replied(road, "R").is_opt_out
        assert Callback.objects.count() == OptOut.objects.count() == 1


def test_a_slice_takes_as_many_statements_as_one(road: Road, statements: list[str]):
    replied(road)
    del statements[:]
    replied(road)
    one = len(statements)
    del statements[:]
    receive(road, *(arrival(road, sender=number) for number in numbers(300)))
    assert len(statements) == one
