"""Papers: handed out to those who may see them, logged, and run as nothing."""

import pytest
from django.urls import reverse

from customers.models import AuditEvent, Customer
from reviews.models import Evidence
from reviews.services import filings
from reviews.services.evidence import attach
from tests.factories import QualificationFactory
from tests.reviews.papers import pdf, png, upload

from .conftest import Visitor


@pytest.fixture(autouse=True)
def _private_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def paper(customer: Customer) -> Evidence:
    return attach(owner=QualificationFactory(customer=customer), upload=upload(), actor=None)


def address_of(paper: Evidence) -> str:
    return reverse("portal:evidence", args=[paper.public_id])


def views() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(object_type="evidence", verb="view"))


def test_a_picture_opens_in_the_browser_and_nothing_else_may_happen(
    owner: Visitor, paper: Evidence
):
    response = owner.get(address_of(paper))
    assert response.content == png()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="paper.png"'
    assert response["Content-Security-Policy"] == "default-src 'none'; img-src 'self'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_asked_for_as_a_download_it_is_saved(owner: Visitor, paper: Evidence):
    response = owner.get(f"{address_of(paper)}?download")
    assert response["Content-Disposition"] == 'attachment; filename="paper.png"'


def test_a_pdf_is_always_saved(owner: Visitor, customer: Customer):
    letter = attach(
        owner=QualificationFactory(customer=customer, third_party=True),
        upload=upload(Evidence.Kind.AUTHORIZATION, pdf(), name="授权书.pdf"),
        actor=None,
    )
    response = owner.get(address_of(letter))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_every_look_is_logged_with_who_and_from_where(owner: Visitor, paper: Evidence):
    owner.get(address_of(paper))
    owner.get(address_of(paper))
    first, second = views()
    assert first.object_id == str(paper.public_id)
    assert (second.actor, second.ip_address) == (owner.membership.user, "127.0.0.1")


@pytest.mark.parametrize(("who", "status"), [("operator", 403), ("viewer", 403), ("stranger", 404)])
def test_nobody_else_sees_it_and_no_look_is_logged(
    who: str, status: int, paper: Evidence, request: pytest.FixtureRequest
):
    visitor: Visitor = request.getfixturevalue(who)
    assert visitor.get(address_of(paper)).status_code == status
    assert views() == []


def test_what_operations_keep_about_a_filing_is_theirs(owner: Visitor, customer: Customer):
    filing = filings.begin(customer.signatures.get())[0]
    answer = attach(owner=filing, upload=upload(Evidence.Kind.OTHER), actor=None)
    assert owner.get(address_of(answer)).status_code == 404


def test_only_managers_are_offered_the_papers(owner: Visitor, viewer: Visitor, paper: Evidence):
    page = reverse("portal:qualification-detail", args=[paper.qualification.public_id])
    assert address_of(paper) in owner.get(page).content.decode()
    seen = viewer.get(page).content.decode()
    assert "paper.png" in seen
    assert address_of(paper) not in seen
