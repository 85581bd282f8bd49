"""Creating a group task step by step: nothing typed is ever lost (spec console §9.2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging.groups import checking
from messaging.models import GroupTask, Message, RecipientList
from reviews.models.kinds import MessageType
from tests.factories import SignatureFactory, TemplateFactory
from tests.messaging.road import Road

from .conftest import Visitor
from .group_tasks import GOOD_ROWS, at, checked_by, csv_of, draft_of, page_of, pending_by, put

State = GroupTask.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checked(operator: Visitor, road: Road) -> GroupTask:
    return checked_by(operator, road)


def test_a_file_makes_a_task_that_is_checked_first(operator: Visitor, road: Road):
    recipients = at("recipients", draft_of(operator, road))
    response = operator.post(recipients, {"source": "file", "file": csv_of(*GOOD_ROWS)})
    task = GroupTask.objects.get()
    assert (response.status_code, response.url) == (302, page_of("detail", task))
    assert (task.state, task.created_by) == (State.CHECKING, operator.membership.user)
    assert Message.objects.count() == 0


def test_numbers_may_be_pasted(operator: Visitor, road: Road):
    recipients = at("recipients", draft_of(operator, road))
    operator.post(recipients, {"source": "numbers", "numbers": "13800000000,A1\n13800000001,A2"})
    task = GroupTask.objects.get()
    checking.check(task.pk)
    task.refresh_from_db()
    assert task.valid_rows == 2


def test_a_saved_list_may_be_chosen(operator: Visitor, road: Road):
    kept = RecipientList(
        customer=road.application.customer,
        name="Customers",
        state=RecipientList.State.READY,
        created_by=operator.membership.user,
    )
    kept.file.save("list.csv", csv_of(*GOOD_ROWS))
    recipients = at("recipients", draft_of(operator, road))
    assert "Customers" in operator.get(recipients).content.decode()
    operator.post(recipients, {"source": "recipient_list", "recipient_list": kept.pk})
    assert GroupTask.objects.get().recipient_list == kept


@pytest.mark.parametrize(
    ("answer", "field", "sentence"),
    [
        ({"source": "file"}, "file", "Choose a file"),
        ({"source": "file", "file": "empty"}, "file", "The file is empty"),
        ({"source": "file", "file": "program"}, "file", ""),
        ({"source": "recipient_list"}, "recipient_list", "Choose one of your lists"),
        ({"source": "recipient_list", "recipient_list": "0"}, "recipient_list", ""),
        ({"source": "numbers", "numbers": " "}, "numbers", "Paste at least one number"),
        ({"source": ""}, "source", "This field is required"),
    ],
)
def test_recipients_that_are_none_are_refused_at_their_field(
    answer: dict[str, object], field: str, sentence: str, operator: Visitor, road: Road
):
    files = {
        "empty": csv_of(),
        "program": SimpleUploadedFile("list.xlsx", b"MZ\x90\x00\x03\x00\x00\x00"),
    }
    recipients = at("recipients", draft_of(operator, road))
    sent = {name: files.get(value, value) for name, value in answer.items()}
    response = operator.post(recipients, sent)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert sentence in response.content.decode()
    assert not GroupTask.objects.exists()


def test_pasted_text_is_still_there_after_an_error(operator: Visitor, road: Road):
    recipients = at("recipients", draft_of(operator, road))
    response = operator.post(recipients, {"source": "file", "numbers": "13800000000,A1"})
    assert "13800000000,A1" in response.content.decode()


def test_going_back_finds_everything_typed(operator: Visitor, road: Road):
    key = draft_of(operator, road, name="Flowers of today")
    page = operator.get(at("draft", key)).content.decode()
    assert "Flowers of today" in page
    for chosen in (road.template, road.template.signature):
        assert f'<option value="{chosen.pk}" selected>' in page


def test_what_is_typed_is_kept_at_every_change(operator: Visitor, road: Road):
    key = uuid4()
    operator.post(at("choices", key), {"name": "Half a na"})
    assert "Half a na" in operator.get(at("draft", key)).content.decode()
    for page in (at("create"), at("list")):
        assert at("draft", key) in operator.get(page).content.decode()


def test_an_error_keeps_the_draft_and_names_the_field(operator: Visitor, road: Road):
    key = uuid4()
    response = operator.post(at("draft", key), {"name": "x" * 65})
    assert response.status_code == 422
    assert {"name", "signature", "template"} <= set(response.context["form"].errors)
    assert "x" * 65 in operator.get(at("draft", key)).content.decode()


def test_a_draft_ends_when_it_has_become_a_task(operator: Visitor, road: Road):
    key = draft_of(operator, road)
    operator.post(at("recipients", key), {"source": "numbers", "numbers": "13800000000,A1"})
    assert at("draft", key) not in operator.get(at("list")).content.decode()
    assert operator.get(at("recipients", key)).url == at("create")


def test_a_draft_can_be_discarded(operator: Visitor, road: Road):
    key = draft_of(operator, road)
    assert operator.post(at("discard", key)).url == at("list")
    assert at("draft", key) not in operator.get(at("list")).content.decode()


def test_two_drafts_at_once_do_not_mix(operator: Visitor, road: Road):
    first = draft_of(operator, road, name="First")
    draft_of(operator, road, name="Second")
    operator.post(at("recipients", first), {"source": "numbers", "numbers": "13800000000,A1"})
    assert GroupTask.objects.get().name == "First"


def test_drafts_belong_to_one_person(operator: Visitor, owner: Visitor, road: Road):
    key = draft_of(operator, road, name="Mine alone")
    assert "Mine alone" not in owner.get(at("draft", key)).content.decode()
    assert owner.get(at("recipients", key)).url == at("create")


def test_an_unfinished_draft_leads_back_to_its_first_page(operator: Visitor, road: Road):
    key = draft_of(operator, road, template="")
    assert operator.get(at("recipients", key)).url == at("draft", key)


def test_choices_depend_on_each_other(operator: Visitor, road: Road):
    promotion = SignatureFactory(
        application=road.application, usable=True, type=MessageType.PROMOTION
    )
    bound = TemplateFactory(
        adopted=True, application=road.application, type=MessageType.PROMOTION, signature=promotion
    )
    chosen = {"application": road.application.pk, "signature": promotion.pk}
    page = operator.post(at("choices", uuid4()), chosen).content.decode()
    assert bound.name in page
    assert road.template.name not in page
    page = operator.post(at("choices", uuid4()), chosen | {"template": bound.pk}).content.decode()
    assert at("sample", bound.public_id) in page


def test_codes_pending_and_foreign_objects_are_not_offered(operator: Visitor, road: Road):
    SignatureFactory(
        application=road.application, usable=True, type=MessageType.VERIFICATION, name="验证"
    )
    SignatureFactory(application=road.application, name="未审")
    SignatureFactory(usable=True, name="别家")
    page = operator.get(at("create")).content.decode()
    assert road.template.signature.name in page
    assert not {name for name in ("验证", "未审", "别家") if name in page}


def test_samples_have_the_columns_of_the_template(operator: Visitor, road: Road):
    sample = at("sample-csv", road.template.public_id)
    lines = operator.get(sample).content.decode("utf-8-sig").splitlines()
    assert lines == ["Number,${1}", "13800138000,A1234"]
    workbook = operator.get(at("sample", road.template.public_id))
    assert workbook.content.startswith(b"PK")
    assert "sample.xlsx" in workbook.headers["Content-Disposition"]


def test_copying_begins_a_draft_without_recipients(operator: Visitor, checked: GroupTask):
    response = operator.get(page_of("copy", checked), follow=True)
    page = response.content.decode()
    assert checked.name in page
    assert f'<option value="{checked.template_id}" selected>' in page
    assert GroupTask.objects.count() == 1


def test_a_corrected_file_takes_the_place_of_the_first(operator: Visitor, checked: GroupTask):
    answer = {"source": "file", "file": csv_of(*GOOD_ROWS)}
    response = operator.post(page_of("replace", checked), answer)
    assert response.url == page_of("detail", checked)
    checking.check(checked.pk)
    checked.refresh_from_db()
    assert (checked.state, checked.valid_rows, checked.has_problems) == (State.CHECKED, 2, False)


def test_a_file_that_could_not_be_read_gives_way_to_another_of_the_same_task(
    operator: Visitor, checked: GroupTask
):
    operator.post(page_of("replace", checked), {"source": "file", "file": csv_of("", " ")})
    checking.check(checked.pk)
    checked.refresh_from_db()
    assert checked.state == State.FAILED
    page = operator.get(page_of("detail", checked)).content.decode()
    assert page_of("replace", checked) in page
    assert "The file holds no numbers." in page
    answer = {"source": "file", "file": csv_of(*GOOD_ROWS)}
    assert operator.post(page_of("replace", checked), answer).status_code == 302
    checking.check(checked.pk)
    checked.refresh_from_db()
    assert (checked.state, checked.valid_rows, checked.failure) == (State.CHECKED, 2, "")
    assert GroupTask.objects.count() == 1


def test_a_file_that_is_refused_replaces_nothing(operator: Visitor, checked: GroupTask):
    response = operator.post(page_of("replace", checked), {"source": "file", "file": csv_of()})
    assert response.status_code == 422
    checked.refresh_from_db()
    assert (checked.state, checked.valid_rows) == (State.CHECKED, 2)


def test_leaving_rows_out_has_to_be_chosen(operator: Visitor, checked: GroupTask):
    response = operator.post(page_of("confirm", checked), {"when": "now"})
    assert response.status_code == 422
    assert "accept_problems" in response.context["form"].errors
    checked.refresh_from_db()
    assert checked.state == State.CHECKED


def test_confirming_now_plans_it_for_now(operator: Visitor, checked: GroupTask):
    answer = {"when": "now", "accept_problems": "on"}
    response = operator.post(page_of("confirm", checked), answer)
    assert (response.status_code, response.url) == (302, page_of("detail", checked))
    checked.refresh_from_db()
    assert checked.state == State.PENDING
    assert abs(checked.scheduled_at - timezone.now()) < timedelta(seconds=30)


def test_a_planned_time_and_a_speed_are_shown_before_they_count(
    operator: Visitor, checked: GroupTask
):
    planned = timezone.localtime() + timedelta(days=1)
    answer = {
        "when": "later",
        "scheduled_at": planned.strftime("%Y-%m-%dT%H:%M:%S"),
        "rate": "20",
        "accept_problems": "on",
    }
    page = operator.get(page_of("confirm", checked), query_params=answer).content.decode()
    assert planned.strftime("%Y-%m-%d %H:%M:%S") in page
    assert "20 messages a second" in page
    checked.refresh_from_db()
    assert checked.state == State.CHECKED

    operator.post(page_of("confirm", checked), answer)
    checked.refresh_from_db()
    assert checked.scheduled_at == planned.replace(microsecond=0)
    assert checked.rate == 20


def test_going_back_from_the_confirmation_finds_the_time(operator: Visitor, checked: GroupTask):
    planned = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    answer = {"when": "later", "scheduled_at": planned, "accept_problems": "on"}
    page = operator.get(page_of("time", checked), query_params=answer).content.decode()
    assert planned in page
    assert 'name="accept_problems"' in page


def test_the_hours_of_promotions_are_told_where_they_count(
    operator: Visitor, road: Road, checked: GroupTask, settings
):
    settings.SMS_PROMOTION_WINDOW = ["08:00", "22:00"]
    sentence = "Promotions are sent from 08:00 to 22:00 only."
    assert sentence not in operator.get(page_of("time", checked)).content.decode()
    checked.template = road.of_type(MessageType.PROMOTION)
    checked.save()
    assert sentence in operator.get(page_of("time", checked)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
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
    when: str, scheduled_at: str, sentence: str, method: str, operator: Visitor, checked: GroupTask
):
    answer = {"when": when, "scheduled_at": scheduled_at, "accept_problems": "on"}
    response = getattr(operator.client, method)(page_of("confirm", checked), answer)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == State.CHECKED


def test_confirming_twice_says_so(operator: Visitor, checked: GroupTask):
    answer = {"when": "now", "accept_problems": "on"}
    operator.post(page_of("confirm", checked), answer)
    response = operator.post(page_of("confirm", checked), answer)
    assert response.status_code == 422
    assert "cannot be confirmed in its status" in response.content.decode()


def test_a_planned_task_is_changed_in_all_or_nothing(operator: Visitor, road: Road):
    task = pending_by(operator, road, hours=1)
    later = (timezone.localtime() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S")
    answer = {"name": "Another name", "scheduled_at": later, "rate": "5"}
    response = operator.post(page_of("edit", task), answer)
    assert response.url == page_of("detail", task)
    task.refresh_from_db()
    assert (task.name, task.rate) == ("Another name", 5)
    assert f"{timezone.localtime(task.scheduled_at):%Y-%m-%dT%H:%M:%S}" == later

    put(task, State.SUBMITTING)
    response = operator.post(page_of("edit", task), answer | {"name": "Too late", "rate": "6"})
    assert response.status_code == 422
    task.refresh_from_db()
    assert (task.name, task.rate) == ("Another name", 5)


def test_viewers_may_not_begin(viewer: Visitor, road: Road):
    for page in (at("create"), at("draft", uuid4()), at("recipients", uuid4())):
        assert viewer.get(page).status_code == 403
