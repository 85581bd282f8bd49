import csv
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import AuditEvent
from messaging.exports import writing
from messaging.models import Export, GroupTask, Message, SendRequest
from tests.messaging.road import Road, numbers

from .conftest import Visitor

LIST = reverse("portal:export-list")
DETAILS = reverse("portal:export-details")


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def asked(visitor: Visitor, query: str = "", file_format: str = "csv") -> Export:
    response = visitor.post(f"{DETAILS}?{query}", {"format": file_format})
    assert (response.status_code, response.url) == (302, LIST)
    return Export.objects.latest("id")


def written(visitor: Visitor, query: str = "") -> Export:
    export = asked(visitor, query)
    writing.write_due(budget_s=60)
    export.refresh_from_db()
    return export


def address(export: Export, name: str = "download") -> str:
    return reverse(f"portal:export-{name}", args=[export.public_id])


def test_what_is_filtered_is_what_is_exported(operator: Visitor, road: Road):
    road.accept(numbers(3))
    page = operator.get(f"{DETAILS}?number=13800000001").content.decode()
    assert "13800000001" in page
    export = written(operator, "number=13800000001")
    response = operator.get(address(export))
    content = b"".join(response.streaming_content)
    assert content.decode("utf-8-sig").count("\n") == 2
    assert int(response["Content-Length"]) == len(content)
    assert response["Content-Disposition"] == f'attachment; filename="{export.file_name}"'
    assert response["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(verb="download", actor=operator.membership.user).exists()


def test_a_senseless_filter_leads_back_to_its_complaint(operator: Visitor):
    response = operator.get(f"{DETAILS}?number=abc")
    assert (response.status_code, response.url) == (
        302,
        f"{reverse('portal:message-list')}?number=abc",
    )


def test_the_list_asks_again_until_it_is_written(operator: Visitor, road: Road):
    export = asked(operator)
    page = operator.get(LIST).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert f'href="{address(export)}"' not in page
    writing.write_due(budget_s=60)
    part = operator.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert f'href="{address(export)}"' in part


def test_the_list_costs_the_same_for_one_and_for_many(
    operator: Visitor, road: Road, settings: Any, django_assert_num_queries: Any
):
    settings.SMS_EXPORTS_AT_ONCE = 50
    asked(operator)
    operator.get(LIST)
    with django_assert_num_queries(5):
        operator.get(LIST)
    for _count in range(9):
        asked(operator)
    with django_assert_num_queries(5):
        operator.get(LIST)


def test_a_link_ends_with_its_time_and_needs_the_role(
    operator: Visitor, viewer: Visitor, stranger: Visitor, road: Road
):
    export = written(operator)
    assert viewer.get(address(export)).status_code == 403
    assert stranger.get(address(export)).status_code == 404
    Export.objects.update(expires_at=export.finished_at - timedelta(seconds=1))
    response = operator.get(address(export))
    assert (response.status_code, response.url) == (302, LIST)
    assert not AuditEvent.objects.filter(verb="download").exists()


def test_too_many_at_once_are_refused_on_the_page(operator: Visitor, settings: Any):
    settings.SMS_EXPORTS_AT_ONCE = 1
    asked(operator)
    response = operator.post(DETAILS, {"format": "csv"})
    assert response.status_code == 422
    assert "1 exports of your account are under way" in response.content.decode()


def test_an_export_is_deleted(operator: Visitor, road: Road):
    export = written(operator)
    operator.post(address(export, "delete"))
    assert not Export.objects.exists()


def test_statistics_are_exported_as_they_are_selected(operator: Visitor, road: Road):
    road.accept(numbers(3))
    response = operator.post(reverse("portal:export-statistics"), {"format": "csv"})
    assert (response.status_code, response.url) == (302, LIST)
    writing.write_due(budget_s=60)
    export = Export.objects.get()
    assert export.kind == Export.Kind.STATISTICS
    content = b"".join(operator.get(address(export)).streaming_content).decode("utf-8-sig")
    header, line = csv.reader(content.splitlines())
    named = dict(zip(header, line, strict=True))
    assert (named["Application"], named["Total submit"]) == (road.application.name, "3")


def test_the_failed_numbers_of_a_task(operator: Visitor, road: Road):
    first = road.accept(numbers(3)).first_id
    task = GroupTask.objects.create(
        customer=road.application.customer,
        application=road.application,
        signature=road.template.signature,
        template=road.template,
        name="Parcels",
        started_at=timezone.now() - timedelta(minutes=1),
        created_by=operator.membership.user,
    )
    SendRequest.objects.update(group_task_id=task.pk)
    Message.objects.filter(id=first).update(state=Message.State.FAILED, code="SC:0010")
    page = reverse("portal:export-failed-numbers", args=[task.public_id])
    assert "Parcels" in operator.get(page).content.decode()
    operator.post(page, {"format": "csv"})
    writing.write_due(budget_s=60)
    answer = operator.get(address(Export.objects.get()))
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    _header, line = csv.reader(content.splitlines())
    assert line[:2] == ["13800000000", "SC:0010"]
    assert line[4] == "yes"


RESEND = reverse("portal:message-resend")


def test_failed_messages_are_sent_again_by_reason(operator: Visitor, road: Road):
    first = road.accept(numbers(3)).first_id
    Message.objects.filter(id=first).update(state=Message.State.FAILED, code="SC:0010")
    Message.objects.filter(id=first + 1).update(state=Message.State.FAILED, code="SC:0003")
    response = operator.get(RESEND)
    form = response.context["form"]
    assert form["codes"].value() == ["SC:0010"]
    page = response.content.decode()
    assert "Pointless as it is" in page
    assert "Sending frequency exceeded" in page
    values = {"codes": ["SC:0010"], "newest": form["newest"].value(), "key": form["key"].value()}
    for _twice in range(2):
        response = operator.post(RESEND, values)
        assert response.status_code == 302
    assert Message.objects.count() == 4
    assert "1 message was sent again" in operator.get(response.url).content.decode()


def test_sending_again_needs_a_choice(operator: Visitor, road: Road):
    first = road.accept(numbers(1)).first_id
    Message.objects.filter(id=first).update(state=Message.State.FAILED, code="SC:0010")
    form = operator.get(RESEND).context["form"]
    values = {"newest": form["newest"].value(), "key": form["key"].value()}
    response = operator.post(RESEND, values)
    assert response.status_code == 422
    assert "Choose at least one reason" in response.content.decode()


def test_nothing_failed(operator: Visitor, road: Road):
    road.accept(numbers(1))
    assert "Nothing failed" in operator.get(RESEND).content.decode()
