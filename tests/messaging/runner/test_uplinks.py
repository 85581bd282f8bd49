"""The whole way of a reply: from a phone of the inbox to the customer's server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from messaging.models import Message, Uplink
from messaging.runner.database import disconnect, in_database
from messaging.services import push
from messaging.services.handset import reply_from_handset
from tests.common.receiver import Receiver, remembering
from tests.messaging.road import Road, build_road, numbers

from .test_channel import all_are, run_while, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _leave_the_database() -> Iterator[None]:
    push.stop()
    yield
    push.stop()
    disconnect()


@pytest.fixture
def road(settings: Any, tmp_path: Path) -> Road:
    settings.SMS_LOCAL_DIR = tmp_path
    return build_road()


def reply(text: str) -> None:
    reply_from_handset(message=Message.objects.select_related("request").get(), text=text)


@pytest.mark.parametrize("text", ["好的，谢谢", "R", "长" * 300])
def test_a_reply_reaches_the_uplink_address(road: Road, text: str):
    seen: list[bytes] = []

    async def story() -> None:
        async with Receiver(remembering(seen)).listening() as url:
            road.application.uplink_url = url
            await in_database(road.application.save)
            await in_database(road.accept, numbers(1))
            await until(all_are(Message.State.DELIVERED))
            await in_database(reply, text)
            await until(Uplink.objects.exists)
            assert await in_database(push.push_due, budget_s=10) == 1

    asyncio.run(run_while(road, story))
    uplink = Uplink.objects.get()
    fields = parse_qs(seen[0].partition(b"\r\n\r\n")[2].decode(), strict_parsing=True)
    assert fields == {
        "smsMsgId": [uplink.sms_msg_id],
        "from": ["+8613800000000"],
        "to": [road.template.signature.channel_number],
        "body": [text],
    }
    assert uplink.message_id == Message.objects.get().id
