"""The pages about replies and about unsubscribed numbers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.clock import now
from messaging.models import Callback, CallbackAttempt, OptOut
from tests.factories import ApplicationFactory
from tests.messaging.replies import HANDSET, arrival, number_of, receive
from tests.messaging.replies import replied as replied_at
from tests.messaging.road import Road

from .conftest import Visitor

REPLIES = reverse("portal:uplink-list")
OPT_OUTS = reverse("portal:opt-out-list")


def replied(road: Road, text: str = "好的", **fields):
    return replied_at(road, text, **{"received_at": now()} | fields)


def text_of(answer) -> str:
    return answer.content.decode()


class TestReplies:
    def test_a_reply_with_all_about_it(self, owner: Visitor, road: Road):
        accepted = road.deliver(1, callback="")
        reply = replied(road, "谢谢")
        page = text_of(owner.get(REPLIES))
        assert "谢谢" in page
        assert "138 0000 0000" in page
        assert number_of(road) in page
        assert reply.sms_msg_id in page
        (answered,) = accepted.sms_msg_ids(1)
        assert reverse("portal:message-detail", args=[answered]) in page
        assert "No uplink address" in page

    def test_a_doubtful_match_says_so(self, owner: Visitor, road: Road):
        road.deliver(1, callback="")
        road.deliver(1, callback="")
        replied(road)
        assert "the last of 2 messages to this number" in text_of(owner.get(REPLIES))

    def test_no_match_says_so(self, owner: Visitor, road: Road):
        replied(road)
        assert "No message of yours to this number" in text_of(owner.get(REPLIES))

    def test_opt_outs_and_missing_parts_are_marked(self, owner: Visitor, road: Road):
        replied(road, "R")
        row = owner.get(REPLIES).context["rows"][0].uplink
        type(row).objects.update(parts_missing=2)
        page = text_of(owner.get(REPLIES))
        assert "Unsubscribed</span>" in page
        assert "2 parts did not arrive" in page

    def test_the_push_is_followed(self, owner: Visitor, road: Road):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()
        replied(road)
        page = text_of(owner.get(REPLIES))
        assert "Due" in page
        assert "Push again" not in page
        Callback.objects.update(state=Callback.State.GIVEN_UP, attempts=3, http_status=500)
        page = text_of(owner.get(REPLIES))
        assert "Given up" in page
        assert "3 attempts" in page
        assert "HTTP 500" in page

    def test_every_attempt_stands_with_its_answer(self, owner: Visitor, road: Road):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()
        reply = replied(road)
        CallbackAttempt.objects.create(
            message_id=reply.pk,
            sequence=1,
            number=1,
            at=now(),
            http_status=500,
            elapsed_ms=17,
            answer="<b>down</b>",
        )
        page = text_of(owner.get(reverse("portal:uplink-detail", args=[reply.pk])))
        assert "HTTP 500" in page
        assert "after 17 ms" in page
        assert "&lt;b&gt;down&lt;/b&gt;" in page

    def test_given_up_ones_can_be_pushed_again(self, owner: Visitor, road: Road):
        road.application.uplink_url = "https://sms.example.com/up"
        road.application.save()
        reply = replied(road)
        Callback.objects.update(state=Callback.State.GIVEN_UP, attempts=3)
        answer = owner.post(reverse("portal:uplink-push-again", args=[reply.id]), follow=True)
        assert "pushed again now" in text_of(answer)
        assert Callback.objects.get().state == Callback.State.DUE

    def test_numbers_are_masked_for_viewers(self, viewer: Visitor, road: Road):
        replied(road)
        page = text_of(viewer.get(REPLIES))
        assert "138****0000" in page
        assert HANDSET.removeprefix("+86") not in page
        assert "138 0000 0000" not in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("number=138 0000 0000", ["a"]),
            ("number=13900000000", ["b"]),
            ("number=13911111111", []),
        ],
    )
    def test_by_number(self, owner: Visitor, road: Road, query, found):
        replied(road, "a")
        replied(road, "b", sender="+8613900000000")
        rows = owner.get(f"{REPLIES}?{query}").context["rows"]
        assert [row.uplink.body for row in rows] == found

    def test_by_application(self, owner: Visitor, road: Road):
        replied(road)
        other = ApplicationFactory(customer=road.application.customer)
        for application, count in ((road.application, 1), (other, 0)):
            rows = owner.get(f"{REPLIES}?application={application.pk}").context["rows"]
            assert len(rows) == count

    def test_by_time(self, owner: Visitor, road: Road):
        replied(road)
        hour = timedelta(hours=1)
        for start, count in ((timezone.localtime() - hour, 1), (timezone.localtime() + hour, 0)):
            query = {
                "start": f"{start:%Y-%m-%dT%H:%M:%S}",
                "end": f"{start + 2 * hour:%Y-%m-%dT%H:%M:%S}",
            }
            assert len(owner.get(REPLIES, data=query).context["rows"]) == count

    def test_by_identifier(self, owner: Visitor, road: Road):
        reply = replied(road, received_at=now() - timedelta(hours=30))
        replied(road)
        rows = owner.get(f"{REPLIES}?identifier={reply.sms_msg_id}").context["rows"]
        assert [row.uplink.id for row in rows] == [reply.id]

    @pytest.mark.parametrize(
        "identifier", ["nonsense", f"{'0' * 8}-0000-4000-8000-{'0' * 12}_" + "9" * 18]
    )
    def test_a_wrong_identifier_finds_nothing(self, owner: Visitor, road: Road, identifier):
        replied(road)
        answer = owner.get(f"{REPLIES}?identifier={identifier}")
        assert answer.status_code in (200, 422)
        assert answer.context["rows"] == []

    def test_pages(self, owner: Visitor, road: Road):
        receive(road, *(arrival(road, str(n), received_at=now()) for n in range(60)))
        first = owner.get(REPLIES)
        second = owner.get(f"{REPLIES}?before={first.context['older']}")
        shown = [row.uplink.body for page in (first, second) for row in page.context["rows"]]
        assert shown == [str(n) for n in range(59, -1, -1)]

    def test_an_empty_page_says_what_to_do(self, owner: Visitor, settings):
        assert "Open the inbox" in text_of(owner.get(REPLIES))
        settings.SMS_DEMO = False
        page = text_of(owner.get(REPLIES))
        assert reverse("portal:inbox") not in page
        assert "No reply in the last 7 days" in page

    def test_the_replies_of_others_stay_theirs(self, stranger: Visitor, road: Road):
        reply = replied(road)
        assert stranger.get(REPLIES).context["rows"] == []
        again = reverse("portal:uplink-push-again", args=[reply.id])
        assert stranger.post(again).status_code == 404

    def test_replies_to_nobody_are_nobodys(self, owner: Visitor, road: Road):
        replied(road, to="10699999")
        assert owner.get(REPLIES).context["rows"] == []


class TestOptOuts:
    def test_since_when_and_by_which_reply(self, owner: Visitor, road: Road):
        reply = replied(road, " r ")
        page = text_of(owner.get(OPT_OUTS))
        assert "138 0000 0000" in page
        assert "No promotions" in page
        assert f"{REPLIES}?identifier={reply.sms_msg_id}" in page

    def test_restored_ones_say_so(self, owner: Visitor, road: Road):
        replied(road, "R")
        OptOut.objects.update(restored_at=now())
        assert "Restored" in text_of(owner.get(OPT_OUTS))

    def test_by_number_and_application(self, owner: Visitor, road: Road):
        replied(road, "R")
        assert len(owner.get(f"{OPT_OUTS}?number=13800000000").context["rows"]) == 1
        assert owner.get(f"{OPT_OUTS}?number=13900000000").context["rows"] == []
        other = ApplicationFactory(customer=road.application.customer)
        assert owner.get(f"{OPT_OUTS}?application={other.pk}").context["rows"] == []

    def test_numbers_are_masked_for_viewers(self, viewer: Visitor, road: Road):
        replied(road, "R")
        page = text_of(viewer.get(OPT_OUTS))
        assert "138****0000" in page
        assert "138 0000 0000" not in page

    def test_an_empty_page_says_what_will_show(self, owner: Visitor):
        assert "Nobody has unsubscribed" in text_of(owner.get(OPT_OUTS))

    def test_those_of_others_stay_theirs(self, stranger: Visitor, road: Road):
        replied(road, "R")
        assert stranger.get(OPT_OUTS).context["rows"] == []
