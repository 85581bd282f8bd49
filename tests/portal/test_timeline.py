"""The timeline of a message: one sentence that answers, every step, and who may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from messaging.carriers.base import Answer, Receipt
from messaging.models import (
    Callback,
    CallbackAttempt,
    Channel,
    ChannelHealth,
    Message,
    SendRequest,
)
from messaging.services import expire
from messaging.services.envelope import Accepted
from reviews.models.kinds import MessageType
from tests.messaging.road import OWNER, REPORTED_AT, Road, carrier_ids, numbers

from .conftest import Visitor

REPORT = "http://127.0.0.1:9/report"


def page_of(accepted: Accepted) -> str:
    return reverse("portal:message-detail", args=accepted.sms_msg_ids(1))


def read(visitor: Visitor, accepted: Accepted) -> tuple[str, list[str], str]:
    """The sentence at the top with its remedy, the titles of the steps, and the whole page."""
    response = visitor.get(page_of(accepted))
    assert response.status_code == 200
    timeline = response.context["timeline"]
    verdict = f"{timeline.verdict.text} {timeline.verdict.remedy}"
    return verdict, [step.title for step in timeline.steps], response.content.decode()


def test_one_that_arrived(owner: Visitor, road: Road):
    accepted = road.deliver(1, callback=REPORT)
    verdict, steps, page = read(owner, accepted)
    assert "It arrived" in verdict
    assert steps[:4] == [
        "Received by the send API",
        "Template matched",
        "Passed the rules",
        "Route chosen",
    ]
    assert "Handed to the carrier" in steps
    assert "Report for part 1 of 1: DELIVRD" in steps
    assert "Final status: Delivered" in steps
    assert steps[-1] == "Report of part 1 waits to be pushed"
    assert road.template.signature.channel_number in page
    assert road.channel.name not in page
    assert "version 1" in page
    assert f"Asia/Shanghai ({'GMT+08:00'})" in page
    assert 'title="2026-05-01 02:03:09 UTC">2026-05-01 10:03:09<' in page


def test_one_that_failed_says_why_and_what_to_do(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1), parts=2)
    road.submit_all(parts=2)
    ids = carrier_ids(accepted.first_id, 2)
    road.receive(Receipt(ids[0], "DELIVRD", REPORTED_AT), Receipt(ids[1], "MK:0001", REPORTED_AT))
    verdict, steps, page = read(owner, accepted)
    assert "It did not arrive: the carrier reported" in verdict
    assert "MK:0001" in verdict
    assert {"Report for part 1 of 2: DELIVRD", "Report for part 2 of 2: MK:0001"} <= set(steps)
    assert "Report kept, not pushed" in steps
    assert "reported by the carrier" in page


def test_one_that_the_carrier_refused(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1))
    slice_ = road.claim()
    road.record(slice_, [Answer(accepted.first_id, error="REJECTD")])
    verdict, steps, _page = read(owner, accepted)
    assert "REJECTD" in verdict
    assert "Refused by the carrier: REJECTD" in steps
    assert not any(step.startswith("Report for part") for step in steps)


def test_one_that_a_rule_stopped(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1), blocked=["SC:0010"], callback=REPORT)
    verdict, steps, _page = read(owner, accepted)
    assert "It was not sent, a rule stopped it: Sending frequency exceeded" in verdict
    assert "Wait for the limit window to pass" in verdict
    assert "Stopped by a rule: SC:0010" in steps
    assert "Handed to the carrier" not in steps


def test_one_too_old_to_be_sent(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1), template=road.of_type(MessageType.VERIFICATION))
    SendRequest.objects.update(created_at=timezone.now() - timedelta(hours=1))
    expire.expire_waiting()
    verdict, steps, _page = read(owner, accepted)
    assert "It was not sent: it waited for the carrier longer than its type may" in verdict
    assert "5 minutes" in verdict
    assert "Final status: Too old to be sent" in steps
    listed = owner.get(reverse("portal:message-list")).content.decode()
    assert "Too old to be sent" in listed
    assert '<span class="pill pill-bad">No report from the carrier in time' not in listed


def test_one_without_a_report(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1))
    road.submit_all()
    Message.objects.update(submitted_at=timezone.now() - timedelta(seconds=1))
    with override_settings(SMS_REPORT_TIMEOUT_S=0):
        expire.expire_messages()
    verdict, steps, page = read(owner, accepted)
    assert "no report within 72 hours" in verdict
    assert "Final status: No report from the carrier in time" in steps
    assert "reported by the platform" in page


def bring_up(road: Road, **fields: object) -> None:
    """A carrier process says that it has the channel open."""
    alive = {"state": ChannelHealth.State.UP, "since": timezone.now(), "owner": OWNER}
    health = alive | {"heartbeat_at": timezone.now()} | fields
    ChannelHealth.objects.create(channel=road.channel, **health)


class TestWaiting:
    def test_for_its_turn(self, owner: Visitor, road: Road):
        bring_up(road)
        road.accept(numbers(3))
        second = road.accept(numbers(1, start=13900000000))
        assert "1 request is in front of it" in read(owner, second)[0]

    def test_as_the_next_one(self, owner: Visitor, road: Road):
        bring_up(road)
        assert "it is the next one" in read(owner, road.accept(numbers(1)))[0]

    def test_for_a_carrier_that_is_busy(self, owner: Visitor, road: Road):
        bring_up(road, is_throttled=True)
        assert "the carrier is busy" in read(owner, road.accept(numbers(1)))[0]

    def test_while_the_channel_is_off(self, owner: Visitor, road: Road):
        accepted = road.accept(numbers(1))
        Channel.objects.update(is_enabled=False)
        assert "switched off at the moment" in read(owner, accepted)[0]

    def test_while_the_carrier_is_down(self, owner: Visitor, road: Road):
        since = timezone.now() - timedelta(minutes=2)
        bring_up(road, state=ChannelHealth.State.DOWN, since=since)
        verdict, steps, page = read(owner, road.accept(numbers(1)))
        assert f"cannot be reached since {timezone.localtime(since):%Y-%m-%d %H:%M:%S}" in verdict
        assert "It is sent until" in verdict
        assert steps[-1] == "Waiting for the carrier"
        assert 'hx-trigger="every 3s"' in page

    def test_while_it_is_handed_over(self, owner: Visitor, road: Road):
        accepted = road.accept(numbers(1))
        road.claim()
        assert "being handed to the carrier right now" in read(owner, accepted)[0]

    def test_for_its_report(self, owner: Visitor, road: Road):
        accepted = road.accept(numbers(1))
        road.submit_all()
        assert "It is on its way" in read(owner, accepted)[0]

    def test_for_a_carrier_that_did_not_answer(self, owner: Visitor, road: Road):
        accepted = road.accept(numbers(1))
        Message.objects.update(state=Message.State.UNKNOWN, submitted_at=timezone.now())
        verdict, _steps, page = read(owner, accepted)
        assert "the carrier did not answer" in verdict
        assert "The carrier did not answer." in page


class TestPushes:
    def test_each_attempt_and_what_comes_next(self, owner: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        for number in (1, 2):
            CallbackAttempt.objects.create(
                message_id=accepted.first_id,
                sequence=1,
                number=number,
                at=timezone.now(),
                http_status=None,
                elapsed_ms=5000,
                error="timeout",
            )
        _verdict, steps, page = read(owner, accepted)
        outcome = "No complete answer within 5 seconds"
        assert [step for step in steps if "pushed, attempt" in step] == [
            f"Report of part 1 pushed, attempt {number}: {outcome}" for number in (1, 2)
        ]
        assert reverse("portal:callback-detail", args=[*accepted.sms_msg_ids(1), 1]) in page

    def test_given_up(self, owner: Visitor, road: Road):
        accepted = road.deliver(1, callback=REPORT)
        Callback.objects.update(state=Callback.State.GIVEN_UP, attempted_at=timezone.now())
        _verdict, steps, page = read(owner, accepted)
        assert "Report of part 1 given up" in steps
        assert "hx-trigger" not in page.partition('id="timeline"')[2].partition(">")[0]


def test_the_link_works_inside_the_account_only(viewer: Visitor, stranger: Visitor, road: Road):
    accepted = road.deliver(1, callback=REPORT)
    page = read(viewer, accepted)[2]
    assert f'data-copy="http://testserver{page_of(accepted)}"' in page
    assert "138****0000" in page
    assert "13800000000" not in page
    assert "138 0000 0000" not in page
    assert stranger.get(page_of(accepted)).status_code == 404


NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "sms_msg_id", ["x", "1_2", f"{NOBODY}_1", f"{NOBODY}_{'9' * 18}", f"{NOBODY}_{'9' * 40}"]
)
def test_what_is_no_message_is_not_found(sms_msg_id: str, owner: Visitor):
    assert owner.get(reverse("portal:message-detail", args=[sms_msg_id])).status_code == 404


def test_htmx_gets_the_changing_part_alone(owner: Visitor, road: Road):
    accepted = road.accept(numbers(1))
    part = owner.get(page_of(accepted), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="timeline"')
    assert "<html" not in part


def test_a_long_message_costs_no_more_queries(
    owner: Visitor, road: Road, django_assert_num_queries
):
    short = road.deliver(1, callback=REPORT)
    long = road.accept(numbers(1), parts=6, callback=REPORT)
    road.submit_all(parts=6)
    road.receive(*(Receipt(one, "DELIVRD", REPORTED_AT) for one in carrier_ids(long.first_id, 6)))
    owner.get(page_of(short))
    with CaptureQueriesContext(connection) as few:
        owner.get(page_of(short))
    with django_assert_num_queries(len(few.captured_queries)):
        owner.get(page_of(long))
