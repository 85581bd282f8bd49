"""Whatever happened on the road, the figures are those of a recount from the messages."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from messaging.carriers.base import Answer, Receipt
from messaging.models import Channel, Message, Tally
from messaging.services import dispatch, expire
from messaging.statistics import reading
from messaging.statistics.filters import Filters
from messaging.statistics.folding import fold
from messaging.statistics.rebuilding import rebuild
from reviews.models.kinds import MessageType
from tests.messaging.road import OWNER, Road, build_road, carrier_ids

from .recount import by_day, kept, kept_by_day, recounted

PREFIXES = ("+861380013", "+861300000", "+861891234", "+861920000", "+861580000", "+85291234")
CODES = ("DELIVRD", "DELIVRD", "DELIVRD", "MK:0001", "UNDELIV", "BLACK", "XY:1234")
BLOCKED = (None, None, None, "SC:0003", "SC:0010", "E000632")


class Traffic:
    """Steps on the road, each of which leaves the figures right."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.templates = [road.template, road.of_type(MessageType.VERIFICATION)]
        self.backup = Channel.objects.create(name="backup")
        self._next = 0

    def accept(self, random: st.DataObject) -> None:
        recipients = [self._number(random) for _ in range(random.draw(st.integers(1, 5)))]
        blocked = [random.draw(st.sampled_from(BLOCKED)) for _ in recipients]
        self.road.accept(
            recipients,
            template=random.draw(st.sampled_from(self.templates)),
            blocked=blocked,
            parts=random.draw(st.integers(1, 2)),
        )

    def submit(self, random: st.DataObject) -> None:
        """Of a slice some are taken, some refused, some without an answer, some throttled."""
        slice_ = self.road.claim(messages=random.draw(st.integers(1, 6)))
        if slice_ is None:
            return
        assert dispatch.announce(slice_=slice_, owner=OWNER)
        parts = dict(Message.objects.values_list("id", "parts"))
        answers = [
            random.draw(
                st.sampled_from(
                    [
                        Answer(one.message_id, carrier_ids(one.message_id, parts[one.message_id])),
                        Answer(one.message_id, error="MK:0005"),
                        Answer(one.message_id),
                        Answer(one.message_id, is_throttled=True),
                    ]
                )
            )
            for one in slice_.submissions
        ]
        self.road.record(slice_, answers)

    def report(self, random: st.DataObject) -> None:
        """Receipts for some parts: late, twice, and for parts nobody knows."""
        ids = list(Message.objects.order_by("id").values_list("id", "parts"))
        chosen = random.draw(st.lists(st.sampled_from(ids), max_size=6)) if ids else []
        after = timedelta(seconds=random.draw(st.sampled_from((0, 1, 40, 7000))))
        receipts = [
            Receipt(carrier_id, random.draw(st.sampled_from(CODES)), timezone.now() + after)
            for message_id, parts in chosen
            for carrier_id in carrier_ids(message_id, parts)
        ]
        self.road.receive(*receipts)

    def expire(self, random: st.DataObject) -> None:
        Message.objects.filter(state__in=(1, 2)).update(
            submitted_at=timezone.now() - timedelta(days=4)
        )
        expire.expire_messages()

    def fold(self, random: st.DataObject) -> None:
        fold()

    def rebuild(self, random: st.DataObject) -> None:
        """While tallies wait to be folded."""
        rebuild(timezone.localdate())

    def _number(self, random: st.DataObject) -> str:
        self._next += 1
        return f"{random.draw(st.sampled_from(PREFIXES))}{self._next:04}"


STEPS = (
    Traffic.accept,
    Traffic.submit,
    Traffic.report,
    Traffic.expire,
    Traffic.fold,
    Traffic.rebuild,
)


def _week() -> Filters:
    today = timezone.localdate()
    return Filters.of_days(customer_id=None, first=today - timedelta(days=6), last=today)


class TestRecount(TestCase):
    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=16), random=st.data())
    def test_figures_equal_a_recount_from_the_messages(self, steps, random):
        traffic = Traffic(build_road())
        traffic.accept(random)
        for step in steps:
            step(traffic, random)
        expected = recounted()
        shown = reading.figures(Filters.of_today(customer_id=None))
        assert shown.total == Message.objects.count(), "also while tallies wait"
        assert shown.successes == Message.objects.filter(state=10).count()
        assert shown.sending == Message.objects.filter(state__lt=10).count()
        fold()
        assert not Tally.objects.exists()
        assert kept() == expected
        assert kept_by_day() == by_day(expected)
        assert reading.figures(Filters.of_today(customer_id=None)) == shown
        assert reading.report(Filters.of_today(customer_id=None)).figures == shown, "by hours"
        week = reading.report(_week())
        assert week.figures == shown, "by days"
        assert week.points[-1].latency == week.latency
        rebuild(timezone.localdate())
        assert kept() == expected
        assert kept_by_day() == by_day(expected)
