from datetime import UTC, datetime, timedelta

from django.utils import timezone

from messaging.models import Callback, CallbackTarget
from messaging.services.replay import replay, replay_range
from tests.messaging.road import Road
from tests.messaging.services.test_callback import build_road_of_another_customer

REPORT = "http://127.0.0.1:9/report"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def settle(state: Callback.State, attempts: int = 11) -> None:
    Callback.objects.update(state=state, attempts=attempts, next_attempt_at=LATER)
    CallbackTarget.objects.update(failures=9, trips=3, open_until=LATER)


def due() -> list[int]:
    return sorted(
        Callback.objects.filter(
            state=Callback.State.DUE, next_attempt_at__lte=timezone.now()
        ).values_list("message_id", flat=True)
    )


def today() -> dict[str, datetime]:
    return {
        "since": timezone.now() - timedelta(minutes=5),
        "until": timezone.now() + timedelta(minutes=1),
    }


class TestChosen:
    def test_chosen_reports_are_due_again_and_the_ladder_begins_anew(self, road: Road):
        first = road.deliver(3, callback=REPORT).first_id
        settle(Callback.State.DELIVERED)
        assert replay(customer=road.application.customer, reports=[(first + 1, 1)]) == 1
        assert due() == [first + 1]
        callback = Callback.objects.get(message_id=first + 1)
        assert (callback.attempts, callback.attempts_before) == (11, 11)

    def test_the_circuit_is_closed(self, road: Road):
        first = road.deliver(1, callback=REPORT).first_id
        settle(Callback.State.GIVEN_UP)
        replay(customer=road.application.customer, reports=[(first, 1)])
        target = CallbackTarget.objects.get()
        assert (target.failures, target.trips, target.open_until) == (0, 0, None)

    def test_a_stranger_replays_nothing(self, road: Road):
        first = road.deliver(1, callback=REPORT).first_id
        settle(Callback.State.GIVEN_UP)
        stranger = build_road_of_another_customer(road).application.customer
        assert replay(customer=stranger, reports=[(first, 1)]) == 0
        assert due() == []
        assert CallbackTarget.objects.get().open_until == LATER


class TestRange:
    def test_what_was_not_acknowledged(self, road: Road):
        first = road.deliver(2, callback=REPORT).first_id
        settle(Callback.State.GIVEN_UP)
        Callback.objects.filter(message_id=first).update(state=Callback.State.DELIVERED)
        assert replay_range(customer=road.application.customer, **today()) == 1
        assert due() == [first + 1]

    def test_what_was_delivered_too(self, road: Road):
        road.deliver(2, callback=REPORT)
        settle(Callback.State.DELIVERED)
        customer = road.application.customer
        assert replay_range(customer=customer, **today(), with_delivered=True) == 2

    def test_one_address_of_several(self, road: Road):
        road.deliver(2, callback=REPORT)
        other = road.deliver(1, callback=REPORT + "/other").first_id
        settle(Callback.State.GIVEN_UP)
        target = CallbackTarget.objects.get(url=REPORT + "/other")
        customer = road.application.customer
        assert replay_range(customer=customer, **today(), target_id=target.pk) == 1
        assert due() == [other]

    def test_goes_through_all_slices(self, road: Road):
        for _ in range(45):
            road.accept(["+14155550100"], callback=REPORT, blocked=["E200024"])
        settle(Callback.State.GIVEN_UP)
        assert replay_range(customer=road.application.customer, **today()) == 45

    def test_not_before_and_not_of_strangers(self, road: Road):
        road.deliver(2, callback=REPORT)
        settle(Callback.State.GIVEN_UP)
        yesterday = {name: moment - timedelta(days=1) for name, moment in today().items()}
        assert replay_range(customer=road.application.customer, **yesterday) == 0
        stranger = build_road_of_another_customer(road).application.customer
        assert replay_range(customer=stranger, **today()) == 0
        assert due() == []
