"""The table of scenario numbers: every row of the simulated carrier, and where it is shown."""

import pytest
from django.urls import reverse

from messaging.carriers.simulated.scenarios import DELIVERY, TABLE, scenario_of
from messaging.models import Channel
from tests.messaging.road import Road

from .conftest import Visitor

PAGE = reverse("portal:scenario-list")


def test_every_number_meets_its_scenario(viewer: Visitor, road: Road):
    rows = viewer.get(PAGE).context["rows"]
    assert [scenario_of(row.number) for row in rows] == list(TABLE)
    assert scenario_of(rows[0].number) is DELIVERY
    assert all(len(row.number) == 11 for row in rows)


def test_the_timing_is_that_of_the_channel(viewer: Visitor, road: Road):
    Channel.objects.update(config={"delay_s": 7, "slow_delay_s": 240})
    timings = {row.suffix: row.timing for row in viewer.get(PAGE).context["rows"]}
    assert timings[""] == "after 7 seconds"
    assert timings["999205"] == "after 4 minutes"
    assert timings["999201"] == "after 72 hours"
    assert timings["999101"] == "at once"


@pytest.mark.django_db
def test_without_the_simulated_carrier_there_is_no_such_page(viewer: Visitor, settings):
    settings.SMS_DEMO = False
    assert viewer.get(PAGE).status_code == 404
    assert PAGE not in viewer.get(reverse("portal:overview")).content.decode()
