"""Hardly any codes are used although more are sent: an alarm, once an hour."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from messaging.models import GuardAlarm, SendRequest
from messaging.services import conversions
from messaging.services.conversions import Volume
from tests.messaging.road import Road, numbers

pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture
def few(settings) -> None:
    settings.SMS_CONVERSION_LEAST = 10


def sent(road: Road, count: int, *, used: int, ago: timedelta) -> None:
    """`count` messages accepted so long ago, of which `used` were told to be used."""
    accepted = road.accept(numbers(count))
    at = timezone.now() - ago
    SendRequest.objects.filter(pk=accepted.first_id).update(created_at=at)
    told = {(UUID(str(accepted.uuid)), accepted.first_id + n): n < used for n in range(count)}
    conversions.tell(application_id=road.application.pk, used=told)


def alarms(road: Road) -> list[str]:
    conversions.watch(timezone.now())
    rows = GuardAlarm.objects.for_customer(road.application.customer)
    return list(rows.values_list("detail", flat=True))


def test_a_falling_rate_with_growing_volume_is_told_once(road: Road):
    sent(road, 50, used=40, ago=timedelta(hours=2))
    sent(road, 20, used=2, ago=timedelta(minutes=30))
    assert alarms(road) == ["2/20, 80% before"]
    assert alarms(road) == ["2/20, 80% before"]


@pytest.mark.parametrize(
    ("before", "lately"),
    [
        ((50, 40), (20, 12)),  # still more than half
        ((50, 40), (9, 0)),  # too few to say
        ((480, 400), (20, 0)),  # no more than in any hour before
        ((9, 9), (20, 0)),  # nothing to compare with
    ],
)
def test_other_changes_are_not(road: Road, before: tuple[int, int], lately: tuple[int, int]):
    sent(road, before[0], used=before[1], ago=timedelta(hours=2))
    sent(road, lately[0], used=lately[1], ago=timedelta(minutes=30))
    assert alarms(road) == []


def test_codes_just_sent_may_still_be_used(road: Road):
    sent(road, 50, used=40, ago=timedelta(hours=2))
    sent(road, 20, used=0, ago=timedelta(minutes=5))
    assert alarms(road) == []


def test_who_tells_nothing_is_not_watched(road: Road):
    road.accept(numbers(20))
    assert alarms(road) == []


def test_the_rate_by_the_hour(road: Road):
    sent(road, 4, used=3, ago=timedelta(minutes=1))
    version = road.template.version_id
    ((_hour, volume),) = conversions.hours(
        application_id=road.application.pk,
        version_id=version,
        since=timezone.now() - timedelta(hours=1),
    )
    assert volume == Volume(4, 3)
    assert volume.rate == 0.75
