import re

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import AuditEvent
from reviews.models import Decision, Signature, Submission, Template
from reviews.services import decide
from tests.factories import (
    MembershipFactory,
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
    UserFactory,
)
from tests.operations.pages import address, approve, reject, text_of

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_to_decide_on(console):
    case = SubmissionFactory(
        subject=SignatureFactory(name="云上商城", description="our own shop"), overdue=True
    )

    page = text_of(console.get(address(case)))

    for expected in ("云上商城", "our own shop", case.customer.name, "Overdue", "csms100000001"):
        assert expected in page
    assert 'name="_save"' not in page


def test_findings_are_named_and_marked_in_the_text(console):
    template = TemplateFactory(content="详见 https://shop.example.com/a 谢谢")

    page = text_of(console.get(address(SubmissionFactory(of_template=True, subject=template))))

    assert "<mark>https://shop.example.com/a</mark>" in page
    assert "it must lead straight to the customer" in page


def test_what_customers_write_is_never_markup(console):
    signature = SignatureFactory(description="<script>alert(1)</script>")

    page = text_of(console.get(address(SubmissionFactory(subject=signature))))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_reasons_are_those_of_the_kind_and_type(console):
    signature_page = text_of(console.get(address(SubmissionFactory())))
    template_page = text_of(console.get(address(SubmissionFactory(of_template=True))))

    assert 'value="NEUTRAL_SIGNATURE"' in signature_page
    assert 'value="LINK_INVALID"' not in signature_page
    assert 'value="DUNNING"' in template_page
    assert 'value="LINK_INVALID"' not in template_page  # a reason for promotions


def test_approving_a_signature_assigns_its_number(console, reviewer):
    case = SubmissionFactory()

    response = approve(console, case, channel_number="csms100000001", comment="welcome")

    assert response.url == reverse("admin:reviews_submission_changelist")
    signature = Signature.objects.get()
    assert (signature.is_usable, signature.channel_number) == (True, "csms100000001")
    assert Decision.objects.get().reviewer == reviewer
    assert set(AuditEvent.objects.values_list("ip_address", flat=True)) == {"192.0.2.44"}
    assert "is approved" in text_of(console.get(response.url))


def test_the_number_can_be_assigned_later(console):
    case = SubmissionFactory()
    approve(console, case, channel_number="")
    assert Signature.objects.get().needs_channel_number

    page = text_of(console.get(address(case)))
    assert "Assign the channel number" in page
    console.post(address(case), {"action": "assign", "assign-channel_number": "csms100000001"})

    assert Signature.objects.get().is_usable
    assert "Assign the channel number" not in text_of(console.get(address(case)))


def test_approving_a_template_issues_its_id(console):
    case = SubmissionFactory(of_template=True)

    approve(console, case)

    assert len(Template.objects.get().template_id) == 32


def test_rejecting_keeps_reasons_and_comment(console):
    case = SubmissionFactory()

    reject(console, case, reason_codes=["NEUTRAL_SIGNATURE", "IMAGE_UNREADABLE"])

    reasons = Decision.objects.get().reason_codes
    assert reasons == ["NEUTRAL_SIGNATURE", "IMAGE_UNREADABLE"]
    page = text_of(console.get(address(case)))
    assert "Name your shop." in page
    assert "does not identify the enterprise" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason_codes": []}, "Choose at least one reason."),
        ({"comment": ""}, "Write a comment"),
        ({"reason_codes": ["LINK_INVALID"]}, "LINK_INVALID is not one of the available choices"),
    ],
)
def test_an_incomplete_rejection_says_what_is_missing(console, fields, sentence):
    case = SubmissionFactory()

    response = reject(console, case, **fields)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert Signature.objects.get().is_pending


def test_what_was_typed_survives_an_error(console):
    response = reject(console, SubmissionFactory(), reason_codes=[], comment="Please name it")

    assert "Please name it" in text_of(response)


def test_a_taken_number_is_refused_at_its_field(console):
    taken = SignatureFactory(usable=True).channel_number
    case = SubmissionFactory()

    response = approve(console, case, channel_number=taken)

    assert response.status_code == 422
    assert "belongs to another signature" in text_of(response)
    case.refresh_from_db()
    assert case.is_waiting


def test_a_case_decided_meanwhile_is_told_and_nothing_overwritten(console):
    case = SubmissionFactory()
    decide.reject(
        submission=case,
        reviewer=UserFactory(reviewer=True),
        reason_codes=["NEUTRAL_SIGNATURE"],
        comment="first",
    )

    response = approve(console, case, channel_number="csms1")

    assert response.status_code == 422
    assert "has been closed meanwhile" in text_of(response)
    assert Decision.objects.get().comment == "first"


def test_nobody_decides_for_their_own_customer(console, reviewer):
    case = SubmissionFactory()
    MembershipFactory(customer=case.customer, user=reviewer)

    page = text_of(console.get(address(case)))
    response = approve(console, case, channel_number="csms1")

    assert "cannot decide on its cases" in page
    assert 'value="approve"' not in page
    assert response.status_code == 422
    assert Signature.objects.get().is_pending


def test_nobody_assigns_a_number_to_their_own_customer(console, reviewer):
    case = SubmissionFactory()
    approve(console, case, channel_number="")
    MembershipFactory(customer=case.customer, user=reviewer)

    console.post(address(case), {"action": "assign", "assign-channel_number": "csms1"})

    assert Signature.objects.get().channel_number == ""


def test_who_may_only_read_does_not_decide(reviewer):
    reviewer.groups.get().permissions.filter(codename="change_submission").first().group_set.clear()
    client = Client()
    client.force_login(reviewer)
    case = SubmissionFactory()

    assert "not decide it" in text_of(client.get(address(case)))
    assert approve(client, case, channel_number="csms1").status_code == 403
    assert Submission.objects.get().is_waiting


@pytest.mark.parametrize("action", ["", "delete", "assign"])
def test_actions_a_case_does_not_have_are_refused(console, action):
    case = SubmissionFactory(of_template=True)

    response = console.post(address(case), {"action": action})

    assert response.status_code == 400


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_the_forms_carry_the_token_that_proves_where_they_come_from(reviewer, action):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer)
    case = SubmissionFactory()
    token = r'name="csrfmiddlewaretoken" value="(\w+)">\s*'
    hidden = f'<input type="hidden" name="action" value="{action}"'
    form = re.search(token + hidden, text_of(client.get(address(case))))

    refused = client.post(address(case), {"action": action})
    taken = client.post(address(case), {"action": action, "csrfmiddlewaretoken": form[1]})

    assert refused.status_code == 403
    assert taken.status_code != 403


def test_unknown_cases_are_not_found(console):
    for number in ("999999", "x"):
        page = reverse("admin:reviews_submission_change", args=[number])
        assert console.get(page).status_code == 404
