"""Days disappear when their time is over, and nobody who sends waits for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from common.clock import day_index, local_day, now
from common.sql import conninfo
from messaging.models import Message
from messaging.models.partitions import DAYS_AHEAD, ensure_partitions
from messaging.retention import partitions
from messaging.retention.partitions import drop_expired, first_kept_day
from tests.messaging.crowd import fill
from tests.messaging.road import Road, build_road

pytestmark = pytest.mark.django_db(transaction=True)

OLD = 200
"""Days ago: nobody else's test has partitions there."""


@pytest.fixture
def old_day() -> str:
    day = day_index(local_day(now()) - timedelta(days=OLD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT messaging_make_partitions(%s, %s)", [day, day])
    yield f"{local_day(now()) - timedelta(days=OLD):%Y%m%d}"
    drop_expired(now())


@pytest.fixture
def road(old_day: str) -> Road:
    return build_road()


def tables(day: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s", [f"%{day}"]
        )
        return sorted(name for (name,) in cursor.fetchall())


def test_every_table_that_grows_by_day_loses_it(road: Road, old_day: str):
    fill(road, days_ago=OLD, requests=2, each=3)
    fill(road, days_ago=0, requests=1, each=3)
    made = tables(old_day)
    assert {"messaging_message", "messaging_uplink", "messaging_callbackattempt"} <= {
        name[: -len("_YYYYMMDD")] for name in made
    }
    assert sorted(drop_expired(now())) == made
    assert tables(old_day) == []
    assert Message.objects.count() == 3
    assert drop_expired(now()) == []


def test_days_within_the_time_are_kept(settings):
    settings.SMS_DETAILS_DAYS = 30
    assert first_kept_day(now()) == local_day(now()) - timedelta(days=30)
    ensure_partitions()
    kept = {one.day for one in partitions.partitions()}
    assert local_day(now()) + timedelta(days=DAYS_AHEAD) in kept
    settings.SMS_DETAILS_DAYS = 0
    drop_expired(now())
    assert kept == {one.day for one in partitions.partitions()}


def test_a_virtual_quarter_later_a_day_is_gone(road: Road, old_day: str):
    later = now() - timedelta(days=OLD) + timedelta(days=90)
    fill(road, days_ago=OLD, requests=1, each=1)
    assert drop_expired(later) == []
    assert old_day in {name[-8:] for name in drop_expired(later + timedelta(days=1))}


def test_what_a_crash_left_is_finished(road: Road, old_day: str):
    name = f"messaging_message_{old_day}"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE messaging_message DETACH PARTITION {name} CONCURRENTLY")
    assert name in drop_expired(now())


def test_sending_goes_on_while_a_reader_holds_the_partition(road: Road, old_day: str):
    """A reader of the old day makes the drop wait; today's rows are written meanwhile."""
    fill(road, days_ago=OLD, requests=1, each=1)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(conninfo()) as reader:
        reader.execute(f"SELECT count(*) FROM messaging_message_{old_day}")
        dropping = pool.submit(_dropped)
        _wait_until_waiting()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            fill(road, days_ago=0, requests=1, each=1)
            ensure_partitions()
            cursor.execute("RESET lock_timeout")
        assert not dropping.done()
        reader.rollback()
        assert f"messaging_message_{old_day}" in dropping.result(timeout=30)


def _dropped() -> list[str]:
    try:
        return drop_expired(now())
    finally:
        connection.close()


def _wait_until_waiting() -> None:
    deadline = time.monotonic() + 30
    waiting = """
        SELECT 1 FROM pg_stat_activity
        WHERE query LIKE 'ALTER TABLE%DETACH%' AND wait_event_type = 'Lock'
    """
    with psycopg.connect(conninfo(), autocommit=True) as watcher:
        while watcher.execute(waiting).fetchone() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)  # nothing tells when a session begins to wait
