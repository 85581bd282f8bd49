"""The pages of the sending frequency: the platform's limits, and the customer's own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import AuditEvent
from messaging.models import FrequencyPolicy
from messaging.policy import frequency
from tests.messaging.road import Road

from .conftest import Visitor

LIST = "/frequency"
VALUES = {"per_minute": "2", "per_hour": "", "per_day": "9", "whitelist": "13800138000"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    frequency.forget()
    yield
    frequency.forget()


@pytest.fixture
def edit(road: Road) -> str:
    return reverse("portal:frequency-edit", args=[road.application.public_id])


def test_the_platforms_limits_are_said(road: Road, settings, viewer: Visitor):
    settings.SMS_FREQUENCY_LIMITS = ["promotion=4/3600", "content=2/59"]
    page = viewer.get(LIST).content.decode()
    assert "4 in 1 hour" in page
    assert "2 of the same content in 59 seconds" in page


def test_managers_set_limits_and_take_them_away(road: Road, owner: Visitor, edit: str):
    assert owner.post(edit, VALUES).status_code == 302
    policy = FrequencyPolicy.objects.get()
    assert (policy.per_minute, policy.per_hour, policy.per_day) == (2, None, 9)
    assert policy.whitelist == ["+8613800138000"]
    assert "Change" in owner.get(LIST).content.decode()
    assert owner.post(f"{edit}/remove").status_code == 302
    assert not FrequencyPolicy.objects.exists()
    verbs = AuditEvent.objects.filter(object_type="frequencypolicy").values_list("verb", flat=True)
    assert sorted(verbs) == ["create", "delete"]


def test_numbers_come_from_a_file_too(owner: Visitor, edit: str):
    file = SimpleUploadedFile("testers.txt", b"13800138001\n+8613800138002\n\n")
    owner.post(edit, VALUES | {"file": file})
    assert FrequencyPolicy.objects.get().whitelist == [f"+861380013800{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"per_minute": "1000"}, "Write a number from 1 to 999"),
        ({"per_minute": "0"}, "Write a number from 1 to 999"),
        ({"per_minute": "-1"}, "Write a number from 1 to 999"),
        ({"per_minute": "", "per_day": ""}, "Set at least one of the three limits."),
        ({"whitelist": "13800138000\nabc\n12"}, "Wrong lines: 2."),
        ({"whitelist": "\n".join(str(13800138000 + n) for n in range(1001))}, "1001 numbers"),
        ({"file": SimpleUploadedFile("x.txt", b"\xff\xfe\x00")}, "not a UTF-8 text"),
        ({"file": SimpleUploadedFile("x.txt", b"1" * 70_000)}, "larger than 64 KB"),
    ],
)
def test_wrong_input_changes_nothing(owner: Visitor, edit: str, wrong: dict, sentence: str):
    response = owner.post(edit, VALUES | wrong)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not FrequencyPolicy.objects.exists()


def test_a_file_with_a_tenth_of_bad_lines_is_told_line_by_line(owner: Visitor, edit: str):
    lines = [str(13800138000 + n) if n % 10 else f"bad-{n}" for n in range(100)]
    file = SimpleUploadedFile("testers.txt", "\n".join(lines).encode())
    response = owner.post(edit, VALUES | {"file": file})
    page = response.content.decode()
    assert response.status_code == 422
    assert [f"<code>bad-{n}</code>" in page for n in range(0, 100, 10)] == [True] * 10
    assert "File, line 91" in page
    assert 'value="2"' in page  # the limits that were typed are still there
    assert not FrequencyPolicy.objects.exists()


def test_a_thousand_numbers_are_not_too_many(owner: Visitor, edit: str):
    file = SimpleUploadedFile(
        "testers.txt", "\n".join(str(13800138000 + n) for n in range(1, 1000)).encode()
    )
    assert owner.post(edit, VALUES | {"file": file}).status_code == 302
    assert len(FrequencyPolicy.objects.get().whitelist) == 1000
