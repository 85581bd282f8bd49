from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from messaging.groups import checking
from messaging.models import GroupTask, Message, SendRequest
from reviews.models.kinds import MessageType
from tests.factories import SignatureFactory, TemplateFactory
from tests.messaging.road import Road, numbers

from .conftest import Visitor

CREATE = reverse("portal:group-create")
LIST = reverse("portal:group-list")
State = GroupTask.State


def csv_of(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("numbers.csv", "\n".join(lines).encode())


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def values(road: Road) -> dict[str, object]:
    return {
        "name": "Parcels of today",
        "application": road.application.pk,
        "signature": road.template.signature.pk,
        "template": road.template.pk,
        "file": csv_of("13800000000,A1", "13800000001,A2", "123,A3", "13800000000,A1"),
    }


@pytest.fixture
def checked(operator: Visitor, values: dict[str, object]) -> GroupTask:
    """A task whose file was checked: two good rows, a bad one and a duplicate."""
    operator.post(CREATE, values)
    task = GroupTask.objects.get()
    checking.check(task.pk)
    task.refresh_from_db()
    return task


def address(name: str, task: GroupTask) -> str:
    return reverse(f"portal:group-{name}", args=[task.public_id])


def test_uploading_makes_a_task_that_is_checked_first(operator: Visitor, values):
    response = operator.post(CREATE, values)
    task = GroupTask.objects.get()
    assert (response.status_code, response.url) == (302, address("detail", task))
    assert (task.state, task.created_by) == (State.CHECKING, operator.membership.user)
    page = operator.get(address("detail", task)).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert Message.objects.count() == 0


def test_the_check_shows_counts_problems_and_the_first_messages(
    operator: Visitor, checked: GroupTask
):
    page = operator.get(address("detail", checked)).content.decode()
    assert "Send 2 messages" in page
    assert "This is not a mainland mobile number." in page
    assert "The same number with the same content stands further up." in page
    assert f"【{checked.signature.name}】您的订单A1已发货" in page
    assert "hx-trigger" not in page
    assert Message.objects.count() == 0


def test_the_problems_can_be_downloaded(operator: Visitor, checked: GroupTask):
    checked.problems.filter(line=3).update(value="=cmd()")
    response = operator.get(address("problems", checked))
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Line,Value,Reason"
    assert lines[1].startswith("3,'=cmd(),")
    assert lines[2].startswith("4,13800000000,")
    assert "attachment" in response.headers["Content-Disposition"]


def test_viewers_see_the_numbers_of_problems_masked(viewer: Visitor, checked: GroupTask):
    checked.problems.filter(line=3).update(value="13700137000,1")
    page = viewer.get(address("detail", checked)).content.decode()
    exported = b"".join(viewer.get(address("problems", checked)).streaming_content).decode()
    for shown in (page, exported):
        assert "13700137000" not in shown
        assert "137****00,1" in shown


def test_many_problems_come_in_pages(operator: Visitor, values):
    rows = [f"{n},A" for n in range(45)]
    operator.post(CREATE, values | {"file": csv_of("13800000000,A1", *rows)})
    task = GroupTask.objects.get()
    checking.check(task.pk)
    page = operator.get(f"{address('detail', task)}?page=3").content.decode()
    assert "Page 3 of 3 · 45 entries" in page


def test_a_file_without_a_good_row_cannot_be_confirmed(operator: Visitor, values):
    operator.post(CREATE, values | {"file": csv_of("1,A")})
    task = GroupTask.objects.get()
    checking.check(task.pk)
    page = operator.get(address("detail", task)).content.decode()
    assert "No row of the file can be sent." in page
    assert address("confirm", task) not in page


def test_confirming_now_plans_it_for_now(operator: Visitor, checked: GroupTask):
    response = operator.post(address("confirm", checked), {"when": "now"})
    assert (response.status_code, response.url) == (302, address("detail", checked))
    checked.refresh_from_db()
    assert checked.state == State.PENDING
    assert abs(checked.scheduled_at - timezone.now()) < timedelta(seconds=30)


def test_a_planned_time_is_read_in_the_platforms_zone(operator: Visitor, checked: GroupTask):
    planned = timezone.localtime() + timedelta(days=1)
    typed = planned.strftime("%Y-%m-%dT%H:%M:%S")
    operator.post(address("confirm", checked), {"when": "later", "scheduled_at": typed})
    checked.refresh_from_db()
    assert checked.scheduled_at == planned.replace(microsecond=0)
    page = operator.get(address("detail", checked)).content.decode()
    assert planned.strftime("Starts at %Y-%m-%d %H:%M:%S") in page


@pytest.mark.parametrize(
    ("when", "scheduled_at", "sentence"),
    [
        ("later", "", "Say when the task shall start."),
        ("later", "2026-01-01T09:00:00", "The time has passed already."),
        ("later", "2999-01-01T09:00:00", "at most 31 days ahead"),
        ("later", "tomorrow", "Enter a valid date/time."),
        ("", "", "This field is required."),
    ],
)
def test_a_time_that_is_not_possible_is_refused(
    when: str, scheduled_at: str, sentence: str, operator: Visitor, checked: GroupTask
):
    answer = {"when": when, "scheduled_at": scheduled_at}
    response = operator.post(address("confirm", checked), answer)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == State.CHECKED


def test_confirming_twice_says_so(operator: Visitor, checked: GroupTask):
    operator.post(address("confirm", checked), {"when": "now"})
    response = operator.post(address("confirm", checked), {"when": "now"}, follow=True)
    assert "cannot be confirmed in its status" in response.content.decode()


def test_cancelling_a_checked_task(operator: Visitor, checked: GroupTask):
    response = operator.post(address("cancel", checked), follow=True)
    assert "The task was cancelled. Nothing was sent." in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == State.CANCELED


def test_cancelling_too_late_is_refused_with_the_reason(operator: Visitor, checked: GroupTask):
    operator.post(address("confirm", checked), {"when": "now"})
    response = operator.post(address("cancel", checked), follow=True)
    assert "only while more than 5 minutes remain" in response.content.decode()


def test_progress_counts_and_stops_asking_when_all_is_known(
    operator: Visitor, checked: GroupTask, road: Road
):
    started_at = timezone.now()
    accepted = road.accept(numbers(2))
    checked.slices.create(first=1, last=2, request_id=accepted.first_id)
    SendRequest.objects.update(group_task_id=checked.pk)
    GroupTask.objects.update(state=State.SUCCEEDED, started_at=started_at)
    Message.objects.filter(id=accepted.first_id).update(state=Message.State.DELIVERED)

    part = operator.get(address("state", checked)).content.decode()
    assert "1 of 2 delivered" in part
    assert 'hx-trigger="every 2s"' in part

    Message.objects.update(state=Message.State.DELIVERED)
    part = operator.get(address("state", checked)).content.decode()
    assert "2 of 2 delivered" in part
    assert "hx-trigger" not in part
    details = operator.get(reverse("portal:message-list"), query_params={"task": checked.public_id})
    assert len(details.context["rows"]) == 2


def test_a_failed_task_says_why(operator: Visitor, checked: GroupTask):
    GroupTask.objects.update(state=State.FAILED, failure="The file is no longer there.")
    assert (
        "The file is no longer there." in operator.get(address("detail", checked)).content.decode()
    )


def test_choices_depend_on_each_other(operator: Visitor, customer: Customer, road: Road):
    promotion = SignatureFactory(
        application=road.application, usable=True, type=MessageType.PROMOTION
    )
    bound = TemplateFactory(
        adopted=True, application=road.application, type=MessageType.PROMOTION, signature=promotion
    )
    choices = reverse("portal:group-choices")
    query = {"application": road.application.pk, "signature": promotion.pk}
    page = operator.get(choices, query_params=query).content.decode()
    assert bound.name in page
    assert road.template.name not in page
    page = operator.get(choices, query_params=query | {"template": bound.pk}).content.decode()
    assert reverse("portal:group-sample", args=[bound.public_id]) in page


def test_codes_pending_and_foreign_objects_are_not_offered(operator: Visitor, road: Road):
    SignatureFactory(
        application=road.application, usable=True, type=MessageType.VERIFICATION, name="验证"
    )
    SignatureFactory(application=road.application, name="未审")
    SignatureFactory(usable=True, name="别家")
    page = operator.get(CREATE).content.decode()
    assert road.template.signature.name in page
    assert not {name for name in ("验证", "未审", "别家") if name in page}


def test_the_sample_has_the_templates_columns(operator: Visitor, road: Road):
    sample = reverse("portal:group-sample", args=[road.template.public_id])
    lines = operator.get(sample).content.decode("utf-8-sig").splitlines()
    assert lines == ["Number,${1}", "13800138000,A1234"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"template": ""}, "template"),
        ({"signature": "0", "template": ""}, "signature"),
        ({"file": csv_of()}, "file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04rest")}, "file"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    changes: dict[str, object], field: str, operator: Visitor, values
):
    response = operator.post(CREATE, values | changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not GroupTask.objects.exists()


def test_without_signature_and_template_the_way_is_shown(stranger: Visitor):
    for page in (LIST, CREATE):
        assert "First a signature and a template" in stranger.get(page).content.decode()


def test_viewers_see_the_result_but_no_buttons(viewer: Visitor, checked: GroupTask):
    page = viewer.get(address("detail", checked)).content.decode()
    assert "Rows that are left out" in page
    assert address("confirm", checked) not in page
    assert address("cancel", checked) not in page


def test_filters(operator: Visitor, checked: GroupTask):
    def found(query: str) -> int:
        return len(operator.get(f"{LIST}?{query}").context["filter"].qs)

    assert found("name=parcels") == 1
    assert found("state=checked") == 1
    assert found("state=failed") == 0


def test_the_list_costs_the_same_for_one_and_for_twenty(
    operator: Visitor, checked: GroupTask, django_assert_num_queries
):
    operator.get(LIST)
    with django_assert_num_queries(7) as first:
        operator.get(LIST)
    for number in range(19):
        checked.pk = None
        checked.public_id = uuid4()
        checked.name = f"Task {number}"
        checked.save()
    with django_assert_num_queries(len(first.captured_queries)):
        operator.get(LIST)
