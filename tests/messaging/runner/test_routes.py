"""Requests whose messages take several channels, with running channels."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messaging.models import ChannelRoute, Part
from messaging.runner.database import disconnect
from messaging.services import routing
from tests.factories import ChannelFactory
from tests.messaging.road import build_road, numbers
from tests.messaging.runner.test_failover import all_delivered, once_each, run_all, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _leave_the_database() -> Iterator[None]:
    yield
    disconnect()


def test_messages_reach_the_channels_of_their_routes_once(settings: Any, tmp_path: Path):
    settings.SMS_LOCAL_DIR = tmp_path
    road = build_road()
    second, unicom = ChannelFactory(name="second"), ChannelFactory(name="unicom")
    any_ = ChannelRoute.objects.create(is_prefix=True, primary=road.channel, weight=3)
    any_.shares.create(channel=second, weight=1)
    ChannelRoute.objects.create(is_prefix=True, carrier="unicom", primary=unicom)
    routing.forget()
    for n in range(8):
        mobile = numbers(400, start=13800000000 + 400 * n)
        road.accept([*mobile, *numbers(100, start=13000000000 + 100 * n)])

    async def story() -> None:
        await until(all_delivered)

    asyncio.run(run_all(story))
    assert once_each(tmp_path)
    taken = Counter(Part.objects.values_list("channel__name", flat=True))
    assert taken["unicom"] == 800
    assert abs(taken["second"] - 800) <= 20
    assert taken.total() == 4000
