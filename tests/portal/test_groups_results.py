"""Numbers one by one, problems, downloads, and sending again (spec console §9.3)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.groups import sending
from messaging.models import GroupTask, Message
from tests.messaging.road import Road

from .conftest import Visitor
from .group_tasks import checked_by, page_of, pending_by, put

State = GroupTask.State
FAILED = "MK:0001"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def checked(operator: Visitor, road: Road) -> GroupTask:
    return checked_by(operator, road)


@pytest.fixture
def sent(operator: Visitor, road: Road) -> GroupTask:
    """Of three numbers the first arrived, the second failed, the third has no report."""
    rows = [f"{13800000000 + n},A{n}" for n in range(3)]
    task = pending_by(operator, road, *rows, hours=1)
    put(task, State.SUBMITTING, started_at=timezone.now(), scheduled_at=timezone.now())
    sending.send_slices(task.pk, budget=5)
    messages = Message.objects.order_by("id")
    ids = list(messages.values_list("pk", flat=True))
    final = {"finished_at": timezone.now()}
    messages.filter(pk=ids[0]).update(state=Message.State.DELIVERED, code="DELIVRD", **final)
    messages.filter(pk=ids[1]).update(state=Message.State.FAILED, code=FAILED, **final)
    messages.filter(pk=ids[2]).update(state=Message.State.SUBMITTED)
    return put(
        task,
        State.SUBMITTING,
        accepted_rows=3,
        sent_rows=1,
        delivered_rows=1,
        failed_rows=1,
        failures={FAILED: 1},
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["+8613800000000", "+8613800000001", "+8613800000002"]),
        ("outcome=delivered", ["+8613800000000"]),
        ("outcome=failed", ["+8613800000001"]),
        ("outcome=sent", ["+8613800000002"]),
        ("outcome=waiting", []),
        (f"code={FAILED}", ["+8613800000001"]),
        ("recipient=138 0000 0002", ["+8613800000002"]),
        ("after=2", ["+8613800000002"]),
        ("after=nonsense", ["+8613800000000", "+8613800000001", "+8613800000002"]),
    ],
)
def test_numbers_by_result_code_and_number(
    query: str, expected: list[str], operator: Visitor, sent: GroupTask
):
    response = operator.get(f"{page_of('numbers', sent)}?{query}")
    assert [row.recipient for row, *_ in response.context["rows"]] == expected


@pytest.mark.parametrize("query", ["recipient=12", "outcome=lost"])
def test_a_filter_that_is_none_is_named(query: str, operator: Visitor, sent: GroupTask):
    response = operator.get(f"{page_of('numbers', sent)}?{query}")
    assert response.status_code == 422
    assert query.partition("=")[0] in response.context["form"].errors


def test_a_failed_number_says_why_and_what_to_do(operator: Visitor, sent: GroupTask):
    page = operator.get(f"{page_of('numbers', sent)}?outcome=failed").content.decode()
    assert FAILED in page
    assert "138 0000 0001" in page or "13800000001" in page


def test_numbers_come_in_pages(operator: Visitor, road: Road):
    rows = [f"{13800000000 + n},A{n}" for n in range(60)]
    task = checked_by(operator, road, *rows)
    put(task, State.SUBMITTING, started_at=timezone.now())
    response = operator.get(page_of("numbers", task))
    # Nothing was cut into slices yet: nothing is listed, and nothing breaks.
    assert response.status_code == 200


def test_failed_numbers_are_exported_by_those_who_may_send(
    operator: Visitor, viewer: Visitor, sent: GroupTask
):
    link = f'href="{reverse("portal:export-failed-numbers", args=[sent.public_id])}"'
    assert link in operator.get(page_of("detail", sent)).content.decode()
    assert link not in viewer.get(page_of("detail", sent)).content.decode()


def test_sending_again_makes_a_task_of_the_failed_numbers(operator: Visitor, sent: GroupTask):
    page = operator.get(page_of("resend", sent)).content.decode()
    assert FAILED in page
    response = operator.post(page_of("resend", sent), {"name": "Again", "codes": [FAILED]})
    again = GroupTask.objects.get(name="Again")
    assert response.url == page_of("detail", again)
    assert (again.resent_from, again.state) == (sent, State.CHECKING)
    assert again.template == sent.template


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"name": "", "codes": [FAILED]}, "name"),
        ({"name": "Again"}, "codes"),
        ({"name": "Again", "codes": ["NONE"]}, "codes"),
    ],
)
def test_sending_again_needs_a_name_and_a_code(
    answer: dict[str, object], field: str, operator: Visitor, sent: GroupTask
):
    response = operator.post(page_of("resend", sent), answer)
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_problems_of_one_kind_or_of_all(operator: Visitor, checked: GroupTask):
    page = operator.get(page_of("problems", checked))
    assert [row.line for row in page.context["rows"]] == [3, 4]
    page = operator.get(f"{page_of('problems', checked)}?kind=duplicate")
    assert [row.line for row in page.context["rows"]] == [4]


def test_many_problems_come_in_pages(operator: Visitor, road: Road):
    task = checked_by(operator, road, "13800000000,A1", *(f"{n},A" for n in range(70)))
    first = operator.get(page_of("problems", task))
    assert len(first.context["rows"]) == 50
    second = operator.get(f"{page_of('problems', task)}?after={first.context['next']}")
    assert len(second.context["rows"]) == 20
    assert second.context["next"] is None


def test_all_problems_are_downloaded_without_harm(operator: Visitor, road: Road):
    task = checked_by(operator, road, "13800000000,A1", "=cmd(),A2", "13800000000,A1")
    response = operator.get(page_of("problems-download", task))
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Row,Value,Reason"
    assert lines[1].startswith("2,'=cmd(),")
    assert lines[2].startswith("3,13800000000,")
    assert "attachment" in response.headers["Content-Disposition"]


def test_viewers_see_numbers_masked_everywhere(viewer: Visitor, sent: GroupTask):
    pages = [viewer.get(page_of(name, sent)) for name in ("detail", "numbers")]
    shown = "".join(page.content.decode() for page in pages)
    assert "13800000001" not in shown
    assert "138 0000 0001" not in shown
    assert "138****0001" in shown


def test_viewers_see_the_values_of_problems_masked(viewer: Visitor, operator: Visitor, road: Road):
    task = checked_by(operator, road, "13800000000,A1", "13700137000999,A2")
    shown = viewer.get(page_of("detail", task)).content.decode()
    shown += viewer.get(page_of("problems", task)).content.decode()
    shown += viewer.get(page_of("problems-download", task)).getvalue().decode()
    assert "13700137000999" not in shown


@pytest.mark.parametrize("name", ["numbers", "problems", "problems-download", "resend"])
def test_nothing_of_it_is_for_strangers(name: str, stranger: Visitor, sent: GroupTask):
    assert stranger.get(page_of(name, sent)).status_code == 404


def test_viewers_do_not_send_again(viewer: Visitor, sent: GroupTask):
    assert viewer.get(page_of("resend", sent)).status_code == 403
