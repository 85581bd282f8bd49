"""Papers in the console: who may open them, what the answer forbids, and the trail it leaves."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import AuditEvent
from reviews.models import Evidence
from reviews.services import evidence, submissions
from tests.factories import (
    MembershipFactory,
    QualificationFactory,
    SignatureFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.operations.pages import address, text_of
from tests.reviews import papers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def paper(owner, kind=Evidence.Kind.TRADEMARK, name="mark.png", content=None):
    return evidence.attach(
        owner=owner, upload=papers.upload(kind, content or papers.png(), name), actor=None
    )


def content_of(piece):
    return reverse("admin:reviews_evidence_content", args=[piece.public_id])


def test_a_paper_is_shown_to_reviewers_and_the_view_is_logged(console, reviewer):
    signature = SignatureFactory()
    piece = paper(signature)

    response = console.get(content_of(piece))

    assert response.content == papers.png()
    event = AuditEvent.objects.get(verb="view")
    assert (event.actor, event.ip_address) == (reviewer, "192.0.2.44")
    assert (event.object_id, event.customer) == (str(piece.public_id), signature.customer)


def test_the_answer_is_kept_nowhere_and_runs_nothing(console):
    response = console.get(content_of(paper(SignatureFactory(), name="商标.png")))

    assert response["Content-Type"] == "image/png"
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Disposition"] == "inline; filename*=UTF-8''%E5%95%86%E6%A0%87.png"
    policy = response["Content-Security-Policy"]
    for directive in ("default-src 'none'", "sandbox", "frame-ancestors 'self'"):
        assert directive in policy
    assert "script-src" not in policy


def test_a_pdf_may_be_framed_by_our_own_pages_only(console):
    piece = paper(SignatureFactory(), name="mark.pdf", content=papers.pdf())

    response = console.get(content_of(piece))

    assert response["Content-Type"] == "application/pdf"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy


def test_a_paper_can_be_saved_as_a_file(console):
    response = console.get(content_of(paper(SignatureFactory())), {"download": ""})

    assert response["Content-Disposition"].startswith("attachment;")
    assert AuditEvent.objects.filter(verb="view").count() == 1


def test_only_the_operations_team_with_the_right_to_it_opens_papers(auditor_console):
    piece = paper(SignatureFactory())
    owner = Client()
    owner.force_login(MembershipFactory(customer=piece.customer).user)
    without_role = Client()
    without_role.force_login(UserFactory(staff=True))

    assert Client().get(content_of(piece)).status_code == 302
    assert owner.get(content_of(piece), follow=True).status_code == 403
    assert without_role.get(content_of(piece)).status_code == 403
    assert not AuditEvent.objects.filter(verb="view").exists()
    assert auditor_console.get(content_of(piece)).status_code == 200


def test_papers_are_only_read(console):
    assert console.post(content_of(paper(SignatureFactory()))).status_code == 405


def test_unknown_papers_are_not_found(console):
    missing = reverse(
        "admin:reviews_evidence_content", args=["00000000-0000-0000-0000-000000000000"]
    )

    assert console.get(missing).status_code == 404


def test_the_case_shows_a_signatures_papers_and_its_qualifications(console):
    qualification = QualificationFactory(approved=True)
    signature = SignatureFactory(
        application__customer=qualification.customer, qualification=qualification
    )
    own = paper(signature)
    borrowed = paper(qualification, Evidence.Kind.CERTIFICATE, "licence.png")

    page = text_of(console.get(address(SubmissionFactory(subject=signature))))

    assert page.index(content_of(own)) < page.index(content_of(borrowed))
    assert page.count("from the qualification") == 1
    assert not AuditEvent.objects.filter(verb="view").exists()


def test_papers_that_came_with_this_submission_are_marked(console):
    signature = SignatureFactory()
    paper(signature, name="old.png")
    SubmissionFactory(subject=signature, state="decided")
    paper(signature, name="new.png", content=papers.png(3, 3))
    case = SubmissionFactory(
        subject=signature, attempt=2, snapshot=submissions.snapshot_of(signature)
    )

    page = text_of(console.get(address(case)))

    assert page.count('<span class="pill pill-waiting">New</span>') == 1
    assert page.index("old.png") < page.index("new.png") < page.index(">New<")


def test_the_list_of_papers_shows_no_content(administration):
    piece = paper(SignatureFactory())

    page = text_of(administration.get(reverse("admin:reviews_evidence_changelist")))
    detail = text_of(administration.get(reverse("admin:reviews_evidence_change", args=[piece.pk])))

    assert "mark.png" in page
    assert piece.file.name not in page + detail
    assert not AuditEvent.objects.filter(verb="view").exists()
