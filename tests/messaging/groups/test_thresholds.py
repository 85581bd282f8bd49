"""Messages of a group task that do not fit below a threshold fail, each with a report."""

import pytest

from common.clock import now
from customers.models import Notice
from messaging.groups import planning, sending
from messaging.models import GroupSlice, Message, TrafficThreshold
from messaging.policy import thresholds
from messaging.services.timeline import timeline_of
from reviews.models import Template

from .conftest import MakeTask


@pytest.mark.usefixtures("channel")
def test_they_fail_and_the_contacts_are_told(notice: Template, checked: MakeTask) -> None:
    thresholds.forget()
    row = TrafficThreshold.objects.create(
        customer=notice.customer, daily_alarm=1, daily_limit=2, monthly_alarm=8, monthly_limit=9
    )
    task = checked(notice, "13800138000\n13800138001\n13800138002")
    planning.confirm(task=task, scheduled_at=None, actor=task.created_by)
    sending.start_due(now())
    sending.send_slices(task.pk, budget=10)
    thresholds.forget()

    assert not GroupSlice.objects.filter(task=task, request_id__isnull=True).exists()
    assert set(Message.objects.values_list("code", "state")) == {("E000623", Message.State.FAILED)}
    assert Notice.objects.get().event == "daily_limit"
    row.refresh_from_db()
    assert row.day_used == 0
    timeline = timeline_of(Message.objects.select_related("request").first())
    assert "has reached its quota" in timeline.verdict.text
