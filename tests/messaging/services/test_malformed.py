"""Receipts that say nothing usable disturb no other; they are counted and kept for a day."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.carriers.base import Receipt
from messaging.models import EarlyReceipt, MalformedReceipt, Message
from messaging.services import report
from messaging.services.health import Counts
from tests.messaging.road import REPORTED_AT, Road, carrier_ids, numbers

pytestmark = pytest.mark.usefixtures("db")

MALFORMED = [
    (Receipt("", "DELIVRD", REPORTED_AT), "no carrier id"),
    (Receipt("c" * 65, "DELIVRD", REPORTED_AT), "impossible carrier id"),
    (Receipt("c\x00", "DELIVRD", REPORTED_AT), "impossible carrier id"),
    (Receipt("c\ud800", "DELIVRD", REPORTED_AT), "impossible carrier id"),
    (Receipt("c", "", REPORTED_AT), "no code"),
    (Receipt("c", "x" * 33, REPORTED_AT), "impossible code"),
    (Receipt("c", "DELIV\nRD", REPORTED_AT), "impossible code"),
    (Receipt("c", "DELIVRD", None), "no time"),
    (Receipt("c", "DELIVRD", datetime(2026, 1, 1)), "impossible time"),
    (Receipt("c", "DELIVRD", datetime(1970, 1, 1, tzinfo=UTC)), "impossible time"),
    (Receipt("c", "DELIVRD", datetime(2200, 1, 1, tzinfo=UTC)), "time in the future"),
]


@pytest.mark.parametrize(("receipt", "problem"), MALFORMED, ids=[what for _, what in MALFORMED])
def test_a_malformed_receipt_is_kept_and_holds_up_no_other(road: Road, receipt, problem):
    accepted = road.accept(numbers(1))
    road.submit_all()
    good = Receipt(carrier_ids(accepted.first_id)[0], "DELIVRD", REPORTED_AT)
    counts = report.record_receipts(channel_id=road.channel.pk, receipts=[receipt, good])
    assert counts == Counts(matched=1, malformed=1)
    assert road.states() == [Message.State.DELIVERED]
    kept = MalformedReceipt.objects.get()
    assert (kept.channel, kept.problem) == (road.channel, problem)
    assert not EarlyReceipt.objects.exists()


def test_what_came_over_the_wire_is_kept_with_numbers_masked(road: Road):
    raw = "id: sub:001 from 8613800138000 stat:? \x00\ud800" + "x" * 2000
    road.receive(Receipt("", "", None, raw))
    kept = MalformedReceipt.objects.get().raw
    assert kept.startswith(r"id: sub:001 from 138****8000 stat:? \x00\ud800xxx")
    assert len(kept) == MalformedReceipt.RAW_LENGTH


def test_kinds_of_receipts_are_told_apart(road: Road):
    accepted = road.accept(numbers(2))
    road.submit_all()
    known = [Receipt(carrier_ids(accepted.first_id + n)[0], "DELIVRD", REPORTED_AT) for n in (0, 1)]
    stranger = Receipt("nobody's", "DELIVRD", REPORTED_AT)
    receive = {"channel_id": road.channel.pk}
    first = report.record_receipts(**receive, receipts=[known[0], known[0], stranger])
    assert first == Counts(matched=1, duplicate=1, unknown=1)
    again = report.record_receipts(**receive, receipts=[known[0], known[1], stranger])
    assert again == Counts(matched=1, duplicate=2)


def test_they_are_kept_for_a_day(road: Road):
    road.receive(Receipt("", "DELIVRD", REPORTED_AT), Receipt("x", "DELIVRD", REPORTED_AT))
    moment = timezone.now()
    with time_machine.travel(moment + timedelta(hours=23, minutes=59)):
        assert report.forget_old_receipts() == 0
    with time_machine.travel(moment + timedelta(hours=24, minutes=1)):
        assert report.forget_old_receipts() == 2
    assert not MalformedReceipt.objects.exists()
