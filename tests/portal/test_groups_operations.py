"""Cancel, pause, resume, stop, delete, and the speed of a group task (spec console §9.3)."""

import pytest
from django.utils import timezone

from messaging.models import GroupTask
from tests.messaging.road import Road

from .conftest import Visitor
from .group_tasks import at, checked_by, page_of, pending_by, put

State = GroupTask.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checked(operator: Visitor, road: Road) -> GroupTask:
    return checked_by(operator, road)


@pytest.fixture
def sending(operator: Visitor, road: Road) -> GroupTask:
    return put(pending_by(operator, road, hours=1), State.SUBMITTING, started_at=timezone.now())


def test_cancelling_asks_first(operator: Visitor, checked: GroupTask):
    assert "cannot be started again" in operator.get(page_of("cancel", checked)).content.decode()
    checked.refresh_from_db()
    assert checked.state == State.CHECKED
    response = operator.post(page_of("cancel", checked), follow=True)
    assert "The task was cancelled. Nothing was sent." in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == State.CANCELED


def test_cancelling_too_late_is_refused_with_the_reason(operator: Visitor, road: Road):
    task = pending_by(operator, road, minutes=4)
    response = operator.post(page_of("cancel", task), follow=True)
    assert "only while more than 5 minutes remain" in response.content.decode()
    task.refresh_from_db()
    assert task.state == State.PENDING


def test_pause_resume_stop(operator: Visitor, sending: GroupTask):
    for operation, state in (
        ("pause", State.PAUSED),
        ("resume", State.SUBMITTING),
        ("stop", State.STOPPED),
    ):
        response = operator.post(page_of(operation, sending))
        assert response.url == page_of("detail", sending)
        sending.refresh_from_db()
        assert sending.state == state


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ("cancel", State.SUBMITTING),
        ("pause", State.PAUSED),
        ("resume", State.STOPPED),
        ("stop", State.SUCCEEDED),
        ("delete", State.CHECKED),
    ],
)
def test_what_the_state_does_not_allow_is_told(
    operation: str, state: State, operator: Visitor, checked: GroupTask
):
    put(checked, state, started_at=timezone.now())
    response = operator.post(page_of(operation, checked), follow=True)
    assert "notice-error" in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == state


def test_a_cancelled_task_can_be_deleted(operator: Visitor, checked: GroupTask):
    put(checked, State.CANCELED)
    assert "cannot be brought back" in operator.get(page_of("delete", checked)).content.decode()
    response = operator.post(page_of("delete", checked))
    assert response.url == at("list")
    assert not GroupTask.objects.exists()


@pytest.mark.parametrize(("typed", "rate"), [("25", 25), ("", None)])
def test_the_speed_of_a_task_under_way(
    typed: str, rate: int | None, operator: Visitor, sending: GroupTask
):
    put(sending, State.SUBMITTING, rate=10)
    assert operator.post(page_of("rate", sending), {"rate": typed}).status_code == 302
    sending.refresh_from_db()
    assert sending.rate == rate


@pytest.mark.parametrize("typed", ["0", "-1", "fast"])
def test_a_speed_that_is_none_is_refused(typed: str, operator: Visitor, sending: GroupTask):
    response = operator.post(page_of("rate", sending), {"rate": typed})
    assert response.status_code == 422
    assert typed in response.content.decode()


@pytest.mark.parametrize("operation", ["pause", "resume", "stop", "cancel", "delete", "rate"])
def test_neither_viewers_nor_strangers_operate(
    operation: str, viewer: Visitor, stranger: Visitor, sending: GroupTask
):
    assert viewer.post(page_of(operation, sending)).status_code == 403
    assert stranger.post(page_of(operation, sending)).status_code == 404
    sending.refresh_from_db()
    assert sending.state == State.SUBMITTING
