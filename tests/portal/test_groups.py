"""The list of group tasks and the page of one, in each of its states (spec console §9.3)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from messaging.groups import checking
from messaging.models import GroupTask
from tests.messaging.road import Road

from .conftest import Visitor
from .group_tasks import at, checked_by, made_by, page_of, pending_by, put

State = GroupTask.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checked(operator: Visitor, road: Road) -> GroupTask:
    """A task whose file was checked: two good rows, a bad one and a duplicate."""
    return checked_by(operator, road)


@pytest.fixture
def sending(checked: GroupTask) -> GroupTask:
    """Both good rows are accepted; one is delivered and one failed."""
    return put(
        checked,
        State.SUBMITTING,
        started_at=timezone.now(),
        accepted_rows=2,
        delivered_rows=1,
        failed_rows=1,
        failures={"MK:0001": 1},
    )


def shown(visitor: Visitor, task: GroupTask, name: str = "detail") -> str:
    return visitor.get(page_of(name, task)).content.decode()


def test_a_task_that_is_checked_asks_for_its_state_by_itself(operator: Visitor, road: Road):
    task = made_by(operator, road)
    page = shown(operator, task)
    assert "Checking the recipients" in page
    assert 'hx-trigger="every 2s"' in page


def test_the_page_is_renewed_as_a_whole_when_another_one_is_due(operator: Visitor, road: Road):
    task = made_by(operator, road)
    part = operator.get(f"{page_of('state', task)}?shown=checking")
    assert "HX-Refresh" not in part.headers
    checking.check(task.pk)
    part = operator.get(f"{page_of('state', task)}?shown=checking")
    assert part.headers["HX-Refresh"] == "true"


def test_the_check_tells_what_to_do_with_counts_and_the_first_of_each(
    operator: Visitor, checked: GroupTask
):
    page = shown(operator, checked)
    assert "2 of 4 rows are left out" in page
    assert "Correct 1 number" in page
    assert "This is not a mainland mobile number." in page
    assert "First in row 3:" in page
    assert "1 row repeats another: nothing to do" in page
    assert f"【{checked.signature.name}】您的订单A1已发货" in page
    assert "Go on with the 2 good rows" in page
    assert "hx-trigger" not in page


def test_a_file_without_a_good_row_leads_to_another_file_only(operator: Visitor, road: Road):
    page = shown(operator, checked_by(operator, road, "1,A"))
    assert "No row of the file can be sent." in page
    assert "Upload a corrected file" in page
    assert "Go on" not in page


def test_a_file_without_problems_goes_straight_on(operator: Visitor, road: Road):
    page = shown(operator, checked_by(operator, road, "13800000000,A1"))
    assert "Every row can be sent" in page
    assert "left out" not in page


def test_a_planned_task_says_when_and_offers_to_change_it(operator: Visitor, road: Road):
    task = pending_by(operator, road, hours=1)
    page = shown(operator, task)
    assert f"Starts at {timezone.localtime(task.scheduled_at):%Y-%m-%d %H:%M:%S}" in page
    assert 'hx-trigger="every 30s"' in page
    for operation in ("edit", "replace", "cancel", "copy"):
        assert page_of(operation, task) in page


def test_a_task_about_to_start_can_no_longer_be_changed(operator: Visitor, road: Road):
    task = pending_by(operator, road, minutes=4)
    page = shown(operator, task)
    assert 'hx-trigger="every 2s"' in page
    for operation in ("edit", "replace", "cancel"):
        assert page_of(operation, task) not in page


def test_results_show_counts_codes_with_remedy_and_the_course(
    operator: Visitor, sending: GroupTask
):
    page = shown(operator, sending)
    assert "1 of 2 delivered" in page
    assert "MK:0001" in page
    assert f"{page_of('numbers', sending)}?code=MK%3A0001" in page
    assert "<polyline" in page
    assert 'id="course-table"' in page
    assert 'hx-trigger="every 2s"' in page


def test_the_page_stops_asking_when_all_is_known(operator: Visitor, sending: GroupTask):
    put(sending, State.SUCCEEDED)
    assert "hx-trigger" not in shown(operator, sending)


def test_it_goes_on_asking_while_reports_are_missing(operator: Visitor, sending: GroupTask):
    put(sending, State.STOPPED, failed_rows=0, sent_rows=1, failures={})
    assert 'hx-trigger="every 2s"' in shown(operator, sending)


@pytest.mark.parametrize(
    ("state", "offered", "missing"),
    [
        (State.CHECKING, [], ["cancel", "pause", "resume", "stop", "delete"]),
        (State.CHECKED, ["cancel"], ["edit", "pause", "stop", "delete"]),
        (State.SUBMITTING, ["pause", "stop", "rate"], ["cancel", "resume", "delete", "edit"]),
        (State.PAUSED, ["resume", "stop", "rate"], ["cancel", "pause", "delete"]),
        (State.STOPPED, [], ["cancel", "pause", "resume", "stop", "delete"]),
        (State.SUCCEEDED, [], ["cancel", "pause", "resume", "stop", "delete"]),
        (State.CANCELED, ["delete"], ["cancel", "pause", "resume", "stop"]),
    ],
)
def test_operations_by_state(
    state: State, offered: list[str], missing: list[str], operator: Visitor, checked: GroupTask
):
    started = state in (State.SUBMITTING, State.PAUSED, State.STOPPED, State.SUCCEEDED)
    put(checked, state, started_at=timezone.now() if started else None)
    page = shown(operator, checked)
    assert page_of("copy", checked) in page
    assert [name for name in offered if page_of(name, checked) not in page] == []
    assert [name for name in missing if page_of(name, checked) in page] == []


@pytest.mark.parametrize("state", State)
def test_viewers_see_every_state_but_no_operation(
    state: State, viewer: Visitor, checked: GroupTask
):
    put(checked, state, started_at=timezone.now())
    page = shown(viewer, checked)
    for name in ("copy", "cancel", "pause", "resume", "stop", "delete", "time", "replace"):
        assert page_of(name, checked) not in page


def test_the_system_says_why_it_paused_and_which_rows_are_left(
    operator: Visitor, checked: GroupTask
):
    put(checked, State.PAUSED, started_at=timezone.now(), failure="The balance is used up.")
    page = shown(operator, checked)
    assert "The balance is used up." in page
    assert "Paused" in page


def test_a_failed_task_says_why(operator: Visitor, checked: GroupTask):
    put(checked, State.FAILED, failure="The file is no longer there.")
    page = shown(operator, checked)
    assert "The file is no longer there." in page
    assert "Nothing was sent." in page


def test_the_list_shows_counts_and_what_can_be_done(operator: Visitor, sending: GroupTask):
    page = operator.get(at("list")).content.decode()
    assert str(sending.public_id) in page
    assert page_of("copy", sending) in page
    assert page_of("cancel", sending) not in page


def test_viewers_see_no_operations_in_the_list(viewer: Visitor, checked: GroupTask):
    page = viewer.get(at("list")).content.decode()
    assert checked.name in page
    assert page_of("copy", checked) not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("name=parcels", 1),
        ("name=flowers", 0),
        ("state=checked", 1),
        ("state=failed", 0),
        ("since=2020-01-01", 1),
        ("since=2999-01-01", 0),
        ("until=2020-01-01", 0),
    ],
)
def test_filters(query: str, count: int, operator: Visitor, checked: GroupTask):
    response = operator.get(f"{at('list')}?{query}")
    assert len(response.context["filter"].qs) == count


def test_tasks_of_others_are_nowhere(stranger: Visitor, checked: GroupTask):
    assert checked.name not in stranger.get(at("list")).content.decode()
    assert stranger.get(page_of("detail", checked)).status_code == 404


def test_without_signature_and_template_the_way_is_shown(stranger: Visitor):
    for page in (at("list"), at("create")):
        assert "First a signature and a template" in stranger.get(page).content.decode()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    operator: Visitor, checked: GroupTask, django_assert_num_queries
):
    operator.get(at("list"))
    with django_assert_num_queries(7) as first:
        operator.get(at("list"))
    for number in range(19):
        checked.pk = None
        checked.public_id = uuid4()
        checked.name = f"Task {number}"
        checked.save()
    with django_assert_num_queries(len(first.captured_queries)):
        operator.get(at("list"))


@pytest.mark.parametrize("state", [State.CHECKED, State.SUBMITTING, State.PAUSED])
def test_the_page_costs_the_same_for_two_rows_and_for_many(
    state: State, operator: Visitor, road: Road, django_assert_max_num_queries, settings
):
    def cost(task: GroupTask) -> int:
        put(task, state, started_at=timezone.now())
        with django_assert_max_num_queries(30) as asked:
            operator.get(page_of("detail", task))
        return len(asked.captured_queries)

    few = checked_by(operator, road)
    cost(few)  # fills the caches
    many = checked_by(operator, road, *(f"{13800000000 + n},A{n}" for n in range(1500)), "1,A")
    assert cost(many) <= cost(few)
