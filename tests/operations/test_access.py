import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from customers.models import AuditEvent
from reviews.roles import OPERATIONS_LEADS, REVIEWERS, SENIOR_REVIEWERS
from tests.factories import MembershipFactory, UserFactory

from .addresses import Address, addresses
from .conftest import client_of, member

pytestmark = pytest.mark.django_db

INDEX = "/operations/"


def test_visitors_are_sent_to_the_common_log_in_page():
    response = Client().get(INDEX, follow=True)

    assert response.redirect_chain[-1] == (f"{reverse('account_login')}?next={INDEX}", 302)


def test_the_consoles_own_log_in_address_leads_there_too():
    response = Client().get("/operations/login/?next=/operations/reviews/submission/")

    assert response.url == f"{reverse('account_login')}?next=/operations/reviews/submission/"


def test_a_reviewer_logs_in_with_password(reviewer):
    client = Client()

    response = client.post(
        f"{reverse('account_login')}?next={INDEX}",
        {"login": reviewer.email, "password": "correct-horse-42"},
    )

    assert (response.status_code, response.url) == (302, INDEX)
    assert client.get(INDEX).status_code == 200


def test_customers_are_refused():
    client = Client()
    client.force_login(MembershipFactory().user)

    pages = [INDEX, *(f"/operations/{path}/" for path in ("reviews/submission", "customers/user"))]
    for page in pages:
        response = client.get(page, follow=True)
        assert response.status_code == 403, page


def test_staff_without_a_role_see_no_cases():
    client = Client()
    client.force_login(UserFactory(staff=True))

    assert "Review queue" not in client.get(INDEX).content.decode()
    assert client.get("/operations/reviews/submission/").status_code == 403


def test_logging_out_leads_to_the_log_in_page(console):
    response = console.post("/operations/logout/")

    assert response.url == reverse("account_login")
    assert console.get(INDEX).status_code == 302


def test_a_reviewer_changes_nothing_but_cases(console):
    for model, site in admin.site._registry.items():
        request = console.get(INDEX).wsgi_request
        allowed = site.has_add_permission(request) or site.has_delete_permission(request)
        assert not allowed, model
        if model._meta.model_name != "submission":
            assert not site.has_change_permission(request), model


def test_every_list_and_form_of_the_console_opens(administration):
    for model, site in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        response = administration.get(reverse(f"admin:{name}_changelist"))
        assert response.status_code == 200, name
        request = response.wsgi_request
        added = administration.get(reverse(f"admin:{name}_add"))
        assert added.status_code == (200 if site.has_add_permission(request) else 403), name


@pytest.fixture
def pages(seeded) -> list[Address]:
    found = list(addresses())
    assert {address.model for address in found} >= set(admin.site._registry)
    return found


def test_visitors_and_customers_open_no_page(pages):
    client = Client()
    client.force_login(MembershipFactory().user)
    log_in = {reverse("account_login"), reverse("admin:login")}
    for address in pages:
        answer = Client().get(address.path)
        assert answer.status_code == 302, address.path
        assert answer.url.split("?")[0] in log_in, address.path
        assert client.get(address.path, follow=True).status_code == 403, address.path


def test_roles_are_refused_what_they_may_not_see(pages):
    for role_name in (REVIEWERS, SENIOR_REVIEWERS, OPERATIONS_LEADS, None):
        person = member(role_name) if role_name else UserFactory(staff=True)
        client = client_of(person, "192.0.2.50")
        request = client.get(INDEX).wsgi_request
        for address in pages:
            site = admin.site._registry.get(address.model)
            if site and not site.has_view_or_change_permission(request):
                assert client.get(address.path).status_code == 403, (role_name, address.path)


def test_an_auditor_reads_everything_and_changes_nothing(pages, auditor_console):
    before = AuditEvent.objects.count()
    request = auditor_console.get(INDEX).wsgi_request
    for address in pages:
        answer = auditor_console.get(address.path)
        assert answer.status_code in (200, 302, 403), address.path
        site = admin.site._registry.get(address.model)
        if site and address.name.endswith(("_changelist", "_change")):
            may_see = site.has_view_or_change_permission(request)
            assert (answer.status_code == 200) == may_see, address.path
        posted = auditor_console.post(address.path, {"action": "approve", "_save": "1"})
        assert posted.status_code in (200, 302, 400, 403, 405, 422), address.path
    assert AuditEvent.objects.count() == before
