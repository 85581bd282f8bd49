from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from messaging.models import Callback, CallbackAttempt, CallbackTarget
from messaging.services.callback import Attempt, DueCallback, claim, give_back, record_attempts
from messaging.services.push import has_due
from tests.messaging.road import Road, build_road

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
REPORT = "http://127.0.0.1:9/report"


def claim_due(limit: int = 10) -> list[DueCallback]:
    """Take what is due, for each address at most `limit`."""
    targets = CallbackTarget.objects.values_list("pk", flat=True)
    return claim(dict.fromkeys(targets, limit))


def fail_once() -> Callback:
    """One attempt is made now and answered with 500."""
    Callback.objects.update(next_attempt_at=LONG_AGO)
    record_attempts([Attempt(due, 500) for due in claim_due(1000)])
    return Callback.objects.get()


class TestForm:
    def test_has_exactly_the_documented_fields(self, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        (due,) = claim_due()
        assert due.form() == {
            "smsMsgId": accepted.sms_msg_ids(1)[0],
            "total": "1",
            "sequence": "1",
            "status": "DELIVRD",
            "statusDesc": "Delivered to the handset",
            "source": "2",
            "updateTime": "2026-05-01T02:03:09Z",
        }

    def test_extend_brings_the_number_along(self, road: Road):
        road.deliver(1, callback=REPORT, extend="order-77")
        (due,) = claim_due()
        assert (due.form()["extend"], due.form()["to"]) == ("order-77", "+8613800000000")

    def test_what_the_platform_blocked_has_no_time(self, road: Road):
        road.accept(["+14155550100"], callback=REPORT, blocked=["E200024"])
        (due,) = claim_due()
        form = due.form()
        assert (form["status"], form["source"]) == ("E200024", "3")
        assert "updateTime" not in form


class TestClaim:
    def test_takes_each_callback_once(self, road: Road):
        road.deliver(3, callback=REPORT)
        assert len(claim_due(1000)) == 3
        assert claim_due(1000) == []
        assert not has_due()

    def test_a_worker_that_died_gives_its_callbacks_back(self, road: Road):
        road.deliver(1, callback=REPORT)
        claim_due()
        Callback.objects.update(next_attempt_at=F("next_attempt_at") - timedelta(seconds=61))
        (due,) = claim_due()
        assert due.number == 2

    def test_takes_only_what_is_granted(self, road: Road):
        road.deliver(5, callback="http://127.0.0.1:9/busy")
        road.deliver(1, callback="http://127.0.0.1:9/quiet")
        urls = [due.url for due in claim_due(2)]
        assert urls.count("http://127.0.0.1:9/busy") == 2
        assert urls.count("http://127.0.0.1:9/quiet") == 1

    def test_what_is_given_back_is_due_as_before(self, road: Road):
        road.deliver(2, callback=REPORT)
        give_back(claim_due())
        assert [due.number for due in claim_due()] == [1, 1]

    def test_giving_back_late_undoes_nothing(self, road: Road):
        road.deliver(1, callback=REPORT)
        stale = claim_due()
        Callback.objects.update(next_attempt_at=LONG_AGO)
        claim_due()
        give_back(stale)
        assert not has_due()

    def test_the_same_address_of_two_customers_is_two_targets(self, road: Road):
        road.deliver(1, callback=REPORT)
        other = build_road_of_another_customer(road)
        other.deliver(1, callback=REPORT)
        assert len({callback.target_id for callback in Callback.objects.all()}) == 2


class TestLadder:
    def test_any_2xx_acknowledges(self, road: Road):
        road.deliver(1, callback=REPORT)
        record_attempts([Attempt(due, 204) for due in claim_due()])
        callback = Callback.objects.get()
        assert (callback.state, callback.http_status) == (Callback.State.DELIVERED, 204)

    def test_waits_as_the_ladder_says(self, road: Road, settings):
        settings.SMS_CALLBACK_LADDER_S = [5, 30]
        settings.SMS_CALLBACK_SPREAD = 0.2
        road.deliver(1, callback=REPORT)
        for wait_s in (5, 30):
            callback = fail_once()
            assert callback.state == Callback.State.DUE
            waits = (callback.next_attempt_at - timezone.now()).total_seconds()
            assert wait_s * 0.8 - 1 <= waits <= wait_s * 1.2
        assert fail_once().state == Callback.State.GIVEN_UP

    def test_an_empty_ladder_is_the_documented_single_attempt(self, road: Road, settings):
        settings.SMS_CALLBACK_LADDER_S = []
        road.deliver(1, callback=REPORT)
        assert fail_once().state == Callback.State.GIVEN_UP

    @pytest.mark.parametrize(
        ("http_status", "state"),
        [(410, Callback.State.GIVEN_UP), (301, Callback.State.DUE), (None, Callback.State.DUE)],
    )
    def test_other_answers(self, road: Road, http_status, state):
        road.deliver(1, callback=REPORT)
        error = "" if http_status else "timeout"
        record_attempts([Attempt(due, http_status, error) for due in claim_due()])
        callback = Callback.objects.get()
        assert (callback.state, callback.error) == (state, error)

    def test_every_attempt_is_logged(self, road: Road):
        road.deliver(1, callback=REPORT)
        (due,) = claim_due()
        record_attempts([Attempt(due, 500, "", 1200, "out of order")])
        logged = CallbackAttempt.objects.get()
        assert (logged.message_id, logged.sequence, logged.number) == (due.message_id, 1, 1)
        assert (logged.http_status, logged.elapsed_ms) == (500, 1200)
        assert logged.answer == "out of order"
        assert 0 < (timezone.now() - logged.at).total_seconds() < 60

    def test_an_answer_that_comes_late_does_not_undo_a_delivery(self, road: Road):
        road.deliver(1, callback=REPORT)
        (due,) = claim_due()
        record_attempts([Attempt(due, 200)])
        record_attempts([Attempt(due, 500)])
        assert Callback.objects.get().state == Callback.State.DELIVERED


def build_road_of_another_customer(road: Road) -> Road:
    road.channel.delete()
    return build_road()
