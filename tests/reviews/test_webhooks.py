"""Decisions of reviewers owe events to the customer's webhooks, in their own transaction."""

import json

import pytest
from django.db import transaction

from customers.models import Membership, Webhook, WebhookEvent
from customers.services import webhooks
from reviews.models import Submission
from reviews.roles import OPERATIONS_LEADS
from reviews.services import decide, submissions
from tests.factories import MembershipFactory, UserFactory

from .test_telling import (
    activation_case,
    qualification_case,
    quota_case,
    signature_case,
    template_case,
)

pytestmark = pytest.mark.django_db


def told_of_everything(case: Submission) -> None:
    member = MembershipFactory(customer=case.customer, role=Membership.Role.OWNER)
    webhooks.add_webhook(
        customer=case.customer,
        url="https://sms.example.com/decisions",
        kinds=Webhook.Kind.values,
        actor=member.user,
    )


def approve(case: Submission) -> None:
    lead = UserFactory(staff=True, role=OPERATIONS_LEADS)
    decide.approve(submission=case, reviewer=lead, comment="well done")


@pytest.mark.parametrize(
    ("make", "type_"),
    [
        (signature_case, "signature.approved"),
        (activation_case, "signature.activated"),
        (template_case, "template.approved"),
        (qualification_case, "qualification.approved"),
    ],
)
def test_an_approval_is_owed_once(make, type_: str):
    case = make()
    told_of_everything(case)
    approve(case)
    event = WebhookEvent.objects.get()
    subject = submissions.subject_of(case)
    data = json.loads(event.body)["data"]
    assert event.type == type_
    assert (data["object_id"], data["name"]) == (str(subject.public_id), subject.name)
    assert (data["object_type"], data["comment"]) == (type_.partition(".")[0], "well done")


def test_a_rejection_says_why():
    case = template_case()
    told_of_everything(case)
    lead = UserFactory(staff=True, role=OPERATIONS_LEADS)
    decide.reject(submission=case, reviewer=lead, reason_codes=["LINK_INVALID"], comment="not so")
    event = WebhookEvent.objects.get()
    assert (event.type, json.loads(event.body)["data"]["comment"]) == (
        "template.rejected",
        "not so",
    )


def test_a_decision_that_is_rolled_back_owes_nothing():
    case = signature_case()
    told_of_everything(case)
    with transaction.atomic():
        approve(case)
        assert WebhookEvent.objects.exists()
        transaction.set_rollback(True)
    assert not WebhookEvent.objects.exists()


def test_other_decisions_are_not_for_webhooks():
    case = quota_case()
    told_of_everything(case)
    approve(case)
    assert not WebhookEvent.objects.exists()
