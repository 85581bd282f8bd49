"""Every verdict is data: which rule stopped a message, in which version, and what it found."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from common.clock import local_day
from messaging.models import (
    BlockedNumber,
    FrequencyPolicy,
    GuardLimit,
    Message,
    NumberControl,
    NumberRule,
    OptOut,
    RuleHit,
    RuleVersion,
    TrafficThreshold,
)
from messaging.policy import verdicts
from messaging.services.rule_words import explain
from messaging.services.timeline import find_message, timeline_of
from reviews.models import ListedWord
from reviews.models.kinds import MessageType
from reviews.services.rules import wording
from tests.messaging.road import Road, numbers

A, B, C = "+8613800138000", "+8613800138001", "+8613800138002"


@pytest.fixture(autouse=True)
def _nothing_remembered(settings) -> Iterator[None]:
    settings.SMS_FREQUENCY_LIMITS = []
    verdicts.forget()
    wording.forget()
    yield
    verdicts.forget()
    wording.forget()


def hits() -> list[tuple[str, int, int, str]]:
    rows = RuleHit.objects.order_by("message_id")
    return list(rows.values_list("kind", "rule_id", "rule_version", "matched"))


def deny(road: Road, pattern: str) -> NumberRule:
    customer = road.application.customer
    NumberControl.objects.get_or_create(customer=customer, is_enabled=True)
    rule = NumberRule.objects.create(customer=customer, kind="deny", pattern=pattern)
    verdicts.forget()
    return rule


def test_what_passes_leaves_no_trace_and_costs_no_statement(road: Road, statements: list[str]):
    road.accept([A])
    statements.clear()
    road.accept([B, C])
    (store,) = statements
    assert "rulehit" not in store
    assert not RuleHit.objects.exists()


def test_the_first_rule_that_stops_a_message_is_named(road: Road):
    listed = BlockedNumber.objects.create(recipient=A, kind="complaint", reason="?")
    segment = deny(road, "38001")
    deny(road, A)
    word = ListedWord.objects.create(kind="forbidden_topic", text="A1001", is_blocking=True)
    accepted = road.accept([A, None, B, C])
    assert hits() == [
        ("blocklist", listed.pk, 1, "138****8000"),
        ("number_control", segment.pk, 1, "38001"),
        ("keyword", word.pk, 1, "A1001"),
    ]
    stopped = RuleHit.objects.values_list("message_id", flat=True).order_by("message_id")
    assert list(stopped) == [accepted.first_id, accepted.first_id + 2, accepted.first_id + 3]
    assert list(Message.objects.order_by("id").values_list("code", flat=True)) == [
        "SC:0005",
        "E000632",
        "SC:0006",
    ]


def test_a_complete_number_of_a_rule_is_masked(road: Road):
    rule = deny(road, A)
    road.accept([A])
    assert hits() == [("number_control", rule.pk, 1, "138****8000")]


def test_promotions_have_hours_and_may_be_unsubscribed(road: Road, settings):
    promotion = road.of_type(MessageType.PROMOTION)
    opt_out = OptOut.objects.create(
        customer=road.application.customer,
        application=road.application,
        channel_number=promotion.signature.channel_number,
        recipient=A,
        since=timezone.now(),
    )
    settings.SMS_PROMOTION_WINDOW = ["00:00", "00:00"]
    road.accept([A, B], template=promotion)
    assert hits() == [
        ("opt_out", opt_out.pk, 1, promotion.signature.channel_number),
        ("send_window", 0, 1, "00:00-00:00"),
    ]


def test_frequency_quotes_the_limit(road: Road, settings):
    settings.SMS_FREQUENCY_LIMITS = ["notification=1/60", "content=5/60"]
    road.accept([A, A])
    policy = FrequencyPolicy.objects.create(application=road.application, per_hour=1)
    verdicts.forget()
    settings.SMS_FREQUENCY_LIMITS = []
    road.accept([A])
    assert hits() == [
        ("frequency", 0, 1, "notification=1/60"),
        ("frequency", policy.pk, 1, "any=1/3600"),
    ]


def test_what_was_known_before_is_data_too(road: Road):
    road.accept(["+442079460018", A], blocked=["E200024", None])
    assert hits() == [("country", 0, 1, "GB")]


class TestVersions:
    def test_a_rule_grows_with_each_change(self, road: Road):
        listed = BlockedNumber.objects.create(recipient=A, kind="platform", reason="?")
        road.accept([A])
        listed.reason = "asked for"
        listed.save()
        listed.save()
        BlockedNumber.objects.filter(pk=listed.pk).update(kind="complaint")
        road.accept([A])
        assert [version for _kind, _rule, version, _found in hits()] == [1, 3]

    def test_counting_a_request_is_no_change(self, road: Road):
        row = TrafficThreshold.objects.create(
            customer=road.application.customer,
            daily_alarm=5,
            daily_limit=10,
            monthly_alarm=80,
            monthly_limit=100,
        )
        verdicts.forget()
        road.accept([A])
        assert not RuleVersion.objects.exists()
        row.refresh_from_db()
        row.daily_limit = 11
        row.save()
        assert RuleVersion.objects.get().version == 2

    @pytest.mark.parametrize("model", [GuardLimit, ListedWord])
    def test_others_grow_too(self, model: type, db: None):
        row = (
            ListedWord.objects.create(kind="forbidden_topic", text="x")
            if model is ListedWord
            else GuardLimit.objects.update_or_create(
                type=MessageType.PROMOTION, subject="segment", defaults={"most": 1, "per_s": 1}
            )[0]
        )
        RuleVersion.objects.all().delete()
        row.is_active = not row.is_active
        row.save()
        assert RuleVersion.objects.get().rule_id == row.pk


def test_hits_are_counted_by_day_and_rule(road: Road):
    rule = deny(road, "00138***")
    listed = BlockedNumber.objects.create(recipient="+8613911111111", kind="platform", reason="?")
    verdicts.forget()
    road.accept([*numbers(3, start=13800138000), "+8613911111111"])
    today = RuleHit.objects.for_customer(road.application.customer).on_day(
        local_day(timezone.now())
    )
    assert list(today.counted()) == [
        {"kind": "number_control", "rule_id": rule.pk, "count": 3},
        {"kind": "blocklist", "rule_id": listed.pk, "count": 1},
    ]
    long_ago = local_day(datetime(2026, 1, 1, tzinfo=UTC))
    assert not RuleHit.objects.on_day(long_ago).exists()


def test_the_timeline_says_which_rule_it_was(road: Road):
    rule = deny(road, "38000")
    accepted = road.accept([A])
    message = find_message(accepted.sms_msg_ids(1)[0])
    assert message is not None
    (stopped,) = [step for step in timeline_of(message).steps if "E000632" in step.title]
    assert f"Denied by: 38000. Rule {rule.pk}, version 1." in stopped.detail


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("kind", "matched"),
    [
        ("route", "csms1"),
        ("country", "GB"),
        ("threshold", ""),
        ("blocklist", "138****8000"),
        ("number_control", "8***"),
        ("opt_out", "csms1"),
        ("send_window", "08:00-22:00"),
        ("keyword", "彩票"),
        ("frequency", "any=5/0"),
        ("frequency", "content=2/59"),
        ("guard", "segment 1380013: 300/60"),
        ("guard", "address 2001:db8::1: 300/60"),
        ("guard", "template 7: 300/60"),
    ],
)
def test_each_kind_has_words(kind: str, matched: str, language: str, db: None):
    hit = RuleHit(message_id=1, customer_id=1, kind=kind, rule_id=0, rule_version=1)
    hit.matched = matched
    with override(language):
        sentence = explain(hit)
    shown = {"frequency": ("5", "2"), "guard": ("300",), "send_window": ("08:00",)}
    assert any(part in sentence for part in shown.get(kind, (matched,)))
    assert "%(" not in sentence
