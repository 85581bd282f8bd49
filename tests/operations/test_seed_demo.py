import json
import stat
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client

from customers.models import AuditEvent, User
from messaging.models import Channel, PlatformTemplate
from reviews.models import Decision, Signature, Submission, Template, Transition

pytestmark = pytest.mark.django_db

OF_THE_PLATFORM = 2
"""Signatures and templates of the platform's own SMS: for notices and for security codes."""

COUNTED = (AuditEvent, User, Channel, Decision, Signature, Submission, Template, Transition)


@pytest.fixture
def seed(tmp_path):
    path = tmp_path / "new" / "demo.json"

    def run():
        call_command("seed_demo", write=path, base_url="http://127.0.0.1:8000/", stdout=StringIO())
        return path

    return run


def counts():
    return [model.objects.count() for model in COUNTED]


def test_the_file_has_the_shape_tools_rely_on(seed):
    contents = json.loads(seed().read_text("utf-8"))

    assert contents["base_url"] == "http://127.0.0.1:8000"
    assert set(contents) == {
        "base_url",
        "customer",
        "reviewer",
        "app_key",
        "app_secret",
        "channel_number",
        "signature",
        "templates",
        "project_id",
        "access_key",
        "secret_key",
    }
    assert {
        name: (each["type"], each["variables"], each["universal"])
        for name, each in contents["templates"].items()
    } == {
        "code": ("VERIFY_CODE_TYPE", 1, False),
        "notice": ("NOTIFY_TYPE", 1, True),
        "notice3": ("NOTIFY_TYPE", 3, False),
        "promotion": ("PROMOTION_TYPE", 0, False),
    }


def test_a_second_run_changes_nothing_and_writes_the_same_file(seed):
    first, before = seed().read_bytes(), counts()

    assert seed().read_bytes() == first
    assert counts() == before


def test_the_file_is_for_its_owner_only(seed):
    seed().chmod(0o644)

    assert stat.S_IMODE(seed().stat().st_mode) == 0o600


def test_everything_is_usable_and_was_approved_by_review(seed):
    contents = json.loads(seed().read_text("utf-8"))

    assert Signature.objects.usable().count() == 3 + OF_THE_PLATFORM
    assert Template.objects.usable().count() == 4 + OF_THE_PLATFORM
    assert Decision.objects.count() == 7 + 2 * OF_THE_PLATFORM
    assert set(Decision.objects.values_list("reviewer__email", flat=True)) == {
        contents["reviewer"]["email"]
    }
    for each in contents["templates"].values():
        assert Template.objects.get(template_id=each["id"]).is_usable


def test_the_number_at_the_top_sends_every_template(seed):
    contents = json.loads(seed().read_text("utf-8"))

    for each in contents["templates"].values():
        template = Template.objects.get(template_id=each["id"])
        sender = Signature.objects.usable().get(
            channel_number=contents["channel_number"], type=template.type
        )
        assert sender.name == contents["signature"]
        assert template.is_universal or template.signature == sender


def test_the_people_can_log_in_and_do_their_work(seed):
    contents = json.loads(seed().read_text("utf-8"))

    owner = authenticate(
        None, username=contents["customer"]["email"], **password(contents, "customer")
    )
    reviewer = authenticate(
        None, username=contents["reviewer"]["email"], **password(contents, "reviewer")
    )
    assert not owner.is_staff
    assert owner.memberships.get().can_manage
    assert reviewer.is_staff
    assert not reviewer.is_superuser
    client = Client()
    client.force_login(reviewer)
    assert client.get("/operations/reviews/submission/").status_code == 200


def password(contents, who):
    return {"password": contents[who]["password"]}


def test_an_existing_default_channel_stays_the_default(seed):
    mine = Channel.objects.create(name="Mine", is_default=True)

    seed()

    assert Channel.objects.get(is_default=True) == mine


def test_it_runs_in_demo_mode_only(seed, settings):
    settings.SMS_DEMO = False

    with pytest.raises(CommandError, match="SMS_DEMO"):
        seed()
    assert not User.objects.exists()


def test_the_platform_s_own_sms_have_their_templates(seed):
    seed()
    chosen = list(PlatformTemplate.objects.all())
    assert {row.purpose for row in chosen} == set(PlatformTemplate.Purpose.values)
    for row in chosen:
        row.full_clean()
