"""Operations try a changed rule: the choice, the draft, and the page of what it would change."""

import pytest
from django.urls import reverse
from django.utils import timezone

from common.clock import local_day
from messaging.models import BlockedNumber, PolicyReplay
from messaging.policy import verdicts
from messaging.rehearsals.run import run_slice
from tests.messaging.road import Road, build_road

pytestmark = pytest.mark.django_db

LIST = reverse("admin:messaging_policyreplay_changelist")
ADD = reverse("admin:messaging_policyreplay_add")
STOPPED = reverse("admin:messaging_policyreplay_stopped")


@pytest.fixture
def road(db) -> Road:
    return build_road()


def today() -> str:
    return local_day(timezone.now()).isoformat()


def test_a_lead_tries_a_rule_and_sees_what_it_would_change(road: Road, lead_console):
    road.accept(["+8613800138000", "+8613900139000"])
    assert "Which rule is going to change?" in lead_console.get(ADD).content.decode()
    form = {"denied": "8000\n13900139000", "allowed": "", "day": today(), "customer": ""}
    response = lead_console.post(f"{ADD}?rule=numbers", form)
    replay = PolicyReplay.objects.get()
    assert response.url == reverse("admin:messaging_policyreplay_change", args=[replay.pk])

    waiting = lead_console.get(response.url)
    assert "This page looks again by itself" in waiting.content.decode()
    assert waiting["Refresh"] == "2"

    while run_slice(replay.pk):
        pass
    done = lead_console.get(response.url)
    page = done.content.decode()
    assert "Refresh" not in done
    assert "138****8000" in page
    assert "139****9000" in page
    assert "13900139000" not in page
    assert "What would change, by hour" in page
    assert str(road.application.customer) in page
    again = lead_console.get(f"{ADD}?rule=numbers&like={replay.pk}").content.decode()
    assert "13900139000</textarea>" in again
    assert "stopped more" in lead_console.get(LIST).content.decode().lower()


@pytest.mark.parametrize(
    ("rule", "draft", "sentence"),
    [
        ("frequency", {"limits": "sms=1/60"}, "is no limit"),
        ("keywords", {"added": "", "left_out": ""}, "Write a word to add or to leave out."),
        ("numbers", {"denied": "8000\nnonsense"}, "<code>nonsense</code>"),
        ("window", {"opens": "22:00", "closes": "08:00"}, "must be after the beginning"),
        ("threshold", {"daily_limit": "", "monthly_limit": ""}, "at least one of the two limits"),
        ("threshold", {"daily_limit": "-5", "monthly_limit": ""}, "at least 1"),
        (
            "guard",
            {"type": "VERIFY_CODE_TYPE", "subject": "segment", "most": "0", "per_s": "60"},
            "Write a number from 1 to",
        ),
    ],
)
def test_a_wrong_draft_is_refused_and_kept(lead_console, rule: str, draft: dict, sentence: str):
    response = lead_console.post(f"{ADD}?rule={rule}", draft | {"day": today()})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not PolicyReplay.objects.exists()


@pytest.mark.parametrize("rule", PolicyReplay.Rule.values)
def test_every_rule_has_its_form(lead_console, rule: str):
    assert lead_console.get(f"{ADD}?rule={rule}").status_code == 200


def test_a_failed_replay_says_so(lead_console):
    replay = PolicyReplay.objects.create(
        rule="window",
        draft={"opens": "08:00", "closes": "20:00"},
        day=local_day(timezone.now()),
        state="failed",
        failure="error",
    )
    page = lead_console.get(reverse("admin:messaging_policyreplay_change", args=[replay.pk]))
    assert "The replay failed." in page.content.decode()


def test_auditors_read_and_only_leads_try(auditor_console, console):
    assert auditor_console.get(LIST).status_code == 200
    assert auditor_console.get(STOPPED).status_code == 200
    for visitor in (auditor_console, console):
        assert visitor.get(ADD).status_code == 403
        assert visitor.post(f"{ADD}?rule=window", {}).status_code == 403


def test_what_rules_stopped_of_all_customers(road: Road, auditor_console):
    BlockedNumber.objects.create(recipient="+8613800138000", kind="platform", reason="x")
    verdicts.forget()
    road.accept(["+8613800138000"])
    page = auditor_console.get(STOPPED).content.decode()
    assert "Listed: 138****8000." in page
    wrong = auditor_console.get(f"{STOPPED}?first=2020-01-01&last=2026-01-01")
    assert wrong.status_code == 422
    assert "These are more than 90 days." in wrong.content.decode()
    verdicts.forget()
