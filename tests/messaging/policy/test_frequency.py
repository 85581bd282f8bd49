"""Frequency limits: rolling windows, with Valkey and without, exact in both."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.models import FrequencyPolicy, Message
from messaging.models.partitions import ensure_partitions
from messaging.policy import counters as counters_module
from messaging.policy import frequency, verdicts
from messaging.policy.counters import Counters, Question
from messaging.policy.windows import Event, Limit, Rule, platform_rules
from messaging.services import storing
from reviews.models.kinds import MessageType
from tests.api.shop import open_shop
from tests.factories import TemplateFactory
from tests.messaging.road import Road, build_road, numbers

DOCUMENTED = [
    "verification=2/60",
    "verification=50/86400",
    "notification=10/60",
    "notification=50/86400",
    "promotion=4/3600",
    "promotion=10/86400",
    "content=2/59",
    "content=5/3540",
]
NUMBER = "+8613800138000"
NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis[bytes]"]:
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 0.0)
    monkeypatch.setattr(counters_module, "SETTLE_S", 0.0)
    counters_module._connected.cache_clear()
    verdicts.forget()
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()
    verdicts.forget()
    counters_module._connected.cache_clear()


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch, unused_port: int) -> None:
    dead = Counters(f"redis://127.0.0.1:{unused_port}/0")
    monkeypatch.setattr(frequency, "counters", lambda: dead)


def codes() -> list[str]:
    return list(Message.objects.order_by("id").values_list("code", flat=True))


def send(road: Road, times: int, to: str = NUMBER) -> list[str]:
    before = Message.objects.count()
    for _ in range(times):
        road.accept([to])
    return codes()[before:]


def test_the_documented_limits(settings):
    settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
    assert platform_rules(MessageType.VERIFICATION) == (
        Rule("type", 2, 60),
        Rule("type", 50, 86_400),
        Rule("content", 2, 59),
        Rule("content", 5, 3_540),
    )


@pytest.mark.parametrize("wrong", ["content=0/60", "promotion=1000/60", "promotion=1/86401"])
def test_a_limit_beyond_reason_is_refused(settings, wrong):
    settings.SMS_FREQUENCY_LIMITS = [wrong]
    with pytest.raises(ValueError, match="SMS_FREQUENCY_LIMITS"):
        platform_rules(MessageType.PROMOTION)


class TestRoad:
    def test_the_third_of_the_same_content_is_blocked_and_told(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        assert send(road, 3) == ["", "", "SC:0010"]
        assert Message.objects.latest("id").state == Message.State.FAILED

    def test_other_numbers_are_not_affected(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        send(road, 2)
        assert send(road, 1, to="+8613800138001") == [""]

    def test_within_a_slice_the_same_number_counts(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
        road.accept([NUMBER, NUMBER, None, NUMBER])
        assert codes() == ["", "", "SC:0010"]

    def test_what_is_blocked_does_not_count(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = ["notification=1/60"]
        road.accept([NUMBER], blocked=["E200024"])
        assert send(road, 2) == ["", "SC:0010"]

    @pytest.mark.usefixtures("unreachable")
    def test_without_valkey_postgresql_knows(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        assert send(road, 3) == ["", "", "SC:0010"]

    def test_an_emptied_valkey_learns_from_postgresql(self, road: Road, settings, valkey):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        send(road, 2)
        valkey.flushdb()
        assert send(road, 1) == ["SC:0010"]

    def test_what_was_sent_while_it_was_away_counts(self, road: Road, settings, monkeypatch):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        send(road, 1)
        frequency.counters().fail("away")
        assert send(road, 1) == [""]
        monkeypatch.setattr(frequency.counters(), "_silent_until", 0.0)
        assert send(road, 1) == ["SC:0010"]

    def test_a_request_that_is_refused_counts_nothing(self, road: Road, settings):
        settings.SMS_FREQUENCY_LIMITS = ["notification=1/60"]

        def refuse(*_arguments: object, **_options: object) -> None:
            raise RuntimeError

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(storing, "store", refuse)
            with pytest.raises(RuntimeError):
                road.accept([NUMBER])
        assert send(road, 1) == [""]

    def test_customers_limit_more_and_except_their_testers(self, road: Road):
        tester = "+8613800138001"
        FrequencyPolicy.objects.create(application=road.application, per_hour=1, whitelist=[tester])
        frequency.forget()
        assert send(road, 2) == ["", "SC:0010"]
        assert send(road, 2, to=tester) == ["", ""]

    def test_a_slice_of_500_is_one_call_and_no_further_query(
        self, road: Road, settings, statements
    ):
        settings.SMS_FREQUENCY_LIMITS = DOCUMENTED
        road.accept(numbers(500))
        statements.clear()
        road.accept(numbers(500))
        assert len(statements) == 1


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1_000_000, 29_000_000, 59_000_000, 60_000_000, 3_600_000_000]),
        st.sampled_from("vnp"),
        st.sampled_from(["aa", "bb"]),
        st.sampled_from(["+861", "+862"]),
        st.booleans(),
    ),
    max_size=30,
)
RULES = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["type", "content", "any"]),
        st.integers(1, 4),
        st.sampled_from([1, 59, 60, 3_600, 86_400]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def slow_model(rules: list[Rule], sent: list[tuple[str, Event]], new: tuple[str, Event, bool]):
    """Whether a message may go, by looking at everything that ever went."""
    number, event, is_excepted = new
    for rule in rules:
        if rule.is_customers and is_excepted:
            continue
        alike = [
            one
            for other, one in sent
            if other == number
            and event.at - one.at < rule.span_s * 1_000_000
            and (rule.kind != "type" or one.type == event.type)
            and (rule.kind != "content" or one.content == event.content)
        ]
        if len(alike) >= rule.most:
            return False
    return True


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=RULES, steps=EVENTS)
def test_rolling_windows_are_those_of_the_slow_model(valkey, rules: list[Rule], steps: list):
    """Valkey's script says of every message what a search through all of them says."""
    valkey.flushdb()
    one = Counters(django_settings.REDIS_URL)
    now, sent = 1_800_000_000_000_000, []
    for wait, letter, content, number, is_excepted in steps:
        now += wait
        limits = [Limit(rule, rule.since(now, 0)) for rule in rules]
        question = Question(1, now, letter, limits, [number], [content], [is_excepted])
        answer = one.judge(question)
        if answer == "?":
            answer = one.judge(question, [[]])
        event = Event(now, letter, content)
        may_go = slow_model(rules, sent, (number, event, is_excepted))
        assert (answer == ".") == may_go
        if may_go:
            sent.append((number, event))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_valkey_there", [True, False])
def test_at_once_no_more_pass_than_one_after_the_other(
    settings, monkeypatch, unused_port, is_valkey_there: bool
):
    settings.SMS_FREQUENCY_LIMITS = ["notification=7/60"]
    ensure_partitions()
    road = build_road()
    road.accept(["+8613800138001"])
    if not is_valkey_there:
        dead = Counters(f"redis://127.0.0.1:{unused_port}/0")
        monkeypatch.setattr(frequency, "counters", lambda: dead)
    start = threading.Barrier(20)

    def run() -> None:
        start.wait()
        road.accept([NUMBER])
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes().count("SC:0010") == 13


def test_a_new_generation_is_not_asked_until_everybody_knows_it(road: Road, settings, monkeypatch):
    """Meanwhile PostgreSQL judges, and no counter is written that others would not see."""
    settings.SMS_FREQUENCY_LIMITS = ["notification=2/60"]
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 3_600.0)
    question = Question(1, 10**15, "n", (), [NUMBER], ["aa"], [])
    assert frequency.counters().judge(question) is None
    assert send(road, 3) == ["", "", "SC:0010"]
    monkeypatch.setattr(counters_module, "TRUSTED_AFTER_S", 0.0)
    assert send(road, 1) == ["SC:0010"]


def test_a_call_that_is_refused_in_the_end_counts_nothing(settings, db):
    """The contents of a diff call are judged one after the other, and stored all or not at all."""
    settings.SMS_FREQUENCY_LIMITS = ["notification=1/60"]
    settings.SMS_TRAFFIC_DEFAULTS = [1, 2, 8, 9]
    shop = open_shop()
    other = TemplateFactory(adopted=True, application=shop.application, signature=shop.signature)
    to = ["+8613800138001", "+8613800138002"]
    both = shop.content(to=[NUMBER]), shop.content(to=to, templateId=other.template_id)
    assert shop.send_diff(*both).code == "E000623"
    assert shop.send(to=NUMBER).code == "000000"
    assert codes() == [""]


def test_a_calendar_day_begins_at_midnight_in_shanghai(road: Road):
    FrequencyPolicy.objects.create(application=road.application, per_day=1)
    frequency.forget()

    def is_breach(at: datetime) -> bool:
        hits = frequency.pace(
            application_id=road.application.pk,
            type=MessageType.NOTIFICATION,
            positions=[0],
            recipients=[NUMBER],
            contents=["aa"],
            moment=at,
            held=ExitStack(),
        )
        return bool(hits)

    evening = datetime(2026, 5, 1, 15, 59, tzinfo=UTC)
    assert [is_breach(evening), is_breach(evening + timedelta(seconds=59))] == [False, True]
    assert not is_breach(evening + timedelta(minutes=1))
