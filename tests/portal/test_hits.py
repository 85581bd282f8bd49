"""The blocklist page: messages that lists stopped, a number looked up, figures and the file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.clock import local_day
from customers.models import Notice
from messaging.models import BlockedNumber, NumberControl, NumberRemoval, NumberRule, OptOut
from messaging.policy import verdicts
from messaging.queries.hit_figures import figures_of, last_days
from messaging.services.number_removal import apply_for_removal
from reviews.services import decide
from reviews.services.submissions import open_case_of
from tests.factories import UserFactory
from tests.messaging.opt_outs import opted_out
from tests.messaging.road import Road, numbers

from .conftest import Visitor

LIST, EXPORT, FIGURES = "/blocklist", "/blocklist/export", "/stopped"
REMOVALS = "/blocklist/removals"
A, B, C = "+8613800138000", "+8613900139000", "+8613700137000"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    verdicts.forget()
    yield
    verdicts.forget()


@pytest.fixture
def stopped(road: Road) -> Road:
    """A message to a complainer, one to a number that the customer denies, and one that went."""
    BlockedNumber.objects.create(recipient=A, kind="complaint", reason="complained")
    NumberControl.objects.create(customer=road.application.customer, is_enabled=True)
    NumberRule.objects.create(customer=road.application.customer, kind="deny", pattern="9000")
    verdicts.forget()
    road.accept([A, B, C])
    return road


def test_messages_to_listed_numbers_are_shown(stopped: Road, owner: Visitor):
    page = owner.get(LIST).content.decode()
    assert "138 0013 8000" in page
    assert "Complaint blocklist (SC:0005)" in page
    assert "Denied by: 9000" in page
    assert "137 0013 7000" not in page
    only = owner.get(LIST, data={"kind": "blocklist"}).content.decode()
    assert "139 0013 9000" not in only


def test_viewers_see_masked_numbers(stopped: Road, viewer: Visitor):
    page = viewer.get(LIST).content.decode()
    assert "138****8000" in page
    assert "138 0013 8000" not in page
    assert EXPORT not in page


def test_strangers_see_nothing_of_it(stopped: Road, stranger: Visitor):
    assert "No message to a number on a list" in stranger.get(LIST).content.decode()


def test_a_number_that_was_taken_off_is_said_to_be(stopped: Road, owner: Visitor):
    BlockedNumber.objects.update(is_active=False)
    page = owner.get(LIST, data={"number": "13800138000"}).content.decode()
    assert "Not on it any more" in page


def test_one_number_is_looked_up_in_60_days(stopped: Road, owner: Visitor):
    page = owner.get(LIST, data={"number": "139 0013 9000"}).content.decode()
    assert "What holds for 139 0013 9000 now" in page
    assert "denies it" in page
    assert "did not unsubscribe" in page
    assert "1 message of yours to it was stopped" in page


def test_who_unsubscribed_leads_to_the_application_for_removal(road: Road, owner: Visitor):
    opt_out = opted_out(road.application)
    page = owner.get(LIST, data={"number": opt_out.recipient}).content.decode()
    assert f"/unsubscribed/{opt_out.pk}/removal" in page
    OptOut.objects.update(restored_at=timezone.now())
    page = owner.get(LIST, data={"number": opt_out.recipient}).content.decode()
    assert f"/unsubscribed/{opt_out.pk}/removal" not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"number": "12"}, "is no phone number"),
        ({"start": 61}, "Choose a time within the last 60 days."),
        ({"start": 9, "end": 0}, "Choose a range of at most 7 days."),
    ],
)
def test_wrong_searches_are_told(road: Road, owner: Visitor, query: dict, sentence: str):
    written = {
        name: value
        if name == "number"
        else f"{timezone.localtime() - timedelta(days=value):%Y-%m-%dT%H:%M:%S}"
        for name, value in query.items()
    }
    for address in (LIST, EXPORT):
        response = owner.get(address, data=written)
        assert response.status_code == 422
        assert sentence in response.content.decode()


def test_pages_go_on_where_the_last_one_ended(road: Road, owner: Visitor, monkeypatch):
    monkeypatch.setattr("portal.views.hits.PAGE_SIZE", 2)
    for number in numbers(3):
        BlockedNumber.objects.create(recipient=number, kind="platform", reason="x")
    verdicts.forget()
    accepted = road.accept(numbers(3))
    page = owner.get(LIST).content.decode()
    assert f"before={accepted.first_id + 1}" in page
    older = owner.get(LIST, data={"before": accepted.first_id + 1}).content.decode()
    assert "138 0000 0000" in older
    assert "138 0000 0001" not in older


def test_the_file_has_every_hit_with_its_reason(stopped: Road, owner: Visitor, operator: Visitor):
    text = b"".join(owner.get(EXPORT).streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 3
    assert "SC:0005" in lines[2]
    assert "13800138000" in lines[2]
    assert operator.get(EXPORT).status_code == 200


def test_what_rules_stopped_is_counted_by_day_and_rule(stopped: Road, owner: Visitor):
    stopped.accept([A])
    figures = figures_of(last_days(3), customer=stopped.application.customer)
    assert [count for _day, count in figures.days] == [0, 0, 3]
    assert [count for _kind, count in figures.kinds] == [2, 1]
    assert figures.table == [(local_day(timezone.now()), [2, 1])]
    page = owner.get(FIGURES).content.decode()
    assert "3 messages" in page
    assert "Listed: 138****8000." in page


def test_the_figures_stand_on_the_page_of_the_rule(stopped: Road, viewer: Visitor):
    page = viewer.get("/number-control").content.decode()
    assert "Stopped in the last 14 days" in page
    assert "1 message<" in page
    assert "This rule stopped no message of yours." in viewer.get("/frequency").content.decode()


def test_figures_of_nothing(viewer: Visitor):
    assert "No rule stopped a message" in viewer.get(FIGURES).content.decode()


def test_a_listed_number_can_be_applied_for_once(stopped: Road, owner: Visitor):
    entry = BlockedNumber.objects.get()
    address = f"/blocklist/{entry.pk}/removal"
    assert f'href="{address}"' in owner.get(LIST).content.decode()
    form = owner.get(address).content.decode()
    assert "138 0013 8000" in form
    assert "complained" not in form  # what operations noted is not the customer's to know
    empty = owner.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert owner.post(address, {"reason": "Signed up again."}).url == REMOVALS

    page = owner.get(LIST).content.decode()
    assert "Under review" in page
    assert address not in page
    again = owner.post(address, {"reason": "Signed up again."})
    assert again.status_code == 422
    assert "under review already" in again.content.decode()
    records = owner.get(REMOVALS).content.decode()
    assert "Signed up again." in records
    assert "Complaint blocklist (SC:0005)" in records


def test_what_was_decided_stands_on_the_records(road: Road, owner: Visitor, viewer: Visitor):
    opt_out = opted_out(road.application)
    actor = owner.membership.user
    removal = apply_for_removal(opt_out=opt_out, reason="Asked for it.", actor=actor)
    case = open_case_of(removal)
    reviewer = UserFactory(reviewer=True)
    decide.reject(submission=case, reviewer=reviewer, reason_codes=[], comment="No proof.")
    page = viewer.get(REMOVALS).content.decode()
    assert "139****9000" in page
    assert "139 0013 9000" not in page
    assert "No proof." in page
    assert opt_out.channel_number in page
    notice = Notice.objects.get(event="number_not_restored")
    assert owner.get(f"/notices/{notice.public_id}").url == REMOVALS


def test_only_managers_of_a_customer_that_was_hit_apply(
    stopped: Road, operator: Visitor, stranger: Visitor
):
    address = f"/blocklist/{BlockedNumber.objects.get().pk}/removal"
    assert address not in operator.get(LIST).content.decode()
    assert operator.post(address, {"reason": "Please."}).status_code == 403
    assert stranger.post(address, {"reason": "Please."}).status_code == 404
    assert "You have applied for no removal" in stranger.get(REMOVALS).content.decode()


def test_an_entry_that_never_stopped_the_customer_is_not_there(stopped: Road, owner: Visitor):
    other = BlockedNumber.objects.create(recipient=C, kind="platform", reason="x")
    assert owner.get(f"/blocklist/{other.pk}/removal").status_code == 404
    assert owner.get("/blocklist/999999999999999999999/removal").status_code == 404


def test_an_entry_out_of_force_is_refused_and_not_offered(stopped: Road, owner: Visitor):
    BlockedNumber.objects.update(is_active=False)
    address = f"/blocklist/{BlockedNumber.objects.get().pk}/removal"
    assert address not in owner.get(LIST).content.decode()
    refusal = owner.post(address, {"reason": "Please."})
    assert refusal.status_code == 422
    assert "on no list any more" in refusal.content.decode()


def test_an_entry_in_force_again_after_a_removal_can_be_applied_for_again(
    stopped: Road, owner: Visitor
):
    entry = BlockedNumber.objects.get()
    address = f"/blocklist/{entry.pk}/removal"
    owner.post(address, {"reason": "Please."})
    decide.approve(
        submission=open_case_of(NumberRemoval.objects.get()), reviewer=UserFactory(reviewer=True)
    )
    page = owner.get(LIST).content.decode()
    assert "Not on it any more" in page
    BlockedNumber.objects.update(is_active=True)
    page = owner.get(LIST).content.decode()
    assert address in page
    assert "Restored" not in page
