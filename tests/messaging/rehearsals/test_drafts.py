"""Each draft against real rows: what it would stop more, and what it would let through."""

from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from common.clock import local_day
from common.errors import Refusal
from customers.models import AuditEvent
from messaging.models import FrequencyPolicy, Message, PolicyReplay, RuleHit, SendRequest
from messaging.models.ids import first_id
from messaging.policy import frequency
from messaging.rehearsals import plan, run, traffic
from messaging.services.lines import WrongLines
from reviews.models import ListedWord
from reviews.models.kinds import MessageType
from reviews.services.rules import wording
from tests.factories import CustomerFactory
from tests.messaging.rehearsals.conftest import Kind, at, replayed, sent, stopped
from tests.messaging.road import Road, numbers

A, B = "+8613800138000", "+8613900139000"


def test_a_stricter_frequency_limit_stops_what_comes_too_soon(road: Road):
    for second in (0, 10, 20):
        sent(road, [A, B] if second == 20 else [A], at(9, 0, second))
    sent(road, [A], at(9, 1, 10))
    figures = replayed("frequency", {"limits": ["notification=2/60"]})
    assert (figures.seen, figures.more, figures.less) == (5, 1, 0)
    assert figures.hours[9].more == 1
    assert list(figures.types) == [MessageType.NOTIFICATION]
    assert figures.customers[str(road.application.customer_id)].more == 1
    assert figures.matches == {"notification=2/60": 1}
    (example,) = figures.examples
    assert (example["number"], example["at"], example["side"]) == (
        "138****8000",
        "09:00:20",
        "more",
    )


def test_a_looser_frequency_limit_lets_messages_through(road: Road):
    for second in (0, 10, 20):
        sent(road, [A], at(9, 0, second))
    stopped(sent(road, [A], at(9, 0, 30)), Kind.FREQUENCY)
    figures = replayed("frequency", {"limits": ["notification=10/60"]})
    assert (figures.stopped, figures.would_stop, figures.less) == (1, 0, 1)
    assert figures.hours[9].less == 1


def test_what_other_rules_stopped_counts_for_no_frequency(road: Road):
    stopped(sent(road, [A], at(9)), Kind.BLOCKLIST)
    sent(road, [A], at(9, 0, 5))
    assert replayed("frequency", {"limits": ["notification=1/60"]}).more == 0


def test_the_day_before_counts_but_is_not_judged(road: Road):
    yesterday = sent(road, [A], at(9))
    moment = at(0) - timedelta(minutes=5)
    id_ = first_id(local_day(moment)) + 7
    SendRequest.objects.filter(pk=yesterday).update(id=id_, created_at=moment)
    Message.objects.filter(pk=yesterday).update(id=id_, request_id=id_)
    sent(road, [A], at(0, 5))
    figures = replayed("frequency", {"limits": ["notification=1/86400"]})
    assert (figures.seen, figures.more) == (1, 1)


def test_customers_own_limits_go_on_with_their_whitelist(road: Road):
    FrequencyPolicy.objects.create(application=road.application, per_minute=1, whitelist=[B])
    frequency.forget()
    for second in (0, 1):
        sent(road, [A, B], at(9, 0, second))
    Message.objects.update(state=0, code="")
    RuleHit.objects.all().delete()
    figures = replayed("frequency", {"limits": []})
    assert (figures.more, figures.matches) == (1, {"any=1/60": 1})


def test_contents_that_are_erased_are_not_taken_for_the_same(road: Road):
    for second in (0, 1, 2):
        sent(road, [A], at(9, 0, second))
    assert replayed("frequency", {"limits": ["content=1/60"]}).more == 2
    SendRequest.objects.update(variables=None)
    assert replayed("frequency", {"limits": ["content=1/60"]}).more == 0


def test_words_are_added_and_left_out(road: Road):
    ListedWord.objects.create(kind="forbidden_topic", text="B2002", is_blocking=True)
    wording.forget()
    sent(road, [A], at(10))  # its value is A1001
    stopped(sent(road, [B], at(11)), Kind.KEYWORD)
    figures = replayed("keywords", {"added": ["a1001"], "left_out": ["B2002"]})
    assert (figures.more, figures.less) == (1, 0)
    assert figures.matches == {"a1001": 2}
    assert replayed("keywords", {"added": [], "left_out": ["x"]}).less == 1


def test_values_that_are_erased_are_said_to_be_unknown(road: Road):
    sent(road, numbers(3), at(10))
    SendRequest.objects.update(variables=None)
    figures = replayed("keywords", {"added": ["A1001"], "left_out": []})
    assert (figures.seen, figures.unknown, figures.more) == (3, 3, 0)


def test_numbers_and_segments(road: Road):
    sent(road, [A, B, "+8613700137001"], at(10))
    stopped(sent(road, [B], at(11)), Kind.NUMBER_CONTROL)
    figures = replayed("numbers", {"denied": ["8000", "13700137001"], "allowed": ["13900139000"]})
    assert (figures.more, figures.less) == (2, 1)
    assert figures.matches == {"…8000": 1, "137****7001": 1}


def test_hours_of_promotions(road: Road, settings):
    promotion = road.of_type(MessageType.PROMOTION)
    sent(road, [A], at(21, 30), template=promotion)
    sent(road, [A], at(21, 30))
    stopped(sent(road, [B], at(7, 30), template=promotion), Kind.SEND_WINDOW)
    figures = replayed("window", {"opens": "07:00", "closes": "21:00"})
    assert (figures.more, figures.less) == (1, 1)
    assert (figures.hours[21].more, figures.hours[7].less) == (1, 1)


def test_a_threshold_refuses_requests_that_do_not_fit(road: Road):
    sent(road, numbers(6), at(10))
    sent(road, numbers(5, 13900000000), at(9))
    sent(road, numbers(4, 13700000000), at(11))
    figures = replayed("threshold", {"daily_limit": 10, "monthly_limit": None})
    assert (figures.seen, figures.more) == (15, 6)
    assert figures.hours[10].more == 6
    assert (figures.examples[0]["count"], figures.matches) == (6, {"10/d": 6})


def test_a_monthly_threshold_knows_the_days_before(road: Road):
    earlier = sent(road, numbers(8), at(9))
    day = local_day(timezone.now())
    sent(road, numbers(5, 13900000000), at(9))
    if day.day > 1:
        id_ = first_id(day - timedelta(days=1)) + 1
        SendRequest.objects.filter(pk=earlier).update(id=id_)
    figures = replayed("threshold", {"daily_limit": None, "monthly_limit": 10})
    assert figures.more == 5


def test_a_higher_threshold_lets_slices_of_group_tasks_through(road: Road):
    stopped(sent(road, numbers(4), at(10)), Kind.THRESHOLD)
    figures = replayed("threshold", {"daily_limit": 10, "monthly_limit": None})
    assert (figures.stopped, figures.less) == (4, 4)


def test_the_guard_by_template(road: Road):
    for moment in (at(9), at(9, 0, 10), at(9, 0, 20), at(9, 1)):
        sent(road, numbers(2), moment)
    stopped(sent(road, numbers(1), at(9, 2)), Kind.GUARD)
    draft = {"type": MessageType.NOTIFICATION, "subject": "template", "most": 3, "per_s": 60}
    figures = replayed("guard", draft)
    assert (figures.seen, figures.more, figures.less) == (9, 3, 1)


def test_the_guard_by_segment_counts_what_other_rules_let_pass(road: Road):
    sent(road, [A, "+8613800131111", B], at(9))
    stopped(sent(road, [A], at(9, 0, 1)), Kind.KEYWORD)
    draft = {"type": MessageType.NOTIFICATION, "subject": "segment", "most": 1, "per_s": 60}
    figures = replayed("guard", draft)
    assert (figures.more, figures.matches) == (1, {"segment 1380013: 1/60": 1})
    other = draft | {"type": MessageType.PROMOTION}
    assert replayed("guard", other).seen == 0


def test_one_customers_traffic_alone(road: Road):
    sent(road, [A], at(10))
    draft = {"denied": ["8000"], "allowed": []}
    assert replayed("numbers", draft, customer=road.application.customer).seen == 1
    assert replayed("numbers", draft, customer=CustomerFactory()).seen == 0


def test_nothing_is_changed_and_no_counter_moves(road: Road, settings):
    sent(road, [A], at(10))
    valkey = redis.Redis.from_url(settings.REDIS_URL)
    before = (list(Message.objects.values()), valkey.keys("frequency:*"))
    replayed("frequency", {"limits": ["notification=1/60"]})
    assert (list(Message.objects.values()), valkey.keys("frequency:*")) == before


def test_slices_never_part_a_number(road: Road, monkeypatch):
    monkeypatch.setattr(traffic, "SLICE", 3)
    for second in range(5):
        sent(road, [A], at(9, 0, second))
    sent(road, numbers(4), at(9))
    days = traffic.Days(local_day(timezone.now()))
    slices, after = [], ""
    while found := traffic.numbers_after(days, after, size=3):
        slices.append([len(group) for group in found])
        after = found[-1][0].recipient
    assert slices == [[1, 1], [1, 1], [5]]
    figures = replayed("frequency", {"limits": ["notification=2/60"]})
    assert (figures.seen, figures.more) == (9, 3)


def test_a_finished_replay_is_not_judged_again(road: Road):
    sent(road, [A], at(10))
    draft = {"denied": ["8000"], "allowed": []}
    day = local_day(timezone.now())
    replay = plan.request_replay(rule="numbers", draft=draft, day=day, customer=None, actor=None)
    assert run.run_slice(replay.pk)
    assert not run.run_slice(replay.pk)
    assert not run.run_slice(replay.pk)  # it is done
    replay.refresh_from_db()
    assert replay.figures["seen"] == 1


@pytest.mark.parametrize(
    ("rule", "draft", "field"),
    [
        ("frequency", {"limits": ["notification=0/60"]}, "limits"),
        ("frequency", {"limits": ["sms=1/60"]}, "limits"),
        ("frequency", {"limits": ["notification"]}, "limits"),
        ("keywords", {"added": [], "left_out": []}, "added"),
        ("keywords", {"added": ["x" * 71], "left_out": []}, "added"),
        ("numbers", {"denied": [], "allowed": []}, "denied"),
        ("window", {"opens": "8", "closes": "22:00"}, "opens"),
        ("window", {"opens": "22:00", "closes": "08:00"}, "closes"),
        ("threshold", {"daily_limit": None, "monthly_limit": None}, "daily_limit"),
        ("threshold", {"daily_limit": -1, "monthly_limit": None}, "daily_limit"),
        ("threshold", {"daily_limit": 10, "monthly_limit": 10}, "monthly_limit"),
        ("guard", {"type": "", "subject": "segment", "most": 0, "per_s": 60}, "most"),
        ("guard", {"type": "", "subject": "segment", "most": 1, "per_s": 3601}, "per_s"),
    ],
)
def test_a_draft_that_is_no_rule_is_refused(db, rule: str, draft: dict, field: str):
    with pytest.raises(Refusal) as refused:
        replayed(rule, draft)
    assert refused.value.field == field
    assert not PolicyReplay.objects.exists()


def test_wrong_numbers_are_told_line_by_line(db):
    with pytest.raises(WrongLines) as refused:
        replayed("numbers", {"denied": ["8000", "x", "12"], "allowed": []})
    assert [line.place for line in refused.value.lines] == [2, 3]


@pytest.mark.parametrize("days", [-1, 91])
def test_a_day_that_is_not_stored_is_refused(db, days: int):
    day = local_day(timezone.now()) - timedelta(days=days)
    with pytest.raises(Refusal, match="messages of others are not stored"):
        replayed("window", {"opens": "08:00", "closes": "20:00"}, day=day)


def test_who_tried_what_is_in_the_audit_trail(db):
    replayed("window", {"opens": "08:00", "closes": "20:00"})
    event = AuditEvent.objects.get(object_type="policyreplay")
    assert event.after["rule"] == "window"
    assert plan.ring_unfinished() == 0
