"""Messages of the API never wait behind a group task."""

from messaging.groups import checking, planning, sending, uploads
from messaging.groups.sources import Pasted
from messaging.models import GroupTask, SendRequest
from messaging.services.expire import lifetimes_s
from reviews.models.kinds import MessageType
from tests.factories import UserFactory
from tests.messaging.road import Road
from tests.messaging.road import numbers as e164

from .conftest import numbers


def sent_to_a_group(road: Road, count: int) -> GroupTask:
    template = road.template
    rows = "\n".join(f"{number},A1" for number in numbers(count))
    task = uploads.create(
        customer=template.customer,
        application=template.application,
        signature=template.signature,
        template=template,
        name="Group",
        recipients=Pasted(rows),
        actor=UserFactory(),
    )
    checking.check(task.pk)
    task.refresh_from_db()
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    sending.start_due(task.scheduled_at)
    sending.send_slices(task.pk, budget=100)
    return task


def test_an_api_message_goes_before_what_waits_of_a_group(road: Road) -> None:
    sent_to_a_group(road, 5000)
    road.claim()

    promotion = road.accept(e164(1, 13_900_000_000), template=road.of_type(MessageType.PROMOTION))
    notice = road.accept(e164(1, 13_900_000_001))
    code = road.accept(e164(1, 13_900_000_002), template=road.of_type(MessageType.VERIFICATION))

    next_ones = {one.message_id for one in road.claim().submissions}
    assert next_ones == {code.first_id, notice.first_id, promotion.first_id}


def test_every_priority_has_a_lifetime() -> None:
    assert len(lifetimes_s()) == len(SendRequest.Priority)
