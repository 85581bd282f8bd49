"""“Would it pass?”: every rule's verdict on a message that is not sent."""

from typing import Any

import pytest
from django.utils import timezone

from messaging.models import (
    GuardLimit,
    Message,
    NumberControl,
    NumberRule,
    OptOut,
    TrafficThreshold,
)
from messaging.policy import counters, frequency, verdicts
from messaging.services.rehearsal import Rehearsal
from reviews.models import ListedWord
from reviews.models.kinds import MessageType
from reviews.services.rules import wording
from tests.factories import TemplateFactory
from tests.messaging.road import Road

from .conftest import Visitor

PAGE = "/would-it-pass"
NUMBER = "+8613800138000"


def stops(road: Road, **changes: Any) -> dict[str, str]:
    """Rule and code of whatever stops the message."""
    usual = {
        "template": road.template,
        "signature": None,
        "number": NUMBER,
        "values": ["A1001"],
        "moment": timezone.now(),
    }
    checks = Rehearsal(**usual | changes).checks()
    return {check.rule: check.code for check in checks if not check.is_passed}


def test_a_good_message_passes_and_leaves_no_trace(road: Road):
    assert stops(road) == {}
    assert not Message.objects.exists()


def test_values_that_do_not_fit(road: Road):
    assert stops(road, values=[]) == {"Template variables": "E200028"}
    assert stops(road, values=["？"]) == {"Template variables": "E200028"}


def test_a_number_abroad(road: Road):
    assert stops(road, number="+447911123456") == {"Country or region": "E200024"}


@pytest.mark.parametrize("subject", ["template", "segment"])
def test_a_flood(road: Road, settings, monkeypatch: pytest.MonkeyPatch, subject: str):
    settings.SMS_FREQUENCY_LIMITS = []
    monkeypatch.setattr(counters, "TRUSTED_AFTER_S", 0.0)
    limit = {"subject": subject, "most": 1, "per_s": 3_600}
    GuardLimit.objects.filter(type=MessageType.NOTIFICATION).delete()
    GuardLimit.objects.create(type=MessageType.NOTIFICATION, **limit)
    assert stops(road) == {}
    road.accept([NUMBER])
    assert stops(road) == {"Protection against bombing": "SC:0010"}
    # Asking counts nothing, and another segment is another source.
    assert bool(stops(road, number="+8613900139000")) == (subject == "template")


def test_a_full_day(road: Road):
    today = timezone.localdate()
    TrafficThreshold.objects.create(
        customer=road.application.customer,
        daily_alarm=1,
        daily_limit=2,
        monthly_alarm=8,
        monthly_limit=9,
        day=today,
        day_used=2,
        month=today.replace(day=1),
        month_used=2,
    )
    assert stops(road) == {"Traffic thresholds": "E000623"}


def test_a_denied_number(road: Road):
    customer = road.application.customer
    NumberControl.objects.create(customer=customer, is_enabled=True)
    NumberRule.objects.create(customer=customer, kind="deny", pattern="8000")
    assert stops(road) == {"Number control": "E000632"}
    NumberRule.objects.create(customer=customer, kind="allow", pattern=NUMBER)
    verdicts.forget()
    assert stops(road) == {}


def test_a_promotion_at_night_to_someone_who_unsubscribed(road: Road, settings):
    settings.SMS_PROMOTION_WINDOW = ["08:00", "22:00"]
    promotion = road.of_type(MessageType.PROMOTION)
    OptOut.objects.create(
        customer=road.application.customer,
        application=road.application,
        channel_number=promotion.signature.channel_number,
        recipient=NUMBER,
        since=timezone.now(),
    )
    night = timezone.localtime().replace(hour=23)
    assert stops(road, template=promotion, moment=night) == {
        "Unsubscribed numbers": "SC:0016",
        "Sending hours": "SC:0011",
    }


def test_a_forbidden_word(road: Road):
    ListedWord.objects.create(kind="forbidden_topic", text="A1001", is_blocking=True)
    wording.forget()
    assert stops(road) == {"Keywords": "SC:0006"}


def test_too_often(road: Road, settings):
    settings.SMS_FREQUENCY_LIMITS = ["content=1/60"]
    road.accept([NUMBER])
    assert stops(road) == {"Sending frequency": "SC:0010"}
    frequency.forget()


def test_the_page_answers_in_words(road: Road, operator: Visitor):
    fields = {"template": road.template.pk, "number": "13800138000", "values": "A1001"}
    assert "It would pass all rules" in operator.post(PAGE, fields).content.decode()
    page = operator.post(PAGE, fields | {"values": ""}).content.decode()
    assert "It would be stopped by 1 rule" in page
    assert "The template has 1 variables, but there are 0 values." in page


@pytest.mark.parametrize("wrong", [{"number": "12"}, {"template": "0"}, {"moment": "soon"}])
def test_wrong_input_is_refused(road: Road, operator: Visitor, wrong: dict):
    fields = {"template": road.template.pk, "number": "13800138000", "values": "A1001"}
    assert operator.post(PAGE, fields | wrong).status_code == 422


def test_a_strangers_template_cannot_be_chosen(road: Road, operator: Visitor):
    other = TemplateFactory(adopted=True)
    fields = {"template": other.pk, "number": "13800138000", "values": "A1001"}
    assert operator.post(PAGE, fields).status_code == 422
