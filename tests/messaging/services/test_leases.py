"""Leases of channels: one process holds a channel, and what it says of its sessions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import CarrierRun, CarrierSession, ChannelLease, SendRequest
from messaging.services import dispatch, leases
from messaging.services.leases import Run, SessionRow
from tests.factories import ChannelFactory
from tests.messaging.road import OWNER, Road, numbers

pytestmark = pytest.mark.usefixtures("db")

ONE, TWO = Run("one", "host-1", 11), Run("two", "host-2", 22)


def run_out(**fields: object) -> None:
    past = timezone.now() - timedelta(seconds=1)
    ChannelLease.objects.filter(**fields).update(expires_at=past)


def session(channel_id: int, name: str, **fields: object) -> SessionRow:
    usual = {"up_for_s": 5.0, "in_flight": 3, "parts_per_s": 7.5, "error": ""}
    return SessionRow(channel_id=channel_id, name=name, **(usual | fields))


def beat(run: Run, *rows: SessionRow, channels: tuple[int, ...] = ()) -> set[int]:
    return leases.beat(run=run, channel_ids=channels, sessions=rows)


def test_a_channel_is_one_processs_until_it_gives_it_back(road: Road):
    channels = [road.channel.pk]
    assert leases.take(owner="one", channel_ids=channels, most=9) == {road.channel.pk: ""}
    assert leases.take(owner="two", channel_ids=channels, most=9) == {}
    leases.give_back(owner="two", channel_id=road.channel.pk)
    assert leases.take(owner="two", channel_ids=channels, most=9) == {}, "not its to give"
    leases.give_back(owner="one", channel_id=road.channel.pk)
    assert leases.take(owner="two", channel_ids=channels, most=9) == {road.channel.pk: ""}


def test_a_process_takes_no_more_than_its_share_and_only_what_is_free(road: Road):
    channels = [road.channel.pk, *(ChannelFactory().pk for _ in range(3))]
    assert list(leases.take(owner="one", channel_ids=channels, most=2)) == channels[:2]
    assert list(leases.take(owner="two", channel_ids=channels, most=2)) == channels[2:]


def test_a_lease_that_ran_out_is_inherited_and_its_owner_told(road: Road):
    pk = road.channel.pk
    leases.take(owner="one", channel_ids=[pk], most=1)
    assert beat(ONE, channels=(pk,)) == {pk}
    run_out()
    assert leases.take(owner="two", channel_ids=[pk], most=1) == {pk: "one"}
    assert beat(ONE, channels=(pk,)) == set()
    assert ChannelLease.objects.get().owner == "two"


def test_the_heir_need_not_wait_for_what_the_dead_had_claimed(road: Road):
    pk = road.channel.pk
    leases.take(owner="one", channel_ids=[pk], most=1)
    accepted = road.accept(numbers(3))
    slice_ = road.claim()
    assert dispatch.announce(slice_=slice_, owner=OWNER)
    assert dispatch.take_over(channel_id=pk, owner="heir") is None
    run_out()
    leases.take(owner="two", channel_ids=[pk], most=1)
    doubtful = dispatch.take_over(channel_id=pk, owner="heir")
    assert doubtful == [accepted.first_id + n for n in range(3)]
    assert SendRequest.objects.get().leased_by == "heir"
    assert not dispatch.announce(slice_=slice_, owner=OWNER), "the dead may not write any more"


def test_sessions_are_shown_as_they_were_last_told(road: Road):
    pk = road.channel.pk
    beat(ONE, session(pk, "session-1"), session(pk, "session-2", up_for_s=None, error="refused"))
    beat(ONE, session(pk, "session-1", in_flight=1), session(pk, "session-2"))
    first, second = CarrierSession.objects.all()
    assert (first.is_up, first.in_flight, first.parts_per_s, first.error) == (True, 1, 7.5, "")
    assert (second.is_up, second.error) == (True, "refused"), "the last error stays"
    assert timedelta(seconds=4) < first.seen_at - first.bound_since < timedelta(seconds=6)
    assert (first.run.host, first.run.pid) == ("host-1", 11)
    beat(ONE, session(pk, "session-2", up_for_s=None))
    (row,) = CarrierSession.objects.all()
    assert (row.name, row.is_up, row.bound_since) == ("session-2", False, None)


def test_rows_of_a_process_that_died_or_ended_disappear(road: Road):
    pk = road.channel.pk
    beat(ONE, session(pk, "session-1"))
    beat(TWO, session(pk, "session-1"))
    assert leases.others(owner="two") == 1
    CarrierRun.objects.filter(owner="one").update(seen_at=timezone.now() - timedelta(seconds=60))
    assert leases.others(owner="two") == 0
    beat(TWO, session(pk, "session-1"))
    assert list(CarrierRun.objects.values_list("owner", flat=True)) == ["two"]
    assert [row.run_id for row in CarrierSession.objects.all()] == ["two"]
    leases.retire(owner="two")
    assert not CarrierRun.objects.exists()


def test_a_session_of_a_channel_that_was_deleted_is_no_error(road: Road):
    beat(ONE, session(road.channel.pk + 1, "session-1"))
    assert not CarrierSession.objects.exists()
