import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.factories import MembershipFactory, UserFactory

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
