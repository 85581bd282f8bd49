"""The filing board, and the ledger in which a signature's filings are written down."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import AuditEvent
from reviews.models import Filing, Signature
from reviews.services import filings
from tests.factories import MembershipFactory, SignatureFactory
from tests.operations.pages import text_of
from tests.reviews import papers

pytestmark = pytest.mark.django_db

BOARD = reverse("admin:reviews_filing_changelist")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ledger(signature):
    return reverse("admin:reviews_filing_ledger", args=[signature.pk])


def write(client, signature, carrier="MOBILE", **fields):
    fields = {"status": "OK", "reason": ""} | fields
    values = {f"{carrier}-{name}": value for name, value in fields.items()}
    return client.post(ledger(signature), {"carrier": carrier} | values)


def on_board(client, **query):
    return [row.signature.name for row in client.get(BOARD, query).context["page"].object_list]


def test_the_board_has_every_approved_signature_with_its_carriers(console, reviewer):
    usable = SignatureFactory(usable=True, name="已通过")
    SignatureFactory(name="审核中")
    SignatureFactory(name="已驳回", rejected=True)
    filings.record(filing=filings.begin(usable)[1], status="OK", actor=reviewer)

    page = console.get(BOARD)

    assert on_board(console) == ["已通过"]
    [row] = page.context["page"].object_list
    statuses = [filing.get_status_display() for filing in row.filings]
    assert statuses == ["Not submitted", "Registered", "Not submitted", "Not submitted"]
    assert ledger(usable) in text_of(page)


def test_the_board_is_filtered_by_carrier_status_and_words(console, reviewer):
    filed, refused, fresh = (SignatureFactory(usable=True, name=name) for name in "甲乙丙")
    for each in filings.begin(filed):
        filings.record(filing=each, status="OK", actor=reviewer)
    filings.record(
        filing=filings.begin(refused)[0], status="FAILED", reason="unreadable", actor=reviewer
    )

    assert on_board(console, status="FAILED") == ["乙"]
    assert on_board(console, status="FAILED", carrier="UNICOM") == []
    assert set(on_board(console, status="NOT_SUBMITTED")) == {"乙", "丙"}
    assert on_board(console, status="NOT_SUBMITTED", carrier="MOBILE") == ["丙"]
    assert on_board(console, q="甲") == ["甲"]
    assert on_board(console, q=fresh.customer.name) == ["丙"]
    assert "No signature fits" in text_of(console.get(BOARD, {"q": "nothing"}))


def test_the_board_needs_as_many_queries_for_many(console, django_assert_max_num_queries):
    SignatureFactory(usable=True)
    console.get(BOARD)
    with django_assert_max_num_queries(100) as one:
        console.get(BOARD)
    for signature in SignatureFactory.create_batch(5, usable=True):
        filings.begin(signature)
    with django_assert_max_num_queries(len(one)):
        console.get(BOARD)


def test_looking_at_the_ledger_writes_nothing(console):
    signature = SignatureFactory(usable=True)

    page = text_of(console.get(ledger(signature)))

    assert page.count("Not submitted</span>") == 4
    assert not Filing.objects.exists()


def test_a_filing_is_written_down_with_day_and_paper(console, reviewer):
    signature = SignatureFactory(usable=True)
    day = timezone.localdate() - timedelta(days=2)
    paper = SimpleUploadedFile("answer.pdf", papers.pdf())

    response = write(console, signature, on=day.isoformat(), evidence=paper)

    assert response.url == ledger(signature)
    filing = Filing.objects.get(carrier="MOBILE")
    assert (filing.status, filing.answered_on, filing.changed_by) == ("OK", day, reviewer)
    assert filing.evidence.get().file_name == "answer.pdf"
    events = AuditEvent.objects.filter(verb="file")
    assert [event.ip_address for event in events] == ["192.0.2.44"]
    page = text_of(console.get(ledger(signature)))
    assert "answer.pdf" in page
    assert "China Mobile: Registered." in page


def test_a_failure_needs_its_reason_and_nothing_typed_is_lost(console):
    signature = SignatureFactory(usable=True)

    response = write(console, signature, status="FAILED", on="2026-01-05")

    assert response.status_code == 422
    page = text_of(response)
    assert "Write why the carrier refused" in page
    assert 'value="2026-01-05"' in page
    assert not Filing.objects.exclude(status="NOT_SUBMITTED").exists()


def test_a_paper_that_is_none_leaves_the_ledger_as_it_was(console):
    signature = SignatureFactory(usable=True)
    script = SimpleUploadedFile("answer.pdf", b"<script>alert(1)</script>")

    response = write(console, signature, evidence=script)

    assert response.status_code == 422
    assert "cannot be taken" in text_of(response)
    assert not Filing.objects.exclude(status="NOT_SUBMITTED").exists()


def test_a_day_to_come_is_refused(console):
    signature = SignatureFactory(usable=True)

    response = write(console, signature, on=date(2099, 1, 1).isoformat())

    assert "This day is still to come" in text_of(response)


def test_a_required_registration_completes_the_signature(console, settings):
    settings.SMS_REQUIRE_FILING = True
    signature = SignatureFactory(
        status=Signature.Status.REAL_NAME_REGISTRATING, channel_number="csms100000009"
    )

    for carrier in Filing.Carrier.values:
        write(console, signature, carrier)

    assert Signature.objects.get().is_usable


def test_who_may_not_decide_only_reads_the_ledger(auditor_console, console, reviewer):
    signature = SignatureFactory(usable=True)
    MembershipFactory(customer=signature.customer, user=reviewer)

    for client in (auditor_console, console):
        assert ">Write down</button>" not in text_of(client.get(ledger(signature)))
        assert write(client, signature).status_code == 422
    assert "cannot write in its ledger" in text_of(console.get(ledger(signature)))
    assert not Filing.objects.filter(status="OK").exists()


def test_carriers_that_do_not_exist_are_refused(console):
    assert write(console, SignatureFactory(usable=True), "OTHER").status_code == 400
