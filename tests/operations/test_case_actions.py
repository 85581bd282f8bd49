"""Claiming, handing over, opening again, deactivating, notes: and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.codes import rejection_reasons
from customers.models import AuditEvent
from reviews.desk.reason_names import NAMES
from reviews.models import CannedText, Decision, Note, Signature, Submission, Template
from reviews.services import claims, decide
from tests.factories import (
    MembershipFactory,
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
)
from tests.operations.pages import QUEUE, address, approve, post, reject, text_of

pytestmark = pytest.mark.django_db


def test_a_case_is_claimed_and_given_back(console, reviewer):
    case = SubmissionFactory()

    assert post(console, case, "claim").url == address(case)
    page = text_of(console.get(address(case)))
    assert Submission.objects.get().assignee == reviewer
    assert "This case is yours until" in page
    post(console, case, "release")

    assert Submission.objects.get().assignee is None
    verbs = AuditEvent.objects.values_list("verb", flat=True)
    assert set(verbs) == {"claim", "release"}


def test_a_colleague_sees_who_holds_a_case_and_cannot_decide_it(
    console, colleague_console, reviewer
):
    case = SubmissionFactory()
    post(console, case, "claim")

    page = text_of(colleague_console.get(address(case)))
    response = approve(colleague_console, case, channel_number="csms1", comment="fine by me")

    assert f"{reviewer} works on this case until" in page
    assert 'value="approve"' not in page
    assert response.status_code == 422
    told = text_of(response)
    assert f"{reviewer} works on “{case.title}”" in told
    assert "What you had written" in told
    assert "fine by me" in told
    assert not Decision.objects.exists()


def test_a_claim_that_ran_out_keeps_nobody_away(console, colleague, settings):
    case = SubmissionFactory()
    claims.claim(submission=case, reviewer=colleague)
    long_ago = timezone.now() - timedelta(minutes=settings.SMS_CLAIM_MINUTES + 1)
    Submission.objects.update(claimed_at=long_ago)

    approve(console, case, channel_number="csms1")

    assert Decision.objects.get().outcome == "approve"


def test_deciding_takes_the_case_and_opens_the_next_one(console, reviewer):
    case, following = SubmissionFactory.create_batch(2)

    response = reject(console, case)

    assert response.url == address(following)
    assert Decision.objects.get().claimed_at is not None
    assert "is rejected" in text_of(console.get(response.url))


def test_the_next_case_is_of_the_list_one_came_from(console):
    case = SubmissionFactory()
    SubmissionFactory(of_template=True)

    response = approve(console, case, query="?kind=signature", channel_number="")

    assert response.url == f"{QUEUE}?kind=signature"


def test_a_form_that_is_out_of_date_is_told_so_and_loses_nothing(console, senior, reviewer):
    case = SubmissionFactory()
    shown = case.version
    claims.reassign(submission=case, to=reviewer, by=senior)

    response = reject(console, case, version=shown, comment="Please name your shop")

    told = text_of(response)
    assert response.status_code == 422
    assert "was changed since you opened it" in told
    assert "Please name your shop</textarea>" in told
    assert 'value="NEUTRAL_SIGNATURE" checked' in told
    assert not Decision.objects.exists()
    current = Submission.objects.get().version
    assert f'name="version" value="{current}"' in told
    reject(console, case, version=current, comment="Please name your shop")
    assert Decision.objects.get().comment == "Please name your shop"


def test_what_was_typed_is_shown_when_the_case_was_decided_meanwhile(console, colleague):
    case = SubmissionFactory()
    decide.reject(
        submission=case, reviewer=colleague, reason_codes=["NEUTRAL_SIGNATURE"], comment="first"
    )

    told = text_of(reject(console, case, comment="second thoughts"))

    assert "has been closed meanwhile" in told
    assert "second thoughts" in told
    assert Decision.objects.get().comment == "first"


def test_a_senior_hands_a_case_over(senior_console, console, colleague):
    case = SubmissionFactory()
    assert 'name="reassign-to"' not in text_of(console.get(address(case)))

    response = post(senior_console, case, "reassign", to=colleague.pk)

    assert response.url == address(case)
    assert Submission.objects.get().assignee == colleague


def test_a_case_is_handed_only_to_who_may_decide_it(senior_console, auditor, colleague):
    case = SubmissionFactory()
    MembershipFactory(customer=case.customer, user=colleague)
    page = text_of(senior_console.get(address(case)))

    assert f'<option value="{auditor.pk}"' not in page
    assert f'<option value="{colleague.pk}"' not in page
    for person in (auditor, colleague):
        assert post(senior_console, case, "reassign", to=person.pk).status_code == 422


def test_a_senior_opens_a_decided_case_again(senior_console, console):
    case = SubmissionFactory()
    reject(console, case)
    page = text_of(senior_console.get(address(case)))
    assert "Open the case again" in page
    assert "Open the case again" not in text_of(console.get(address(case)))

    assert post(senior_console, case, "reopen", reason="").status_code == 422
    post(senior_console, case, "reopen", reason="the shop was found")

    assert Submission.objects.get().is_waiting
    assert Signature.objects.get().is_pending
    assert "the shop was found" in text_of(senior_console.get(address(case)))


def test_a_reviewer_does_not_open_a_case_again(console):
    case = SubmissionFactory()
    reject(console, case)

    response = post(console, case, "reopen", reason="I changed my mind")

    assert response.status_code == 422
    assert "Your role does not allow this" in text_of(response)


def test_a_senior_deactivates_an_approved_template(senior_console, console):
    template = TemplateFactory(adopted=True)
    case = SubmissionFactory(of_template=True, subject=template, state="decided")
    assert "Deactivate the template" not in text_of(console.get(address(case)))

    post(senior_console, case, "deactivate", reason="the carriers forbid it")

    assert Template.objects.get().status == Template.Status.ADOPTED_INACTIVE
    assert "Deactivate the template" not in text_of(senior_console.get(address(case)))


def test_notes_are_for_colleagues(console, colleague_console, reviewer):
    case = SubmissionFactory()

    post(console, case, "note", text="called the <b>owner</b>")
    page = text_of(colleague_console.get(address(case)))

    assert Note.objects.get().author == reviewer
    assert "called the &lt;b&gt;owner&lt;/b&gt;" in page


def test_the_internal_note_of_a_decision_is_shown_to_operations(console):
    case = SubmissionFactory()

    reject(console, case, internal_note="third time")

    assert Decision.objects.get().internal_note == "third time"
    assert "third time" in text_of(console.get(address(case)))


def test_an_auditor_sees_everything_and_does_nothing(auditor_console):
    case = SubmissionFactory(overdue=True)
    page = text_of(auditor_console.get(address(case)))

    assert "You may read this case, not decide it." in page
    assert '<form method="post"' not in page.split('id="content"')[1]
    for action in ("claim", "note", "approve", "reject", "reassign", "reopen"):
        assert post(auditor_console, case, action).status_code == 403
    assert Submission.objects.get().version == case.version
    assert auditor_console.get(QUEUE).status_code == 200


def test_quotas_are_decided_by_leads(console, lead_console, quota_case):
    page = text_of(console.get(address(quota_case)))
    refused = approve(console, quota_case)

    assert "You may read this case, not decide it." in page
    assert refused.status_code == 422
    assert "Your role does not allow this" in text_of(refused)
    approve(lead_console, quota_case, comment="granted")
    quota_case.refresh_from_db()
    assert quota_case.state == Submission.State.DECIDED


def test_a_quota_is_rejected_without_a_list_of_reasons(lead_console, quota_case):
    post(lead_console, quota_case, "reject", comment="Delete what you do not use first.")

    assert Decision.objects.get().reason_codes == []


def test_canned_texts_fit_the_kind(console):
    CannedText.objects.create(title="for all", text="Please add the papers.")
    CannedText.objects.create(title="for templates", kind="template", text="Mind the typing.")

    page = text_of(console.get(address(SubmissionFactory())))

    assert 'data-insert="Please add the papers."' in page
    assert "for templates" not in page


def test_reasons_bring_the_text_that_tells_what_to_do(console):
    page = text_of(console.get(address(SubmissionFactory(subject=SignatureFactory()))))

    assert 'data-insert="Name the signature strictly after the chosen source' in page


@pytest.mark.parametrize("kind", ["signature", "template", "qualification"])
def test_every_reason_has_a_name(kind):
    for reason in rejection_reasons(kind):
        assert {reason.level1, reason.level2} <= set(NAMES)


def test_reasons_speak_the_reviewers_language(chinese_console):
    explanation = "Uploaded picture cannot be displayed (corrupted upload)"

    page = text_of(chinese_console.get(address(SubmissionFactory())))

    assert explanation not in page
    assert 'value="IMAGE_UNREADABLE"' in page
